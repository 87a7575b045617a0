using System.Buffers.Binary;

namespace NetMonitor.Packets;

/// <summary>
/// The radio information before an 802.11 frame (https://www.radiotap.org); little-endian. Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct RadiotapHeader
{
    private const int VersionAt = 0;
    private const int LengthAt = 2;
    private const int PresentAt = 4;
    private const int FixedSize = PresentAt + 4;
    private const uint PresentTimer = 1 << 0;
    private const uint PresentFlags = 1 << 1;
    private const uint PresentMore = 1u << 31;
    private const int TimerSize = 8;
    private const byte FlagFrameCheckSequence = 0x10;
    private const byte FlagDataPadding = 0x20;

    private RadiotapHeader(int size, byte flags)
    {
        Size = size;
        HasFrameCheckSequence = (flags & FlagFrameCheckSequence) != 0;
        HasDataPadding = (flags & FlagDataPadding) != 0;
    }

    public int Size { get; }

    /// <summary>The frame ends with 4 bytes of checksum.</summary>
    public bool HasFrameCheckSequence { get; }

    /// <summary>The 802.11 header is padded to a multiple of 4 bytes.</summary>
    public bool HasDataPadding { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out RadiotapHeader header)
    {
        header = default;
        if (data.Length < FixedSize || data[VersionAt] != 0)
        {
            return false;
        }

        int size = BinaryPrimitives.ReadUInt16LittleEndian(data[LengthAt..]);
        if (size < FixedSize || size > data.Length)
        {
            return false;
        }

        uint present = BinaryPrimitives.ReadUInt32LittleEndian(data[PresentAt..]);
        int at = FixedSize;
        for (uint word = present; (word & PresentMore) != 0 && at + 4 <= size; at += 4)
        {
            word = BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
        }

        if ((present & PresentTimer) != 0)
        {
            // Fields are aligned to their own size, counted from the start of the header.
            at = ((at + TimerSize - 1) & -TimerSize) + TimerSize;
        }

        byte flags = (present & PresentFlags) != 0 && at < size ? data[at] : (byte)0;
        header = new RadiotapHeader(size, flags);
        return true;
    }
}
