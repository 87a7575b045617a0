namespace NetMonitor.Packets;

/// <summary>
/// A GRE header: version 0 with its optional checksum, key and sequence number (RFC 2784 section 2, RFC 2890 section 2), or version 1,
/// PPTP's, with its optional sequence and acknowledgment numbers (RFC 2637 section 4.1). Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct GreHeader
{
    private const int ProtocolAt = 2;
    private const int FixedSize = 4;
    private const int FieldSize = 4;
    private const ushort ChecksumBit = 0x8000;
    private const ushort RoutingBit = 0x4000;
    private const ushort KeyBit = 0x2000;
    private const ushort SequenceBit = 0x1000;
    private const ushort AcknowledgmentBit = 0x0080;
    private const ushort VersionMask = 0x0007;

    private readonly ReadOnlySpan<byte> _bytes;

    private GreHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Size => _bytes.Length;

    public int Version => Bits & VersionMask;

    public ushort Protocol => _bytes.UInt16At(ProtocolAt);

    public bool HasSequence => (Bits & SequenceBit) != 0;

    /// <summary>Version 1 only: bytes after this header.</summary>
    public int PayloadLength => _bytes.UInt16At(FixedSize);

    private ushort Bits => _bytes.UInt16At(0);

    public static bool TryParse(ReadOnlySpan<byte> data, out GreHeader header)
    {
        header = default;
        if (data.Length < FixedSize)
        {
            return false;
        }

        int bits = data.UInt16At(0);
        int version = bits & VersionMask;

        // RFC 1701's source routes are deprecated (RFC 2784 section 2.3 says to discard such packets).
        if ((bits & RoutingBit) != 0
            || version > 1
            || (version == 1 && ((bits & KeyBit) == 0 || data.UInt16At(ProtocolAt) != EtherType.Ppp)))
        {
            return false;
        }

        int size = FixedSize
            + ((bits & ChecksumBit) != 0 ? FieldSize : 0)
            + ((bits & KeyBit) != 0 ? FieldSize : 0)
            + ((bits & SequenceBit) != 0 ? FieldSize : 0)
            + (version == 1 && (bits & AcknowledgmentBit) != 0 ? FieldSize : 0);
        if (data.Length < size)
        {
            return false;
        }

        header = new GreHeader(data[..size]);
        return true;
    }
}
