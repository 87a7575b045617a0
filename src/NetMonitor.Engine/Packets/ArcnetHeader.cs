namespace NetMonitor.Packets;

/// <summary>
/// An ARCNET header as Linux captures it (https://www.tcpdump.org/linktypes.html, LINKTYPE_ARCNET_LINUX; RFC 1201 section 2, RFC 1051).
/// Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct ArcnetHeader
{
    private const int SystemCodeAt = 4;
    private const int OldSize = SystemCodeAt + 1;
    private const int SplitFlagAt = OldSize;
    private const int NewSize = SplitFlagAt + 3;
    private const int ExceptionExtraSize = 4;
    private const byte SplitFlagWhole = 0x00;
    private const byte SplitFlagException = 0xFF;
    private const byte CodeIPv4 = 212;
    private const byte CodeArp = 213;
    private const byte CodeIPv6 = 196;
    private const byte OldCodeIPv4 = 240;
    private const byte OldCodeArp = 241;

    private ArcnetHeader(int size, byte systemCode)
    {
        Size = size;
        SystemCode = systemCode;
    }

    public int Size { get; }

    public byte SystemCode { get; }

    /// <summary>The EtherType of the content; 0 when there is none.</summary>
    public ushort Type => SystemCode switch
    {
        CodeIPv4 or OldCodeIPv4 => EtherType.IPv4,
        CodeArp or OldCodeArp => EtherType.Arp,
        CodeIPv6 => EtherType.IPv6,
        _ => 0,
    };

    /// <summary>False also for packets split over several frames, which are not put together.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out ArcnetHeader header)
    {
        header = default;
        if (data.Length < OldSize)
        {
            return false;
        }

        byte code = data[SystemCodeAt];
        int size = OldSize;
        if (code is not (OldCodeIPv4 or OldCodeArp))
        {
            if (data.Length < NewSize)
            {
                return false;
            }

            size = data[SplitFlagAt] == SplitFlagException ? NewSize + ExceptionExtraSize : NewSize;
            if (data.Length < size || data[SplitFlagAt] is not (SplitFlagWhole or SplitFlagException))
            {
                return false;
            }
        }

        header = new ArcnetHeader(size, code);
        return true;
    }
}
