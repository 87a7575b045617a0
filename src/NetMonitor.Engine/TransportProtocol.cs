namespace NetMonitor;

/// <summary>The protocol of a connection: its number in the IP header (IANA "Protocol Numbers"), or its EtherType for what is not IP.</summary>
/// <remarks>A number without a name here prints as the number.</remarks>
public enum TransportProtocol : ushort
{
#pragma warning disable CS1591 // The names are the registry's.
    HOPOPT = 0,
    ICMP = 1,
    IGMP = 2,
    IPIP = 4,
    TCP = 6,
    EGP = 8,
    UDP = 17,
    DCCP = 33,
    IPv6 = 41,
    RSVP = 46,
    GRE = 47,
    ESP = 50,
    AH = 51,
    ICMPv6 = 58,
    EIGRP = 88,
    OSPF = 89,
    PIM = 103,
    VRRP = 112,
    L2TP = 115,
    SCTP = 132,
    Mobility = 135,
    UDPLite = 136,
    MPLS = 137,
    Ethernet = 143,
    ARP = 0x0806,
#pragma warning restore CS1591
}
