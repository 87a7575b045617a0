namespace NetMonitor.Packets;

/// <summary>
/// What follows a VLAN EtherType: tag control information and the next EtherType (IEEE 802.1Q clause 9.6). Valid once <see
/// cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct VlanTag
{
    public const int Size = TypeAt + 2;

    private const int ControlAt = 0;
    private const int TypeAt = 2;
    private const int IdMask = 0x0FFF;
    private const int PriorityShift = 13;

    private readonly ReadOnlySpan<byte> _bytes;

    private VlanTag(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort Id => (ushort)(_bytes.UInt16At(ControlAt) & IdMask);

    public byte Priority => (byte)(_bytes.UInt16At(ControlAt) >> PriorityShift);

    public ushort Type => _bytes.UInt16At(TypeAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out VlanTag tag)
    {
        if (data.Length < Size)
        {
            tag = default;
            return false;
        }

        tag = new VlanTag(data[..Size]);
        return true;
    }
}
