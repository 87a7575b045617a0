namespace NetMonitor.Packets;

/// <summary>The SCTP common header (RFC 9260 section 3.1); chunks follow. Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct SctpHeader
{
    public const int Size = ChecksumAt + 4;

    private const int SourcePortAt = 0;
    private const int DestinationPortAt = 2;
    private const int VerificationTagAt = 4;
    private const int ChecksumAt = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private SctpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => _bytes.UInt16At(SourcePortAt);

    public ushort DestinationPort => _bytes.UInt16At(DestinationPortAt);

    public uint VerificationTag => _bytes.UInt32At(VerificationTagAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out SctpHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new SctpHeader(data[..Size]);
        return true;
    }
}
