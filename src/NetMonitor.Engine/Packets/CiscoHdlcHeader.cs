namespace NetMonitor.Packets;

/// <summary>
/// A Cisco HDLC header (RFC 1547 section 4.3.1 describes it; https://www.tcpdump.org/linktypes.html, LINKTYPE_C_HDLC). Valid once <see
/// cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct CiscoHdlcHeader
{
    public const int Size = ProtocolAt + 2;

    private const int AddressAt = 0;
    private const int ProtocolAt = 2;
    private const byte Unicast = 0x0F;
    private const byte Multicast = 0x8F;

    private readonly ReadOnlySpan<byte> _bytes;

    private CiscoHdlcHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>An EtherType.</summary>
    public ushort Protocol => _bytes.UInt16At(ProtocolAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out CiscoHdlcHeader header)
    {
        if (data.Length < Size || data[AddressAt] is not (Unicast or Multicast))
        {
            header = default;
            return false;
        }

        header = new CiscoHdlcHeader(data[..Size]);
        return true;
    }
}
