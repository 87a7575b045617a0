using System.Buffers.Binary;
using System.Net;

namespace NetMonitor.Inspection.Services;

/// <summary>NTP versions 1 to 4 (RFC 5905 section 7.3, RFC 1305) with control messages (RFC 9327). 48 bytes are a weak signature: away from
/// port 123 only what hardly anything else could be is taken.</summary>
internal sealed class Ntp : Messages
{
    private const int FlagsAt = 0;          // leap indicator 2 bits, version 3, mode 3
    private const int StratumAt = 1;
    private const int PrecisionAt = 3;      // log2 seconds
    private const int RootDelayAt = 4;      // 16.16 seconds
    private const int RootDispersionAt = 8;
    private const int ReferenceIdAt = 12;
    private const int ReferenceAt = 16;
    private const int OriginAt = 24;
    private const int ReceiveAt = 32;
    private const int TransmitAt = 40;
    private const int Size = 48;            // bytes
    private const int ControlSize = 12;     // RFC 9327 section 2
    private const int ControlCountAt = 10;
    private const int LongestControl = 468; // bytes of data
    private const int PrivateSize = 8;      // mode 7 of ntpd
    private const int ImplementationAt = 2;
    private const int ItemsAt = 4;
    private const int ItemSizeAt = 6;
    private const int LowTwelve = 0xFFF;
    private const int LongestPrivate = 500; // bytes of data
    private const ushort Port = 123;
    private const int LongestStratum = 16;  // unsynchronized
    private const uint LongestDelay = 16 << 16; // seconds; MAXDISP
    private const int Client = 3;
    private const int Server = 4;
    private const int Control = 6;
    private const int Private = 7;

    private static readonly string?[] Modes =
        [null, "symmetric active", "symmetric passive", "client", "server", "broadcast", "control", "private"];

    private int _version;
    private int _mode;
    private int? _stratum;
    private uint _reference;
    private ulong _asked;      // transmit timestamp of the client
    private long _askedAt;
    private long? _responseTime; // nanoseconds

    /// <inheritdoc/>
    public override string Application => "NTP";

    /// <summary>A message that makes sense as a whole; on other ports, a client's with nothing but a time or a server's with three.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool fits = context.Uses(Port) ? IsPlausible(bytes) : IsPlausible(bytes) && IsCertain(bytes);
        return fits ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!IsPlausible(message))
        {
            return Reading.Reject;
        }

        int mode = ModeOf(message);
        bool learned = Set(ref _version, VersionOf(message)) | Set(ref _mode, mode);
        if (message.Length < Size || mode is Control or Private)
        {
            return learned ? Reading.Learned : Reading.Nothing;
        }

        // What a client says of its own clock is of no interest once a server has spoken.
        if (mode != Client || _stratum is null)
        {
            learned |= Set(ref _stratum, message[StratumAt])
                | Set(ref _reference, BinaryPrimitives.ReadUInt32BigEndian(message[ReferenceIdAt..]));
        }

        if (mode == Client)
        {
            _asked = BinaryPrimitives.ReadUInt64BigEndian(message[TransmitAt..]);
            _askedAt = timestamp;
        }
        else if (_asked != 0 && _asked == BinaryPrimitives.ReadUInt64BigEndian(message[OriginAt..]) && timestamp >= _askedAt)
        {
            _responseTime = timestamp - _askedAt;
            _asked = 0; // Answered: a copy is not a response.
            learned = true;
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new NtpDetails
    {
        Version = _version,
        Mode = Modes[_mode],
        Stratum = _stratum,
        ReferenceId = _stratum is null || _reference == 0 ? null : FormatReference(),
        ResponseTime = _responseTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    private static int ModeOf(ReadOnlySpan<byte> bytes) => bytes[FlagsAt] & 0x7;

    private static int VersionOf(ReadOnlySpan<byte> bytes) => (bytes[FlagsAt] >> 3) & 0x7;

    private static bool IsPlausible(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < PrivateSize || VersionOf(bytes) is < 1 or > 4)
        {
            return false;
        }

        return ModeOf(bytes) switch
        {
            0 => false,
            Private => IsPrivate(bytes),
            Control => bytes.Length >= ControlSize && BinaryPrimitives.ReadUInt16BigEndian(bytes[ControlCountAt..]) <= LongestControl,
            _ => bytes.Length >= Size && bytes[StratumAt] <= LongestStratum,
        };
    }

    /// <summary>As ntpd's ntp_request.h has it: an implementation that there is, and items of a size that together fit.</summary>
    private static bool IsPrivate(ReadOnlySpan<byte> bytes)
    {
        int items = BinaryPrimitives.ReadUInt16BigEndian(bytes[ItemsAt..]) & LowTwelve; // below the error
        int itemSize = BinaryPrimitives.ReadUInt16BigEndian(bytes[ItemSizeAt..]);
        return bytes[ImplementationAt] is 0 or 2 or 3 && itemSize <= LongestPrivate && items * itemSize <= LongestPrivate;
    }

    private static bool IsCertain(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || VersionOf(bytes) < 3)
        {
            return false;
        }

        ulong transmit = BinaryPrimitives.ReadUInt64BigEndian(bytes[TransmitAt..]);
        if (ModeOf(bytes) == Client)
        {
            return transmit != 0 && bytes[StratumAt] == 0 && !bytes[RootDelayAt..TransmitAt].ContainsAnyExcept((byte)0);
        }

        const int FractionBits = 32;
        const int SmallestPrecision = -32;
        ulong reference = BinaryPrimitives.ReadUInt64BigEndian(bytes[ReferenceAt..]);
        ulong receive = BinaryPrimitives.ReadUInt64BigEndian(bytes[ReceiveAt..]);
        return ModeOf(bytes) == Server && bytes[StratumAt] is > 0 and < LongestStratum
            && (sbyte)bytes[PrecisionAt] is < 0 and > SmallestPrecision
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[RootDelayAt..]) < LongestDelay
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[RootDispersionAt..]) < LongestDelay
            && receive != 0 && receive <= transmit && transmit - receive < 1UL << FractionBits
            && reference <= receive && receive - reference < 1UL << (FractionBits + 17); // set within a day and a half
    }

    /// <summary>Of a primary server four letters ("GPS"), of stratum 0 the code of a kiss-o'-death, else an IPv4 address or a hash of an
    /// IPv6 address (RFC 5905 section 7.3).</summary>
    private string FormatReference()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _reference);
        return _stratum <= 1 ? WireText.Clean(bytes.TrimEnd((byte)0)) : new IPAddress(bytes).ToString();
    }
}
