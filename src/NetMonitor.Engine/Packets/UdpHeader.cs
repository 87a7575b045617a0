using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>
/// A UDP header (RFC 768), or a UDP-Lite header (RFC 3828 section 3.1), whose length field is the checksum's coverage. Valid once <see
/// cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct UdpHeader
{
    public const int Size = ChecksumAt + 2;

    private const int SourcePortAt = 0;
    private const int DestinationPortAt = 2;
    private const int LengthAt = 4;
    private const int ChecksumAt = 6;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => _bytes.UInt16At(SourcePortAt);

    public ushort DestinationPort => _bytes.UInt16At(DestinationPortAt);

    /// <summary>UDP: bytes of header and payload, 0 in a jumbogram (RFC 2675 section 4). UDP-Lite: bytes covered by the checksum.</summary>
    public ushort Length => _bytes.UInt16At(LengthAt);

    public ushort Checksum => _bytes.UInt16At(ChecksumAt);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> data, out UdpHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new UdpHeader(data[..Size]);
        return true;
    }
}
