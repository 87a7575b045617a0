using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>A TCP header without its options (RFC 9293 section 3.1). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct TcpHeader
{
    public const int MinimumSize = UrgentPointerAt + 2;

    private const int SourcePortAt = 0;
    private const int DestinationPortAt = 2;
    private const int SequenceAt = 4;
    private const int AcknowledgmentAt = 8;
    private const int DataOffsetAt = 12;
    private const int FlagsAt = 13;
    private const int WindowAt = 14;
    private const int UrgentPointerAt = 18;

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => _bytes.UInt16At(SourcePortAt);

    public ushort DestinationPort => _bytes.UInt16At(DestinationPortAt);

    public uint Sequence => _bytes.UInt32At(SequenceAt);

    public uint Acknowledgment => _bytes.UInt32At(AcknowledgmentAt);

    /// <summary>
    /// Bytes of header and options as the header says; less than <see cref="MinimumSize"/> is malformed, more than was captured is
    /// possible.
    /// </summary>
    public int Size => (_bytes[DataOffsetAt] >> 4) * 4;

    public TcpFlags Flags => (TcpFlags)_bytes[FlagsAt];

    public ushort Window => _bytes.UInt16At(WindowAt);

    public ushort UrgentPointer => _bytes.UInt16At(UrgentPointerAt);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> data, out TcpHeader header)
    {
        if (data.Length < MinimumSize)
        {
            header = default;
            return false;
        }

        header = new TcpHeader(data[..MinimumSize]);
        return true;
    }
}
