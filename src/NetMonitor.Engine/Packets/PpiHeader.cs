using System.Buffers.Binary;

namespace NetMonitor.Packets;

/// <summary>
/// A Per-Packet Information header (CACE PPI 1.0.7 section 3); little-endian. Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct PpiHeader
{
    private const int LengthAt = 2;
    private const int LinkTypeAt = 4;
    private const int FixedSize = LinkTypeAt + 4;
    private const int FieldHeaderSize = 4;
    private const ushort FieldCommon80211 = 2;
    private const int CommonFlagsAt = 8;
    private const byte FlagFrameCheckSequence = 0x01;

    private PpiHeader(int size, uint linkType, bool hasFrameCheckSequence)
    {
        Size = size;
        LinkType = linkType;
        HasFrameCheckSequence = hasFrameCheckSequence;
    }

    public int Size { get; }

    /// <summary>DLT_* of what follows.</summary>
    public uint LinkType { get; }

    /// <summary>The frame ends with 4 bytes of checksum.</summary>
    public bool HasFrameCheckSequence { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out PpiHeader header)
    {
        header = default;
        if (data.Length < FixedSize)
        {
            return false;
        }

        int size = BinaryPrimitives.ReadUInt16LittleEndian(data[LengthAt..]);
        if (data[0] != 0 || size < FixedSize || size > data.Length)
        {
            return false;
        }

        bool checksum = false;
        int at = FixedSize;
        while (at + FieldHeaderSize <= size)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(data[at..]) == FieldCommon80211 && at + FieldHeaderSize + CommonFlagsAt < size)
            {
                checksum = (data[at + FieldHeaderSize + CommonFlagsAt] & FlagFrameCheckSequence) != 0;
                break;
            }

            at += FieldHeaderSize + length;
        }

        header = new PpiHeader(size, BinaryPrimitives.ReadUInt32LittleEndian(data[LinkTypeAt..]), checksum);
        return true;
    }
}
