using System.Buffers.Binary;

namespace NetMonitor.Packets;

/// <summary>
/// The 4-byte address family before packets of BSD loopback devices, in the byte order of the machine that captured (LINKTYPE_NULL) or in
/// network order (LINKTYPE_LOOP). Both are accepted for both: families are small, so the order shows. Some systems write an EtherType in the last two
/// bytes, which no family is as large as. Valid once <see cref="TryParse"/> returned true.
/// </summary>
/// <remarks>Source: https://www.tcpdump.org/linktypes.html, which lists the values of AF_INET6.</remarks>
internal readonly ref struct LoopbackHeader
{
    public const int Size = 4;

    private const uint InterNetwork = 2;
    private const uint InterNetworkV6Linux = 10;
    private const uint InterNetworkV6Windows = 23;
    private const uint InterNetworkV6NetBsd = 24;
    private const uint InterNetworkV6FreeBsd = 28;
    private const uint InterNetworkV6Darwin = 30;

    private LoopbackHeader(uint family) => Family = family;

    public uint Family { get; }

    /// <summary>The EtherType of the content; 0 when the family is neither IPv4 nor IPv6.</summary>
    public ushort Type => Family switch
    {
        InterNetwork => EtherType.IPv4,
        InterNetworkV6Linux or InterNetworkV6Windows or InterNetworkV6NetBsd
            or InterNetworkV6FreeBsd or InterNetworkV6Darwin => EtherType.IPv6,
        _ => (ushort)Family >= EtherType.SmallestType ? (ushort)Family : (ushort)0,
    };

    public static bool TryParse(ReadOnlySpan<byte> data, out LoopbackHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        uint family = BinaryPrimitives.ReadUInt32LittleEndian(data);
        header = new LoopbackHeader(family > ushort.MaxValue ? BinaryPrimitives.ReverseEndianness(family) : family);
        return true;
    }
}
