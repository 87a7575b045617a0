namespace NetMonitor.Packets;

/// <summary>
/// The header of CAPWAP's data channel (RFC 5415 section 4.3), between wireless controllers and their access points. Valid once <see cref="TryParse"/> returned true,
/// which asks for a whole frame in the clear: no DTLS, no fragment, no keep-alive.
/// </summary>
internal readonly ref struct CapwapHeader
{
    public const int Port = 5247;

    private const int FixedSize = 8;
    private const int LengthAt = 1;
    private const int BindingAt = 2;
    private const int FlagsAt = 3;
    private const int WordSize = 4;
    private const byte FlagNative = 0x01;             // the low bit of the byte of the binding
    private const byte FlagFragment = 0x80;
    private const byte FlagKeepAlive = 0x08;
    private const int BindingWlan = 1;                // IEEE 802.11 (RFC 5416)

    private CapwapHeader(int size, bool isWlan)
    {
        Size = size;
        IsWlan = isWlan;
    }

    /// <summary>Bytes before the frame.</summary>
    public int Size { get; }

    /// <summary>The frame is one of IEEE 802.11; else of 802.3.</summary>
    public bool IsWlan { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out CapwapHeader header)
    {
        header = default;
        if (data.Length < FixedSize || data[0] != 0 || (data[FlagsAt] & (FlagFragment | FlagKeepAlive)) != 0)
        {
            return false; // The first byte is version 0, type 0: a plain header follows.
        }

        int size = (data[LengthAt] >> 3) * WordSize;
        bool isNative = (data[BindingAt] & FlagNative) != 0;
        int binding = (data[BindingAt] >> 1) & 0x1F;
        header = new CapwapHeader(size, isNative);
        return size >= FixedSize && size < data.Length && (!isNative || binding == BindingWlan);
    }
}
