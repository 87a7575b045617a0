namespace NetMonitor.Packets;

/// <summary>The fixed IPv6 header (RFC 8200 section 3). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct IPv6Header
{
    public const int Size = DestinationAt + AddressSize;

    private const int AddressSize = 16;
    private const int PayloadLengthAt = 4;
    private const int NextHeaderAt = 6;
    private const int HopLimitAt = 7;
    private const int SourceAt = 8;
    private const int DestinationAt = SourceAt + AddressSize;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Bytes after this header; 0 for jumbograms (RFC 2675) and where segmentation offload leaves it to the device.</summary>
    public ushort PayloadLength => _bytes.UInt16At(PayloadLengthAt);

    public byte NextHeader => _bytes[NextHeaderAt];

    public byte HopLimit => _bytes[HopLimitAt];

    public IPAddressValue Source => IPAddressValue.FromIPv6(_bytes[SourceAt..]);

    public IPAddressValue Destination => IPAddressValue.FromIPv6(_bytes[DestinationAt..]);

    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6Header header)
    {
        if (data.Length < Size || data[0] >> 4 != 6)
        {
            header = default;
            return false;
        }

        header = new IPv6Header(data[..Size]);
        return true;
    }
}
