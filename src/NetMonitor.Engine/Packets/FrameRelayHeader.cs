namespace NetMonitor.Packets;

/// <summary>
/// A Frame Relay header: the Q.922 address, then either control and NLPID (RFC 2427 section 3) or, in Cisco's encapsulation, an EtherType.
/// Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct FrameRelayHeader
{
    private const byte LastAddressByte = 0x01;
    private const int LongestAddress = 4;
    private const byte UnnumberedInformation = 0x03;
    private const byte Padding = 0x00;

    // ISO/IEC TR 9577 network layer protocol identifiers.
    private const byte NlpidSnap = 0x80;
    private const byte NlpidIPv6 = 0x8E;
    private const byte NlpidIPv4 = 0xCC;
    private const int OrganizationSize = 3;

    private FrameRelayHeader(ushort type, byte nlpid, int size)
    {
        Type = type;
        Nlpid = nlpid;
        Size = size;
    }

    /// <summary>The EtherType of the content; 0 when there is none, then <see cref="Nlpid"/> says what it is.</summary>
    public ushort Type { get; }

    public byte Nlpid { get; }

    public int Size { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out FrameRelayHeader header)
    {
        header = default;
        int at = 0;
        while (at < data.Length && at < LongestAddress && (data[at] & LastAddressByte) == 0)
        {
            at++;
        }

        at++;
        if (at < 2 || at > LongestAddress || data.Length < at + 2)
        {
            return false;
        }

        if (data[at] != UnnumberedInformation)
        {
            header = new FrameRelayHeader(data.UInt16At(at), 0, at + 2);
            return true;
        }

        at++;
        if (data[at] == Padding)
        {
            at++;
        }

        if (at >= data.Length)
        {
            return false;
        }

        byte nlpid = data[at++];
        ushort type = 0;
        if (nlpid == NlpidSnap)
        {
            if (data.Length < at + OrganizationSize + 2)
            {
                return false;
            }

            // RFC 2427 section 4.2: organization 0 announces an EtherType; others (bridged frames) are not looked into.
            bool routed = data[at] == 0 && data.UInt16At(at + 1) == 0;
            type = routed ? data.UInt16At(at + OrganizationSize) : (ushort)0;
            at += OrganizationSize + 2;
        }
        else
        {
            type = nlpid switch { NlpidIPv4 => EtherType.IPv4, NlpidIPv6 => EtherType.IPv6, _ => 0 };
        }

        header = new FrameRelayHeader(type, nlpid, at);
        return true;
    }
}
