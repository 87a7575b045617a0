using System.Buffers;
using System.Buffers.Binary;
using NetMonitor.Inspection.Dns;
using NetMonitor.Inspection.Http;

namespace NetMonitor.Inspection.Http2;

/// <summary>HTTP/2 in the clear (RFC 9113): with prior knowledge, or after an upgrade from HTTP/1.1. Reads header blocks and the DNS
/// messages of DoH (RFC 8484), skips all else unread.</summary>
internal sealed class Http2Inspector : StreamInspector
{
    private sealed class Direction
    {
        public readonly HpackReader Fields = new();
        public readonly Http2Block Block = new();
        public bool IsOpened;   // the preface is behind
        public bool IsClient;   // it sent one
        public bool IsLost;     // frames can no longer be told apart, or the table no longer be followed
        public int Wanted;      // window length below which nothing can be told
        public long? Begun;     // when the first byte of this frame came
        public List<uint>? Dns; // streams whose body is a DNS message that is still to come
    }

    private readonly Http2Facts _facts = new();
    private readonly Direction _originator = new();
    private readonly Direction _responder = new();
    private DnsConversation? _dns;
    private uint _asked;        // stream of the last request, or 0 when it was answered
    private long _askedAt;

    /// <inheritdoc/>
    public override string Application => _facts.IsGrpc ? "gRPC" : _facts.IsDnsOverHttps ? HttpDns.Application : "HTTP2";

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        Direction direction = from == Side.Originator ? _originator : _responder;
        long consumed = 0;
        if (window.Length >= direction.Wanted)
        {
            direction.Wanted = 0;
            while (consumed < window.Length && !direction.IsLost)
            {
                direction.Begun ??= timestamp;
                long used = Read(direction, window[(int)consumed..], timestamp);
                if (used == 0)
                {
                    direction.Wanted -= (int)consumed;
                    break;
                }

                direction.Begun = null;
                consumed += used;
            }
        }

        bool over = _originator.IsLost && _responder.IsLost;
        return new Progress(direction.IsLost ? long.MaxValue : consumed, over ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    internal override Side? Opener => _originator.IsClient ? Side.Originator : _responder.IsClient ? Side.Responder : null;

    /// <inheritdoc/>
    internal override DnsResolutions? Resolutions => _dns?.Resolutions;

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => HttpDns.Details(_dns, _facts.ToDetails());

    /// <returns>Bytes used; 0 when more is needed.</returns>
    private long Read(Direction direction, ReadOnlySpan<byte> bytes, long timestamp)
    {
        ReadOnlySpan<byte> preface = Http2Frame.Preface;
        int there = Math.Min(bytes.Length, preface.Length);
        if (!direction.IsOpened && bytes[..there].SequenceEqual(preface[..there]))
        {
            direction.IsOpened = direction.IsClient = there == preface.Length;
            if (direction.IsOpened)
            {
                Changed();
            }

            return direction.IsOpened ? there : 0;
        }

        direction.IsOpened = true;
        if (!Http2Frame.TryParse(bytes, out Http2Frame frame))
        {
            return 0;
        }

        switch (frame.Type)
        {
            case Http2FrameType.Headers or Http2FrameType.PushPromise:
                return ReadHeaders(direction, frame, bytes, timestamp);
            case Http2FrameType.Data when direction.Dns?.Contains(frame.Stream) is true && frame.Length <= InspectionLimits.DnsMessageBytes:
                return ReadDns(direction, frame, bytes, timestamp);
            case Http2FrameType.GoAway:
                return ReadGoAway(frame, bytes);
            case Http2FrameType.Continuation:
                direction.IsLost = true; // Without what it continues.
                return bytes.Length;
            default:
                return frame.Size;
        }
    }

    /// <summary>A header block: one frame and the CONTINUATIONs that follow it without anything in between (section 6.10).</summary>
    private long ReadHeaders(Direction direction, in Http2Frame first, ReadOnlySpan<byte> bytes, long timestamp)
    {
        int size = 0;
        bool ends = false;
        while (!ends)
        {
            bool isThere = Http2Frame.TryParse(bytes[size..], out Http2Frame frame);
            if (isThere && size > 0 && frame.Type != Http2FrameType.Continuation)
            {
                direction.IsLost = true;
                return bytes.Length;
            }

            size += isThere ? frame.Size : Http2Frame.HeaderSize;
            if (size > bytes.Length)
            {
                direction.IsLost = size > InspectionLimits.StreamWindow;
                direction.Wanted = size;
                return 0;
            }

            ends = frame.EndsHeaders;
        }

        direction.Block.Begin();
        if (!ReadBlock(direction, bytes[..size]))
        {
            direction.IsLost = true;
        }

        if (first.Type != Http2FrameType.PushPromise)
        {
            Time(direction, first.Stream, timestamp);
        }

        // What a server promises is no request of the client (section 8.4).
        if (first.Type != Http2FrameType.PushPromise && _facts.Read(direction.Block))
        {
            Changed();
        }

        if (HttpDns.IsContentType(direction.Block[Http2Field.ContentType]))
        {
            direction.Dns ??= [];
            if (direction.Dns.Count == InspectionLimits.DnsPending)
            {
                direction.Dns.RemoveAt(0);
            }

            direction.Dns.Add(first.Stream);
        }

        return size;
    }

    /// <summary>A response has the stream of its request (section 8.1).</summary>
    private void Time(Direction direction, uint stream, long timestamp)
    {
        if (direction.Block[Http2Field.Method] is not null)
        {
            _asked = stream;
            _askedAt = timestamp;
        }
        else if (stream == _asked && stream != 0 && direction.Block[Http2Field.Status] is [not '1', ..])
        {
            _facts.TimeToFirstByte = direction.Begun >= _askedAt ? direction.Begun - _askedAt : _facts.TimeToFirstByte;
            _asked = 0;
        }
    }

    /// <summary>A body in one frame, as all clients and servers send what is this small.</summary>
    private int ReadDns(Direction direction, Http2Frame frame, ReadOnlySpan<byte> bytes, long timestamp)
    {
        if (bytes.Length < frame.Size)
        {
            direction.Wanted = frame.Size;
            return 0;
        }

        direction.Dns!.Remove(frame.Stream);
        if (frame.TryGetContent(bytes[Http2Frame.HeaderSize..frame.Size], out ReadOnlySpan<byte> body) && HttpDns.TryAdd(ref _dns, body, timestamp))
        {
            Changed();
        }

        return frame.Size;
    }

    private static bool ReadBlock(Direction direction, ReadOnlySpan<byte> frames)
    {
        Http2Frame.TryParse(frames, out Http2Frame frame);
        if (frame.Size == frames.Length)
        {
            return frame.TryGetFragment(frames[Http2Frame.HeaderSize..], out ReadOnlySpan<byte> only) && direction.Fields.TryRead(only, direction.Block);
        }

        byte[] block = ArrayPool<byte>.Shared.Rent(frames.Length);
        int length = 0;
        bool isWhole = true;
        while (isWhole && Http2Frame.TryParse(frames, out frame))
        {
            isWhole = frame.TryGetFragment(frames[Http2Frame.HeaderSize..frame.Size], out ReadOnlySpan<byte> fragment);
            fragment.CopyTo(block.AsSpan(length));
            length += fragment.Length;
            frames = frames[frame.Size..];
        }

        isWhole = isWhole && direction.Fields.TryRead(block.AsSpan(0, length), direction.Block);
        ArrayPool<byte>.Shared.Return(block, clearArray: true); // It may hold credentials.
        return isWhole;
    }

    private long ReadGoAway(Http2Frame frame, ReadOnlySpan<byte> bytes)
    {
        const int ErrorCodeAt = Http2Frame.HeaderSize + 4; // behind the last stream (section 6.8)
        if (frame.Size < ErrorCodeAt + sizeof(uint))
        {
            return frame.Size;
        }

        if (bytes.Length < ErrorCodeAt + sizeof(uint))
        {
            return 0;
        }

        _facts.ErrorCode = BinaryPrimitives.ReadUInt32BigEndian(bytes[ErrorCodeAt..]);
        Changed();
        return frame.Size;
    }
}
