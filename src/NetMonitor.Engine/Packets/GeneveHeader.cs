namespace NetMonitor.Packets;

/// <summary>A Geneve header, options included (RFC 8926 section 3.4). Valid once <see cref="TryParse"/> returned true. Reserved bits are "ignored on receipt".</summary>
internal readonly ref struct GeneveHeader
{
    public const int Port = 6081;

    private const int VersionAndLengthAt = 0;
    private const int ProtocolAt = 2;
    private const int NetworkAt = 4;
    private const int FixedSize = 8;
    private const byte OptionsLengthMask = 0x3F;

    private readonly ReadOnlySpan<byte> _bytes;

    private GeneveHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Size => _bytes.Length;

    /// <summary>An EtherType; Ethernet frames are <see cref="EtherType.TransparentEthernet"/>.</summary>
    public ushort Protocol => _bytes.UInt16At(ProtocolAt);

    public uint NetworkId => _bytes.UInt32At(NetworkAt) >> 8;

    public static bool TryParse(ReadOnlySpan<byte> data, out GeneveHeader header)
    {
        header = default;
        if (data.Length < FixedSize || data[VersionAndLengthAt] >> 6 != 0)
        {
            return false;
        }

        int size = FixedSize + ((data[VersionAndLengthAt] & OptionsLengthMask) * 4);
        if (data.Length < size)
        {
            return false;
        }

        header = new GeneveHeader(data[..size]);
        return true;
    }
}
