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

    private const int ControlSize = 2;
    private const byte VersionMask = 0x03;
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
    private readonly byte _control;
    private readonly byte _flags;

    private Ieee80211Header(ReadOnlySpan<byte> bytes, byte control, byte flags)
    {
        _bytes = bytes;
        _control = control;
        _flags = flags;
    }

    public int Size => _bytes.Length;

    public int Type => (_control >> 2) & 0x3;

    public int Subtype => _control >> 4;

    public bool IsProtected => (_flags & FlagProtected) != 0;

    public bool HasData => Type == TypeData && (Subtype & SubtypeNoData) == 0;

    /// <summary>The body is a series of A-MSDU subframes (section 9.3.2.2).</summary>
    public bool IsAggregate => Type == TypeData && (Subtype & SubtypeQos) != 0 && (_bytes[QosAt] & QosAggregate) != 0;

    private int QosAt => HasFourAddresses(_flags) ? ThreeAddressSize + AddressSize : ThreeAddressSize;

    /// <param name="data">What begins with it.</param>
    /// <param name="header">The header.</param>
    /// <param name="maySwap">True where some send the two bytes of its frame control in the other order (CAPWAP's controllers do). In the first of them the two lowest bits are
    /// the version, which is 0; in the second they say between which stations a frame goes, which for data behind an access point is never 0.</param>
    public static bool TryParse(ReadOnlySpan<byte> data, out Ieee80211Header header, bool maySwap = false)
    {
        header = default;
        if (data.Length < ControlSize)
        {
            return false;
        }

        (byte control, byte flags) = maySwap && (data[0] & VersionMask) != 0 && (data[1] & VersionMask) == 0 ? (data[1], data[0]) : (data[0], data[1]);
        int size = ControlSize;
        if (((control >> 2) & 0x3) == TypeData)
        {
            bool qos = (control >> 4 & SubtypeQos) != 0;
            size = ThreeAddressSize + (HasFourAddresses(flags) ? AddressSize : 0) + (qos ? QosSize : 0);
            size += qos && (flags & FlagOrder) != 0 ? HighThroughputSize : 0;
        }

        if (data.Length < size)
        {
            return false;
        }

        header = new Ieee80211Header(data[..size], control, flags);
        return true;
    }

    private static bool HasFourAddresses(byte flags) =>
        (flags & (FlagToDistribution | FlagFromDistribution)) == (FlagToDistribution | FlagFromDistribution);
}
