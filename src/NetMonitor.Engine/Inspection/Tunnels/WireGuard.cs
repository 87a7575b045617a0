using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>WireGuard: four message types with lengths of their own, three reserved zeros after the type, numbers little-endian.</summary>
internal sealed class WireGuard : DatagramInspector
{
    private const uint Initiation = 1;
    private const uint Response = 2;
    private const uint Cookie = 3;
    private const uint Data = 4;
    private const int FirstIndexAt = 4;        // sender's; of cookie and data the receiver's
    private const int SecondIndexAt = 8;       // of a response: the receiver's
    private const int CounterAt = 8;
    private const int InitiationSize = 148;    // bytes
    private const int ResponseSize = 92;
    private const int CookieSize = 64;
    private const int EmptyDataSize = 32;      // header and tag: a keepalive
    private const int Padding = 16;            // of data
    private const ulong PlausibleCounter = 1UL << 40; // packets; a key is replaced after two minutes (section 6.1)
    private const uint FirstIndexOfDceRpc = 0x10;     // where DCE/RPC has its data representation, after "4, 0, 0, 0" too

    private readonly record struct Heard(uint Index, ulong Counter);

    private Heard? _fromOriginator;
    private Heard? _fromResponder;
    private uint? _initiator;
    private uint? _responder;
    private bool _cookie;
    private bool _data;
    private Confidence _confidence = Confidence.Heuristic;

    /// <inheritdoc/>
    public override string Application => "WireGuard";

    /// <inheritdoc/>
    public override Confidence Confidence => _confidence;

    /// <summary>One of the four messages.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => TypeOf(bytes) != 0 ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        uint type = TypeOf(datagram);
        switch (type)
        {
            case Initiation:
                Handshake(ref _initiator, datagram);
                break;
            case Response:
                Handshake(ref _responder, datagram);
                _initiator = BinaryPrimitives.ReadUInt32LittleEndian(datagram[SecondIndexAt..]);
                break;
            case Cookie:
                _cookie = true;
                _confidence = Confidence.Signature;
                Changed();
                break;
            case Data:
                return ReadData(ref from == Side.Originator ? ref _fromOriginator : ref _fromResponder, datagram);
            default:
                return Outcome.Reject;
        }

        return Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() =>
        new WireGuardDetails { InitiatorIndex = _initiator, ResponderIndex = _responder, CookieSeen = _cookie, DataSeen = _data };

    private static uint TypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EmptyDataSize)
        {
            return 0;
        }

        // The reserved zeros make the type a little-endian number.
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bool fits = type switch
        {
            Initiation => bytes.Length == InitiationSize,
            Response => bytes.Length == ResponseSize,
            Cookie => bytes.Length == CookieSize,
            Data => bytes.Length % Padding == 0 && BinaryPrimitives.ReadUInt64LittleEndian(bytes[CounterAt..]) < PlausibleCounter
                && BinaryPrimitives.ReadUInt32LittleEndian(bytes[FirstIndexAt..]) is not (0 or FirstIndexOfDceRpc),
            _ => false,
        };

        // What follows the numbers is a key or a ciphertext, never mostly zeros.
        return fits && bytes[16..EmptyDataSize].Count((byte)0) <= 4 ? type : 0;
    }

    private void Handshake(ref uint? index, ReadOnlySpan<byte> datagram)
    {
        uint sent = BinaryPrimitives.ReadUInt32LittleEndian(datagram[FirstIndexAt..]);
        if (index != sent || _confidence == Confidence.Heuristic)
        {
            index = sent;
            _confidence = Confidence.Signature;
            Changed();
        }
    }

    /// <summary>Data after a handshake ends the story. Data alone must be followed by data with the same index and another counter.</summary>
    private Outcome ReadData(ref Heard? before, ReadOnlySpan<byte> datagram)
    {
        Heard now = new(BinaryPrimitives.ReadUInt32LittleEndian(datagram[FirstIndexAt..]),
            BinaryPrimitives.ReadUInt64LittleEndian(datagram[CounterAt..]));
        if (!_data)
        {
            _data = true;
            Changed();
        }

        if (_responder is not null)
        {
            return Outcome.Finished;
        }

        if (before is not { } last)
        {
            before = now;
            return Outcome.More;
        }

        if (_confidence == Confidence.Heuristic)
        {
            if (last.Index != now.Index || last.Counter == now.Counter)
            {
                return Outcome.Reject;
            }

            _confidence = Confidence.Signature;
            Changed();
        }

        return Outcome.Finished;
    }
}
