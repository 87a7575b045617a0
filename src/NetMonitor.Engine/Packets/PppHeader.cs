namespace NetMonitor.Packets;

/// <summary>
/// A PPP header: the address and control bytes of HDLC-like framing, which may be left out (RFC 1662 section 3.1), and the protocol field,
/// whose first byte may be left out (RFC 1661 section 6.5). Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct PppHeader
{
    public const ushort IPv4 = 0x0021;
    public const ushort IPv6 = 0x0057;
    public const ushort MplsUnicast = 0x0281;
    public const ushort MplsMulticast = 0x0283;

    private const byte AllStations = 0xFF;
    private const byte UnnumberedInformation = 0x03;
    private const int AddressAndControlSize = 2;

    private PppHeader(ushort protocol, int size)
    {
        Protocol = protocol;
        Size = size;
    }

    /// <summary>IANA "PPP DLL Protocol Numbers".</summary>
    public ushort Protocol { get; }

    public int Size { get; }

    /// <summary>The EtherType of the content; 0 when the protocol has none.</summary>
    public ushort Type => Protocol switch
    {
        IPv4 => EtherType.IPv4,
        IPv6 => EtherType.IPv6,
        MplsUnicast => EtherType.MplsUnicast,
        MplsMulticast => EtherType.MplsMulticast,
        _ => 0,
    };

    public static bool TryParse(ReadOnlySpan<byte> data, out PppHeader header)
    {
        header = default;
        bool framed = data.Length >= AddressAndControlSize && data[0] == AllStations && data[1] == UnnumberedInformation;
        int at = framed ? AddressAndControlSize : 0;
        if (data.Length <= at)
        {
            return false;
        }

        // RFC 1661 section 2: the last byte of a protocol number is odd, every earlier one even.
        if ((data[at] & 1) != 0)
        {
            header = new PppHeader(data[at], at + 1);
            return true;
        }

        if (data.Length < at + 2)
        {
            return false;
        }

        header = new PppHeader(data.UInt16At(at), at + 2);
        return true;
    }

    /// <summary>The usual name of a protocol number, or null.</summary>
    public static string? NameOf(int protocol) => protocol switch
    {
        0x003D => "Multilink",
        0x002D => "Van Jacobson compressed TCP",
        0x002F => "Van Jacobson uncompressed TCP",
        0x00FD => "compressed datagram",
        0x0031 => "Bridging",
        0x8021 => "IPCP",
        0x8057 => "IPv6CP",
        0x80FD => "CCP",
        0xC021 => "LCP",
        0xC023 => "PAP",
        0xC025 => "Link Quality Report",
        0xC223 => "CHAP",
        0xC227 => "EAP",
        _ => null,
    };
}
