namespace NetMonitor.Packets;

/// <summary>
/// The header of an L2TP version 2 data message (RFC 2661 section 3.1); a PPP frame follows. Valid once <see cref="TryParse"/> returned
/// true.
/// </summary>
internal readonly ref struct L2tpHeader
{
    public const int Port = 1701;

    private const ushort ControlBit = 0x8000;
    private const ushort LengthBit = 0x4000;
    private const ushort SequenceBit = 0x0800;
    private const ushort OffsetBit = 0x0200;
    private const ushort VersionMask = 0x000F;
    private const int Version2 = 2;
    private const int FlagsSize = 2;
    private const int LengthSize = 2;
    private const int TunnelAndSessionSize = 4;
    private const int SequenceSize = 4;
    private const int OffsetSize = 2;

    private L2tpHeader(int size) => Size = size;

    public int Size { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out L2tpHeader header)
    {
        header = default;
        if (data.Length < FlagsSize)
        {
            return false;
        }

        int bits = data.UInt16At(0);
        if ((bits & ControlBit) != 0 || (bits & VersionMask) != Version2)
        {
            return false;
        }

        int size = FlagsSize + TunnelAndSessionSize
            + ((bits & LengthBit) != 0 ? LengthSize : 0)
            + ((bits & SequenceBit) != 0 ? SequenceSize : 0);
        if ((bits & OffsetBit) != 0)
        {
            if (data.Length < size + OffsetSize)
            {
                return false;
            }

            size += OffsetSize + data.UInt16At(size);
        }

        if (data.Length < size)
        {
            return false;
        }

        header = new L2tpHeader(size);
        return true;
    }
}
