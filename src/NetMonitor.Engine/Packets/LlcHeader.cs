namespace NetMonitor.Packets;

/// <summary>
/// An IEEE 802.2 LLC header, with its SNAP extension where there is one (RFC 1042). Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct LlcHeader
{
    /// <summary>The service access point of SNAP.</summary>
    public const byte SnapSap = 0xAA;

    /// <summary>The service access point of IPv4 without SNAP.</summary>
    public const byte IPv4Sap = 0x06;

    private const int DestinationSapAt = 0;
    private const int SourceSapAt = 1;
    private const int ControlAt = 2;
    private const int UnnumberedSize = 3;
    private const int NumberedSize = 4;
    private const int OrganizationAt = UnnumberedSize;
    private const int SnapTypeAt = OrganizationAt + 3;
    private const int SnapSize = SnapTypeAt + 2;
    private const byte UnnumberedMask = 0x03;

    /// <summary>RFC 1042: the type is an EtherType.</summary>
    private const uint EncapsulatedEthernet = 0x000000;

    /// <summary>IEEE 802.1H bridge tunnel: the type is an EtherType too.</summary>
    private const uint BridgeTunnel = 0x0000F8;

    private const uint Cisco = 0x00000C;

    private readonly ReadOnlySpan<byte> _bytes;

    private LlcHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte DestinationSap => _bytes[DestinationSapAt];

    public byte SourceSap => _bytes[SourceSapAt];

    public int Size => _bytes.Length;

    public bool IsSnap => Size == SnapSize;

    /// <summary>The EtherType of the content; 0 when the header has none.</summary>
    public ushort Type => IsSnap && Organization is EncapsulatedEthernet or BridgeTunnel or Cisco ? _bytes.UInt16At(SnapTypeAt)
        : DestinationSap == IPv4Sap && SourceSap == IPv4Sap ? EtherType.IPv4
        : (ushort)0;

    private uint Organization => IsSnap ? _bytes.UInt32At(ControlAt) & 0xFFFFFF : uint.MaxValue;

    public static bool TryParse(ReadOnlySpan<byte> data, out LlcHeader header)
    {
        header = default;
        if (data.Length < UnnumberedSize)
        {
            return false;
        }

        bool unnumbered = (data[ControlAt] & UnnumberedMask) == UnnumberedMask;
        bool snap = unnumbered && data[DestinationSapAt] == SnapSap && data[SourceSapAt] == SnapSap;
        int size = snap ? SnapSize : unnumbered ? UnnumberedSize : NumberedSize;
        if (data.Length < size)
        {
            return false;
        }

        header = new LlcHeader(data[..size]);
        return true;
    }

    /// <summary>The usual name of a service access point, or null.</summary>
    public static string? NameOf(int sap) => sap switch
    {
        0x00 => "Null SAP",
        0x42 => "STP",
        0x7E => "X.25 packet layer",
        SnapSap => "SNAP of another organization",
        0xE0 => "IPX",
        0xF0 => "NetBIOS",
        0xF4 => "LAN management",
        0xFE => "OSI network layer",
        0xFF => "Novell raw 802.3",
        _ => null,
    };
}
