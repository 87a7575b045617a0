using NetMonitor.Packets;

namespace NetMonitor.Inspection;

/// <summary>
/// The SCTP part of a <see cref="FlowInspection"/>: user data in the order of its transmission sequence numbers (RFC 9260 section 6), handed on as a stream of
/// bytes, so that what is spoken over TCP is found over SCTP too. Of an association's streams each direction's first to carry data is read; within
/// it the fragments of a message follow each other (section 6.9), so nothing needs to be joined.
/// </summary>
/// <remarks>Chunks that came too early are kept within <see cref="InspectionLimits.ReorderBytes"/> and <see cref="InspectionLimits.ReorderPieces"/>.</remarks>
internal sealed class SctpAssociation(FlowInspection owner, StreamDetection streams)
{
    private sealed class Direction
    {
        public bool HasBegun;
        public uint Expected;                // the TSN of the next chunk in order
        public ushort? Stream;               // the one that is read
        public uint Sent;                    // bytes of it handed on: where the next ones go
        public List<Early>? Waiting;
        public int WaitingBytes;
        public bool IsLost;                  // a gap will not be filled
    }

    private readonly record struct Early(uint Tsn, ushort Stream, byte[] Bytes, int WireLength);

    private readonly Direction _originator = new();
    private readonly Direction _responder = new();

    /// <summary>Bytes held.</summary>
    public int Buffered => _originator.WaitingBytes + _responder.WaitingBytes;

    /// <summary>The chunks of one packet.</summary>
    public void Packet(Side from, ReadOnlySpan<byte> chunks, long timestamp)
    {
        Direction direction = from == Side.Originator ? _originator : _responder;
        while (!owner.IsFinished && !direction.IsLost && SctpChunk.TryRead(ref chunks, out SctpChunk chunk))
        {
            if (chunk.TryReadInitial(out uint initial))
            {
                Begin(direction, from, initial, timestamp);
            }
            else if (chunk.TryReadData(out uint tsn, out ushort stream))
            {
                if (!direction.HasBegun)
                {
                    (direction.HasBegun, direction.Expected) = (true, tsn);
                }

                Data(direction, from, tsn, stream, chunk.Value[SctpChunk.DataHeaderSize..], chunk.WireLength - SctpChunk.DataHeaderSize, timestamp);
            }
        }
    }

    private void Begin(Direction direction, Side from, uint initial, long timestamp)
    {
        if (!direction.HasBegun)
        {
            (direction.HasBegun, direction.Expected) = (true, initial);
            streams.Segment(from, direction.Sent - 1, TcpFlags.Syn, default, 0, timestamp);
        }
    }

    private void Data(Direction direction, Side from, uint tsn, ushort stream, ReadOnlySpan<byte> bytes, int wireLength, long timestamp)
    {
        int ahead = unchecked((int)(tsn - direction.Expected));
        if (ahead > 0)
        {
            Keep(direction, from, new Early(tsn, stream, bytes.ToArray(), wireLength), timestamp);
        }
        else if (ahead == 0)
        {
            HandOn(direction, from, stream, bytes, wireLength, timestamp);
            while (!owner.IsFinished && direction.Waiting?.FindIndex(early => early.Tsn == direction.Expected) is >= 0 and var at)
            {
                Early next = direction.Waiting[at];
                direction.Waiting.RemoveAt(at);
                direction.WaitingBytes -= next.Bytes.Length;
                HandOn(direction, from, next.Stream, next.Bytes, next.WireLength, timestamp);
            }
        }
    }

    private void HandOn(Direction direction, Side from, ushort stream, ReadOnlySpan<byte> bytes, int wireLength, long timestamp)
    {
        direction.Expected++;
        direction.Stream ??= stream;
        if (direction.Stream == stream)
        {
            streams.Segment(from, direction.Sent, TcpFlags.Psh, bytes, wireLength, timestamp);
            direction.Sent += (uint)wireLength;
        }
    }

    private void Keep(Direction direction, Side from, Early early, long timestamp)
    {
        direction.Waiting ??= [];
        if (direction.Waiting.Exists(other => other.Tsn == early.Tsn))
        {
            return;
        }

        direction.Waiting.Add(early);
        direction.WaitingBytes += early.Bytes.Length;
        if (direction.Waiting.Count > InspectionLimits.ReorderPieces || direction.WaitingBytes > InspectionLimits.ReorderBytes)
        {
            direction.IsLost = true;
            (direction.Waiting, direction.WaitingBytes) = (null, 0);
            streams.Segment(from, direction.Sent, TcpFlags.Psh, default, wireLength: 1, timestamp); // on the wire, and never seen: a hole
        }
    }
}
