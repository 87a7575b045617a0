namespace NetMonitor.Packets;

/// <summary>
/// The part that ICMP (RFC 792), ICMPv6 (RFC 4443 section 2.1) and IGMP (RFC 3376 section 4) messages share: type, code (IGMP: response
/// time) and checksum, then 4 bytes that depend on the type. Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct IcmpHeader
{
    public const int Size = 8;

    /// <summary>RFC 792, "Echo or Echo Reply Message".</summary>
    public const byte EchoReply = 0;

    /// <inheritdoc cref="EchoReply"/>
    public const byte Echo = 8;

    private const int TypeAt = 0;
    private const int CodeAt = 1;
    private const int RestAt = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[TypeAt];

    public byte Code => _bytes[CodeAt];

    /// <summary>Of an echo: identifier (high 16 bits) and sequence number (low 16 bits).</summary>
    public uint Rest => _bytes.UInt32At(RestAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out IcmpHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new IcmpHeader(data[..Size]);
        return true;
    }
}
