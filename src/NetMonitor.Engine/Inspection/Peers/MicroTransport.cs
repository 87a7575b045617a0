using System.Buffers.Binary;

namespace NetMonitor.Inspection.Peers;

/// <summary>
/// uTP (BEP 29). Its header is 20 bytes almost all of which may have any value, so data that merely looks like it proves nothing: only a
/// SYN is taken, whose empty fields are known, and only the answer to it, which must repeat its numbers, makes it sure.
/// </summary>
internal sealed class MicroTransport : DatagramInspector
{
    private const int ConnectionIdAt = 2;
    private const int TimestampDifferenceAt = 8;
    private const int WindowAt = 12;
    private const int SequenceAt = 16;
    private const int AcknowledgmentAt = 18;
    private const int HeaderSize = 20;
    private const int ExtensionHeaderSize = 2;  // next extension, length
    private const byte ExtensionBits = 2;       // of old µTorrent: 8 bytes
    private const byte ExtensionBitsSize = 8;
    private const byte Syn = 0x41;              // type 4, version 1
    private const byte Acknowledge = 0x21;          // type 2, ST_STATE
    private const byte Reset = 0x31;            // type 3
    private const byte Data = 0x01;             // type 0
    private const uint LargestWindow = 64 << 20; // bytes; far beyond what programs offer
    private const int DatagramsForPayload = 16; // where the peer's handshake would have been

    private ushort _connectionId;
    private ushort _sequence;
    private Side _opener;
    private int _seen;
    private Confidence _confidence = Confidence.Heuristic;
    private BitTorrentDetails _details = new() { Kind = "uTP" };

    /// <inheritdoc/>
    public override string Application => _details.InfoHash is null ? "uTP" : "BitTorrent";

    /// <inheritdoc/>
    public override Confidence Confidence => _confidence;

    /// <summary>A SYN: no payload, nothing acknowledged, no delay measured.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (HeaderSize or HeaderSize + ExtensionHeaderSize + ExtensionBitsSize) || bytes[0] != Syn)
        {
            return Match.No;
        }

        bool extension = bytes.Length == HeaderSize
            ? bytes[1] == 0
            : bytes[1] == ExtensionBits && bytes[HeaderSize] == 0 && bytes[HeaderSize + 1] == ExtensionBitsSize;
        uint window = BinaryPrimitives.ReadUInt32BigEndian(bytes[WindowAt..]);
        return extension && BinaryPrimitives.ReadUInt32BigEndian(bytes[TimestampDifferenceAt..]) == 0
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[AcknowledgmentAt..]) == 0 && window is > 0 and <= LargestWindow
            ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        if (_seen++ == 0)
        {
            _opener = from;
            _connectionId = BinaryPrimitives.ReadUInt16BigEndian(datagram[ConnectionIdAt..]);
            _sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[SequenceAt..]);
            Changed();
            return Outcome.More;
        }

        if (_confidence == Confidence.Heuristic)
        {
            return Confirm(from, datagram);
        }

        if (datagram.Length > HeaderSize && datagram[0] == Data && datagram[1] == 0
            && BitTorrentHandshake.TryParse(datagram[HeaderSize..], out BitTorrentHandshake handshake))
        {
            _details = _details with
            {
                InfoHash = handshake.InfoHash,
                Client = from == Side.Originator ? handshake.Client : null,
                RemoteClient = from == Side.Responder ? handshake.Client : null,
                SupportsDht = handshake.SupportsDht,
                SupportsExtensions = handshake.SupportsExtensions,
            };
            _confidence = Confidence.Decoded;
            Changed();
            return Outcome.Finished;
        }

        return _seen >= DatagramsForPayload ? Outcome.Finished : Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _details;

    /// <summary>The SYN again, or an answer with its connection id that acknowledges its number.</summary>
    private Outcome Confirm(Side from, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(datagram[ConnectionIdAt..]) != _connectionId)
        {
            return Outcome.Reject;
        }

        if (from == _opener)
        {
            bool again = datagram[0] == Syn && BinaryPrimitives.ReadUInt16BigEndian(datagram[SequenceAt..]) == _sequence;
            return again ? Outcome.More : Outcome.Reject;
        }

        if (datagram[0] is not (Acknowledge or Reset) || BinaryPrimitives.ReadUInt16BigEndian(datagram[AcknowledgmentAt..]) != _sequence)
        {
            return Outcome.Reject;
        }

        _confidence = Confidence.Signature;
        Changed();
        return datagram[0] == Reset ? Outcome.Finished : Outcome.More;
    }
}
