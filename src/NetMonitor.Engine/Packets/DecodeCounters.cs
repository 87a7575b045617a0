using System.Globalization;

namespace NetMonitor.Packets;

/// <summary>Frames and packets that a <see cref="PacketDecoder"/> met and could not use. Written by one thread, readable by all.</summary>
/// <remarks>
/// Plain 64-bit fields and arrays of fixed size: a reader may see a count that is a moment old, never a torn one (64-bit processes), and no
/// input makes them grow.
/// </remarks>
public sealed class DecodeCounters
{
    private readonly long[] _truncated = new long[(int)Header.Count];
    private readonly long[] _malformed = new long[(int)Header.Count];
    private long _frames;
    private long _packets;
    private long _framesWithoutPacket;
    private long _encrypted;
    private long _wlanWithoutData;
    private long _tooDeep;

    /// <summary>Frames decoded.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Packets found in them.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Frames that gave no packet, for any reason (a fragment that waits for others included).</summary>
    public long FramesWithoutPacket => Volatile.Read(ref _framesWithoutPacket);

    /// <summary>WLAN data frames whose content is encrypted.</summary>
    public long EncryptedWlanFrames => Volatile.Read(ref _encrypted);

    /// <summary>WLAN frames that carry no data: management, control, and null frames.</summary>
    public long WlanFramesWithoutData => Volatile.Read(ref _wlanWithoutData);

    /// <summary>
    /// Headers not looked into because <see cref="PacketDecoder.MaxDepth"/> or the limit of nested link headers was reached.
    /// </summary>
    public long TooDeep => Volatile.Read(ref _tooDeep);

    /// <summary>What became of IP fragments.</summary>
    public FragmentCounters Fragments { get; } = new();

    internal NumberedCounters LinkTypes { get; } = new();

    internal NumberedCounters EtherTypes { get; } = new();

    internal NumberedCounters ServiceAccessPoints { get; } = new();

    internal NumberedCounters PppProtocols { get; } = new();

    /// <summary>
    /// What kept frames from being packets, as far as it is not zero, by a name fit for people: <c>EtherType 0x88CC LLDP</c>, <c>truncated TCP header</c>. A copy.
    /// </summary>
    public IReadOnlyDictionary<string, long> ToDictionary()
    {
        Dictionary<string, long> result = [];
        Add(result, "frames without packet", FramesWithoutPacket);
        Add(result, "WLAN data encrypted", EncryptedWlanFrames);
        Add(result, "WLAN without data", WlanFramesWithoutData);
        Add(result, "nested too deep", TooDeep);
        LinkTypes.AddTo(result, static number => Enum.IsDefined((LinkType)number)
            ? string.Create(CultureInfo.InvariantCulture, $"link type {number} {(LinkType)number}")
            : string.Create(CultureInfo.InvariantCulture, $"link type {number}"), "link type others");
        EtherTypes.AddTo(result, static number => Named("EtherType", 4, number, EtherType.NameOf(number)), "EtherType others");
        ServiceAccessPoints.AddTo(result, static number => Named("LLC SAP", 2, number, LlcHeader.NameOf(number)), "LLC SAP others");
        PppProtocols.AddTo(result, static number => Named("PPP protocol", 4, number, PppHeader.NameOf(number)), "PPP protocol others");
        for (int i = 0; i < (int)Header.Count; i++)
        {
            Add(result, "truncated " + NameOf((Header)i), Volatile.Read(ref _truncated[i]));
            Add(result, "malformed " + NameOf((Header)i), Volatile.Read(ref _malformed[i]));
        }

        Fragments.AddTo(result);
        return result;
    }

    internal static void Add(Dictionary<string, long> result, string name, long count)
    {
        if (count != 0)
        {
            result[name] = count;
        }
    }

    internal void CountFrame(int packets)
    {
        _frames++;
        _packets += packets;
        if (packets == 0)
        {
            _framesWithoutPacket++;
        }
    }

    internal void CountEncrypted() => _encrypted++;

    internal void CountWlanWithoutData() => _wlanWithoutData++;

    internal void CountTooDeep() => _tooDeep++;

    /// <summary>A header that could not be read: because the capture ended, or because of what it says.</summary>
    internal void CountBad(Header header, bool truncated) => (truncated ? _truncated : _malformed)[(int)header]++;

    private static string Named(string kind, int digits, int number, string? name)
    {
        string hex = number.ToString(digits == 2 ? "X2" : "X4", CultureInfo.InvariantCulture);
        return name is null ? $"{kind} 0x{hex}" : $"{kind} 0x{hex} {name}";
    }

    private static string NameOf(Header header) => header switch
    {
        Header.Wlan => "802.11 header",
        Header.CiscoHdlc => "Cisco HDLC header",
        Header.FrameRelay => "Frame Relay header",
        Header.TokenRing => "Token Ring header",
        Header.IPv6Extension => "IPv6 extension header",
        Header.Vlan => "VLAN tag",
        Header.Mpls => "MPLS label stack",
        Header.Arp => "ARP packet",
        _ => $"{header} header",
    };
}
