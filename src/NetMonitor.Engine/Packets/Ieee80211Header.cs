namespace NetMonitor.Packets;

/// <summary>The MAC header of an 802.11 frame (IEEE 802.11-2020 section 9.2). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct Ieee80211Header
{
    public const int FrameCheckSequenceSize = 4;

    /// <summary>Frame type values (table 9-1).</summary>
    public const int TypeManagement = 0;

    /// <inheritdoc cref="TypeManagement"/>
    public const int TypeControl = 1;

    /// <inheritdoc cref="TypeManagement"/>
    public const int TypeData = 2;

    private const int ControlAt = 0;
    private const int FlagsAt = 1;
    private const int ControlSize = 2;
    private const int ThreeAddressSize = 24;
    private const int AddressSize = 6;
    private const int QosSize = 2;
    private const int HighThroughputSize = 4;
    private const byte FlagToDistribution = 0x01;
    private const byte FlagFromDistribution = 0x02;
    private const byte FlagProtected = 0x40;
    private const byte FlagOrder = 0x80;
    private const int SubtypeNoData = 0x4;
    private const int SubtypeQos = 0x8;
    private const byte QosAggregate = 0x80;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ieee80211Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Size => _bytes.Length;

    public int Type => (_bytes[ControlAt] >> 2) & 0x3;

    public int Subtype => _bytes[ControlAt] >> 4;

    public bool IsProtected => (_bytes[FlagsAt] & FlagProtected) != 0;

    public bool HasData => Type == TypeData && (Subtype & SubtypeNoData) == 0;

    /// <summary>The body is a series of A-MSDU subframes (section 9.3.2.2).</summary>
    public bool IsAggregate => Type == TypeData && (Subtype & SubtypeQos) != 0 && (_bytes[QosAt] & QosAggregate) != 0;

    private int QosAt => FourAddresses(_bytes) ? ThreeAddressSize + AddressSize : ThreeAddressSize;

    public static bool TryParse(ReadOnlySpan<byte> data, out Ieee80211Header header)
    {
        header = default;
        if (data.Length < ControlSize)
        {
            return false;
        }

        int type = (data[ControlAt] >> 2) & 0x3;
        int size = ControlSize;
        if (type == TypeData)
        {
            bool qos = (data[ControlAt] >> 4 & SubtypeQos) != 0;
            size = ThreeAddressSize + (FourAddresses(data) ? AddressSize : 0) + (qos ? QosSize : 0);
            size += qos && (data[FlagsAt] & FlagOrder) != 0 ? HighThroughputSize : 0;
        }

        if (data.Length < size)
        {
            return false;
        }

        header = new Ieee80211Header(data[..size]);
        return true;
    }

    private static bool FourAddresses(ReadOnlySpan<byte> bytes) =>
        (bytes[FlagsAt] & (FlagToDistribution | FlagFromDistribution)) == (FlagToDistribution | FlagFromDistribution);
}
