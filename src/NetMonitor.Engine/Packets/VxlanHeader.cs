namespace NetMonitor.Packets;

/// <summary>
/// A VXLAN header (RFC 7348 section 5), also with a group policy (draft-smith-vxlan-group-policy) or a next protocol (VXLAN-GPE,
/// draft-ietf-nvo3-vxlan-gpe section 3). Valid once <see cref="TryParse"/> returned true, which asks for the bit that says there is a
/// network id; reserved bits are "ignored on receipt".
/// </summary>
internal readonly ref struct VxlanHeader
{
    public const int Port = 4789;

    /// <summary>Linux's port before IANA assigned one.</summary>
    public const int LinuxPort = 8472;

    public const int GpePort = 4790;
    public const int Size = 8;

    private const int FlagsAt = 0;
    private const int NextProtocolAt = 3;
    private const int NetworkAt = 4;
    private const byte FlagNetwork = 0x08;
    private const byte FlagNextProtocol = 0x04;
    private const byte NextIPv4 = 1;
    private const byte NextIPv6 = 2;
    private const byte NextEthernet = 3;

    private readonly ReadOnlySpan<byte> _bytes;

    private readonly bool _mayHaveNextProtocol;

    private VxlanHeader(ReadOnlySpan<byte> bytes, bool mayHaveNextProtocol)
    {
        _bytes = bytes;
        _mayHaveNextProtocol = mayHaveNextProtocol;
    }

    public uint NetworkId => _bytes.UInt32At(NetworkAt) >> 8;

    /// <summary>
    /// The EtherType of the content: IPv4, IPv6, or <see cref="EtherType.TransparentEthernet"/>; 0 when it is none of them.
    /// </summary>
    public ushort Type => !_mayHaveNextProtocol || (_bytes[FlagsAt] & FlagNextProtocol) == 0
        ? EtherType.TransparentEthernet
        : _bytes[NextProtocolAt] switch
        {
            NextIPv4 => EtherType.IPv4,
            NextIPv6 => EtherType.IPv6,
            NextEthernet => EtherType.TransparentEthernet,
            _ => (ushort)0,
        };

    public static bool TryParse(ReadOnlySpan<byte> data, int port, out VxlanHeader header)
    {
        if (data.Length < Size || (data[FlagsAt] & FlagNetwork) == 0)
        {
            header = default;
            return false;
        }

        header = new VxlanHeader(data[..Size], port == GpePort);
        return true;
    }
}
