namespace NetMonitor.Packets;

/// <summary>An IPv6 fragment header (RFC 8200 section 4.5). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct IPv6FragmentHeader
{
    public const int Size = IdentificationAt + 4;

    private const int NextHeaderAt = 0;
    private const int OffsetAt = 2;
    private const int IdentificationAt = 4;
    private const int OffsetMask = 0xFFF8;
    private const int MoreFragmentsBit = 0x0001;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6FragmentHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte NextHeader => _bytes[NextHeaderAt];

    /// <summary>In bytes.</summary>
    public int Offset => _bytes.UInt16At(OffsetAt) & OffsetMask;

    public bool MoreFragments => (_bytes.UInt16At(OffsetAt) & MoreFragmentsBit) != 0;

    /// <summary>A datagram of one fragment (RFC 6946): handled as if it were not fragmented.</summary>
    public bool IsAtomic => Offset == 0 && !MoreFragments;

    public uint Identification => _bytes.UInt32At(IdentificationAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6FragmentHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new IPv6FragmentHeader(data[..Size]);
        return true;
    }
}
