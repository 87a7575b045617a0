namespace NetMonitor.Packets;

/// <summary>One entry of an MPLS label stack (RFC 3032 section 2.1). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct MplsLabel
{
    public const int Size = 4;

    private const int LabelShift = 12;
    private const uint BottomOfStack = 0x100;

    private readonly uint _value;

    private MplsLabel(uint value) => _value = value;

    public uint Label => _value >> LabelShift;

    public bool IsBottom => (_value & BottomOfStack) != 0;

    public byte TimeToLive => (byte)_value;

    public static bool TryParse(ReadOnlySpan<byte> data, out MplsLabel label)
    {
        if (data.Length < Size)
        {
            label = default;
            return false;
        }

        label = new MplsLabel(data.UInt32At(0));
        return true;
    }
}
