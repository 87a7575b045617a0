namespace NetMonitor.Packets;

/// <summary>TCP control bits, low byte of RFC 9293 section 3.1.</summary>
[Flags]
public enum TcpFlags : byte
{
    /// <summary>No bit set.</summary>
    None = 0,

    /// <summary>The sender has finished sending.</summary>
    Fin = 0x01,

    /// <summary>Synchronize sequence numbers.</summary>
    Syn = 0x02,

    /// <summary>Reset the connection.</summary>
    Rst = 0x04,

    /// <summary>Push.</summary>
    Psh = 0x08,

    /// <summary>The acknowledgment number is valid.</summary>
    Ack = 0x10,

    /// <summary>The urgent pointer is valid.</summary>
    Urg = 0x20,

    /// <summary>ECN echo (RFC 3168).</summary>
    Ece = 0x40,

    /// <summary>Congestion window reduced (RFC 3168).</summary>
    Cwr = 0x80,
}

/// <summary>What is special about a <see cref="Packet"/>.</summary>
[Flags]
public enum PacketTraits : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Payload offsets count in the decoder's reassembly buffer, not in the frame: the datagram came in fragments.</summary>
    Reassembled = 1,

    /// <summary>Fewer bytes were captured than the headers announce.</summary>
    Truncated = 2,

    /// <summary>This packet carries another IP packet, which follows as a <see cref="Packet"/> of its own.</summary>
    CarriesInner = 4,

    /// <summary>IPv6 (for ARP: never).</summary>
    IPv6 = 8,

    /// <summary>Ports are meaningful (TCP, UDP, UDP-Lite, SCTP).</summary>
    HasPorts = 32,

    /// <summary>An ARP reply, an ICMP echo reply: the answer of a pair.</summary>
    Response = 64,

    /// <summary>The capture cut the transport header: of it the ports alone are known.</summary>
    HeaderCut = 128,
}

/// <summary>How an inner packet was carried: the header just outside its own IP header.</summary>
public enum TunnelKind : byte
{
    /// <summary>Not in a tunnel.</summary>
    None,

    /// <summary>IPv4 or IPv6 directly in IPv4 or IPv6 (RFC 2003, RFC 4213, RFC 2473).</summary>
    IpInIp,

    /// <summary>Generic Routing Encapsulation (RFC 2784, RFC 2890), ERSPAN and NVGRE included.</summary>
    Gre,

    /// <summary>Virtual eXtensible LAN (RFC 7348).</summary>
    Vxlan,

    /// <summary>Generic Network Virtualization Encapsulation (RFC 8926).</summary>
    Geneve,

    /// <summary>GPRS Tunnelling Protocol, user plane (3GPP TS 29.281).</summary>
    GtpU,

    /// <summary>Teredo (RFC 4380).</summary>
    Teredo,

    /// <summary>IPsec Authentication Header in tunnel mode (RFC 4302).</summary>
    Ah,

    /// <summary>Layer 2 Tunneling Protocol, version 2 (RFC 2661).</summary>
    L2tp,

    /// <summary>MPLS in UDP (RFC 7510).</summary>
    Mpls,

    /// <summary>Locator/ID Separation Protocol (RFC 9300).</summary>
    Lisp,

    /// <summary>Control And Provisioning of Wireless Access Points, its data channel (RFC 5415).</summary>
    Capwap,

    /// <summary>Anything In Anything (draft-massar-v6ops-ayiya-02).</summary>
    Ayiya,
}

/// <summary>
/// One IP packet (or ARP packet) of one layer of a frame, reduced to what flows need. A tunnelled frame yields several: outermost first.
/// A plain value of fixed size, so that a batch of them is one array and a flow lookup can run behind a prefetch.
/// </summary>
public struct Packet
{
    /// <summary>Sender.</summary>
    public IPAddressValue Source;

    /// <summary>Receiver.</summary>
    public IPAddressValue Destination;

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z, of the capture.</summary>
    public long Timestamp;

    /// <summary>TCP sequence number.</summary>
    public uint Sequence;

    /// <summary>TCP acknowledgment number; for an ICMP echo its identifier (high 16 bits) and sequence number (low 16 bits).</summary>
    public uint Acknowledgment;

    /// <summary>Bytes at IP level as the wire says, IP header included (all fragments together); for ARP the bytes of the ARP packet.</summary>
    public int IpLength;

    /// <summary>IP packets this value stands for: 1, or the number of fragments of a reassembled datagram.</summary>
    public int IpPackets;

    /// <summary>Start of the captured transport payload, counted from the start of the frame (or of the reassembly buffer, see <see cref="PacketTraits.Reassembled"/>).</summary>
    public int PayloadOffset;

    /// <summary>Captured bytes of transport payload. Ethernet padding is not payload.</summary>
    public int PayloadLength;

    /// <summary>Bytes of transport payload as the headers say; equals <see cref="PayloadLength"/> unless truncated.</summary>
    public int WirePayloadLength;

    /// <summary>Start of the transport header (TCP options are read from here when a SYN asks for it), counted like <see cref="PayloadOffset"/>.</summary>
    public int TransportOffset;

    /// <summary>UDP, TCP, SCTP source port, else 0.</summary>
    public ushort SourcePort;

    /// <summary>UDP, TCP, SCTP destination port, else 0.</summary>
    public ushort DestinationPort;

    /// <summary>IP protocol number, or 0x0806 for ARP.</summary>
    public TransportProtocol Protocol;

    /// <summary>TCP window, unscaled.</summary>
    public ushort Window;

    /// <summary>VLAN id of the outermost tag, or <see cref="NoVlan"/>.</summary>
    public ushort VlanId;

    /// <summary>What is special about it.</summary>
    public PacketTraits Traits;

    /// <summary>TCP control bits.</summary>
    public TcpFlags Flags;

    /// <summary>ICMP, ICMPv6 and IGMP type; for ARP the operation (1 request, 2 reply).</summary>
    public byte IcmpType;

    /// <summary>ICMP and ICMPv6 code.</summary>
    public byte IcmpCode;

    /// <summary>IPv4 time to live or IPv6 hop limit.</summary>
    public byte HopLimit;

    /// <summary>0 for the outermost IP layer, 1 for what that carries, and so on.</summary>
    public byte Depth;

    /// <summary>The tunnel this packet was in.</summary>
    public TunnelKind Tunnel;

    /// <summary><see cref="VlanId"/> where there was no tag.</summary>
    public const ushort NoVlan = 0xFFFF;

    /// <summary>True when every bit of <paramref name="traits"/> is set.</summary>
    public readonly bool Is(PacketTraits traits) => (Traits & traits) == traits;
}
