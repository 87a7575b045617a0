namespace NetMonitor.Packets;

/// <summary>
/// The header between GRE and a mirrored Ethernet frame, type II or III (draft-foschiano-erspan-03 sections 4.2 and 4.3). Type I has none.
/// Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct ErspanHeader
{
    private const int TypeIISize = 8;
    private const int TypeIIISize = 12;
    private const int SubheaderSize = 8;
    private const int FlagsAt = 11;
    private const byte SubheaderBit = 0x01;
    private const int VersionII = 1;
    private const int VersionIII = 2;

    private ErspanHeader(int size) => Size = size;

    public int Size { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out ErspanHeader header)
    {
        header = default;
        if (data.Length < TypeIISize)
        {
            return false;
        }

        int version = data[0] >> 4;
        int size = version switch
        {
            VersionII => TypeIISize,
            VersionIII when data.Length >= TypeIIISize => TypeIIISize + ((data[FlagsAt] & SubheaderBit) != 0 ? SubheaderSize : 0),
            _ => 0,
        };
        if (size == 0 || data.Length < size)
        {
            return false;
        }

        header = new ErspanHeader(size);
        return true;
    }
}
