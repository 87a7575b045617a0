namespace NetMonitor.Packets;

/// <summary>
/// AYIYA's header (draft-massar-v6ops-ayiya-02 section 3), as SixXS's broker and its clients spoke it until 2017. Valid once <see cref="TryParse"/> returned true, which
/// asks for a packet that is forwarded.
/// </summary>
internal readonly ref struct AyiyaHeader
{
    public const int Port = 5072;

    private const int FixedSize = 8;
    private const int SignatureAt = 1;
    private const int OperationAt = 2;
    private const int NextHeaderAt = 3;
    private const int WordSize = 4;
    private const byte OperationMask = 0x0F;
    private const byte Forward = 1;

    private AyiyaHeader(int size, ushort type)
    {
        Size = size;
        Type = type;
    }

    /// <summary>Bytes before the packet: the fixed part, who sends, and the signature.</summary>
    public int Size { get; }

    /// <summary>The EtherType of the packet.</summary>
    public ushort Type { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out AyiyaHeader header)
    {
        header = default;
        if (data.Length < FixedSize || (data[OperationAt] & OperationMask) != Forward)
        {
            return false;
        }

        ushort type = data[NextHeaderAt] switch
        {
            (byte)TransportProtocol.IPIP => EtherType.IPv4,
            (byte)TransportProtocol.IPv6 => EtherType.IPv6,
            _ => 0,
        };
        int size = FixedSize + (1 << (data[0] >> 4)) + ((data[SignatureAt] >> 4) * WordSize);
        header = new AyiyaHeader(size, type);
        return type != 0 && size < data.Length;
    }
}
