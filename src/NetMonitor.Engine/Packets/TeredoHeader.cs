namespace NetMonitor.Packets;

/// <summary>
/// What may stand between UDP and the IPv6 packet of Teredo: an authentication and an origin indication (RFC 4380 section 5.1.1). Valid
/// once <see cref="TryParse"/> returned true, which also looks at the IPv6 header: it must fit into the UDP payload.
/// </summary>
internal readonly ref struct TeredoHeader
{
    public const int Port = 3544;

    private const ushort OriginIndicator = 0x0000;
    private const int OriginSize = 8;
    private const ushort AuthenticationIndicator = 0x0001;
    private const int IdLengthAt = 2;
    private const int AuthenticationLengthAt = 3;
    private const int AuthenticationFixedSize = 13;

    private TeredoHeader(int size) => Size = size;

    /// <summary>Bytes before the IPv6 header; often 0.</summary>
    public int Size { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, int wireLength, out TeredoHeader header)
    {
        header = default;
        int size = 0;
        if (data.Length >= AuthenticationFixedSize && data.UInt16At(0) == AuthenticationIndicator)
        {
            size = AuthenticationFixedSize + data[IdLengthAt] + data[AuthenticationLengthAt];
        }

        if (data.Length >= size + OriginSize && data.UInt16At(size) == OriginIndicator)
        {
            size += OriginSize;
        }

        if (size > data.Length
            || !IPv6Header.TryParse(data[size..], out IPv6Header inner)
            || size + IPv6Header.Size + inner.PayloadLength > wireLength)
        {
            return false;
        }

        header = new TeredoHeader(size);
        return true;
    }
}
