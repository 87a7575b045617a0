using NetMonitor.Packets;
using static NetMonitor.Tests.Packets.Wire;

namespace NetMonitor.Tests.Packets;

/// <summary>One frame of each kind, and the packets in it: <c>protocol source > destination payload</c>, tunnel and VLAN when there are.</summary>
internal static class GoldenFrames
{
    private const string U = "UDP 10.0.0.1:1000 > 10.0.0.2:2000 abcd";
    private const string T = "TCP 2001:db8::1:4660 > 2001:db8::2:443 hello";

    /// <summary>12 bytes of options between header and payload.</summary>
    private static byte[] Routed(string options, string to = "0a000007") => Join(
        Hex("4800"), UInt16(32 + Udp.Length), Hex("00010000 40110000 0a000001"), Hex(to), Hex(options), Udp);

    public static readonly IReadOnlyList<(string Name, LinkType Link, byte[] Frame, string[] Expected)> All =
    [
        ("Ethernet IPv4", LinkType.Ethernet, EthernetUdpIn4, [U]),
        ("Ethernet IPv6", LinkType.Ethernet, Ethernet(0x86DD, TcpIn6), [T]),
        ("Ethernet padded", LinkType.Ethernet, Join(EthernetUdpIn4, new byte[14]), [U]),
        ("802.1Q", LinkType.Ethernet, Ethernet(0x8100, Join(Hex("2005 0800"), UdpIn4)), [U + " vlan 5"]),
        ("802.1ad", LinkType.Ethernet, Ethernet(0x88A8, Join(Hex("0007 8100 0005 0800"), UdpIn4)), [U + " vlan 7"]),
        ("0x9100 stacked three times", LinkType.Ethernet, Ethernet(0x9100, Join(Hex("0fff 8100 0006 8100 0005 86dd"), TcpIn6)), [T + " vlan 4095"]),
        ("802.3 LLC SNAP", LinkType.Ethernet, Ethernet(8 + 32, Join(Hex("aaaa03 000000 0800"), UdpIn4)), [U]),
        ("802.3 LLC with padding", LinkType.Ethernet, Ethernet(3 + 32, Join(Hex("0606 03"), UdpIn4, new byte[9])), [U]),
        ("Backbone bridge", LinkType.Ethernet, Ethernet(0x88E7, Join(Hex("00001234"), EthernetUdpIn4)), [U]),
        ("Security group tag", LinkType.Ethernet, Ethernet(0x8909, Join(Hex("0101 0001 0002 0800"), UdpIn4)), [U]),
        ("FabricPath", LinkType.Ethernet, Ethernet(0x8903, Join(Hex("0060"), EthernetUdpIn4)), [U]),
        ("VN-Tag", LinkType.Ethernet, Ethernet(0x8926, Join(Hex("00000033 0800"), UdpIn4)), [U]),
        ("MPLS", LinkType.Ethernet, Ethernet(0x8847, Join(Hex("00010140"), UdpIn4)), [U]),
        ("MPLS stack", LinkType.Ethernet, Ethernet(0x8847, Join(Hex("00010040 00011040 00012140"), TcpIn6)), [T]),
        ("MPLS without bottom", LinkType.Ethernet, Ethernet(0x8847, Hex("00010040 00011040")), ["none"]),
        ("MPLS pseudowire with control word", LinkType.Ethernet, Ethernet(0x8847, Join(Hex("00010140 00000000"), EthernetUdpIn4)), [U]),
        ("MPLS pseudowire without control word", LinkType.Ethernet, Ethernet(0x8848, Join(Hex("00010140"), EthernetUdpIn4)), [U]),
        ("PPPoE", LinkType.Ethernet, Ethernet(0x8864, Join(Hex("11 00 0001 0022 0021"), UdpIn4, new byte[6])), [U]),
        ("PPPoE IPv6", LinkType.PppEther, Join(Hex("11 00 0001"), UInt16(2 + TcpIn6.Length), Hex("0057"), TcpIn6), [T]),
        ("Loose source route", LinkType.Raw, Routed("01 83 0b 04 0a000009 0a000002"), [U]),
        ("Strict source route, one hop left", LinkType.Raw, Routed("89 0b 08 0a000009 0a000002 00"), [U]),
        ("Source route used up", LinkType.Raw, Routed("83 0b 0c 0a000009 0a000008 00", to: "0a000002"), [U]),
        ("Recorded route", LinkType.Raw, Routed("07 0b 04 0a000009 0a000008 00", to: "0a000002"), [U]),
        ("Source route that is cut", LinkType.Raw, Routed("01 01 01 01 01 01 01 01 01 83 0b 04", to: "0a000002"), [U]),
        ("ARP request", LinkType.Ethernet, Join(Ethernet(0x0806, Arp(1)), new byte[18]), ["ARP 10.0.0.1 > 10.0.0.2 type 1"]),
        ("ARP reply", LinkType.Ethernet, Ethernet(0x0806, Arp(2)), ["ARP 10.0.0.1 > 10.0.0.2 type 2 response"]),
        ("SLL", LinkType.LinuxSll, Join(Hex("0000 0001 0006 0200000000010000 0800"), UdpIn4), [U]),
        ("SLL LLC", LinkType.LinuxSll, Join(Hex("0000 0001 0006 0200000000010000 0004 aaaa03 000000 86dd"), TcpIn6), [T]),
        ("SLL VLAN", LinkType.LinuxSll, Join(Hex("0000 0001 0006 0200000000010000 8100 0009 0800"), UdpIn4), [U + " vlan 9"]),
        ("SLL2", LinkType.LinuxSll2, Join(Hex("86dd 0000 00000003 0001 00 06 0200000000010000"), TcpIn6), [T]),
        ("Null little-endian", LinkType.Null, Join(Hex("02000000"), UdpIn4), [U]),
        ("Null big-endian", LinkType.Null, Join(Hex("00000002"), UdpIn4), [U]),
        ("Null with EtherType", LinkType.Null, Join(Hex("0f000800"), UdpIn4), [U]),
        ("Null with EtherType of IPv6", LinkType.Null, Join(Hex("000086dd"), TcpIn6), [T]),
        ("Null of neither", LinkType.Null, Join(Hex("07000000"), UdpIn4), ["none"]),
        ("Null Linux IPv6", LinkType.Null, Join(Hex("0a000000"), TcpIn6), [T]),
        ("Null NetBSD IPv6", LinkType.Null, Join(Hex("18000000"), TcpIn6), [T]),
        ("Null FreeBSD IPv6", LinkType.Null, Join(Hex("0000001c"), TcpIn6), [T]),
        ("Loop Darwin IPv6", LinkType.Loop, Join(Hex("0000001e"), TcpIn6), [T]),
        ("Raw IPv4", LinkType.Raw, UdpIn4, [U]),
        ("Raw DLT IPv6", LinkType.RawDlt, TcpIn6, [T]),
        ("Link type IPv4", LinkType.IPv4, UdpIn4, [U]),
        ("Link type IPv6", LinkType.IPv6, TcpIn6, [T]),
        ("PPP HDLC", LinkType.Ppp, Join(Hex("ff03 0021"), UdpIn4), [U]),
        ("PPP bare", LinkType.Ppp, Join(Hex("0057"), TcpIn6), [T]),
        ("PPP compressed protocol", LinkType.PppHdlc, Join(Hex("ff03 21"), UdpIn4), [U]),
        ("PPP with direction", LinkType.PppWithDirection, Join(Hex("01 ff03 0021"), UdpIn4), [U]),
        ("PPP is Cisco HDLC", LinkType.PppHdlc, Join(Hex("0f00 0800"), UdpIn4), [U]),
        ("Cisco HDLC", LinkType.CiscoHdlc, Join(Hex("8f00 86dd"), TcpIn6), [T]),
        ("Frame Relay NLPID", LinkType.FrameRelay, Join(Hex("1841 03 cc"), UdpIn4), [U]),
        ("Frame Relay SNAP", LinkType.FrameRelay, Join(Hex("1841 03 00 80 000000 0800"), UdpIn4), [U]),
        ("Frame Relay Cisco", LinkType.FrameRelay, Join(Hex("1841 86dd"), TcpIn6), [T]),
        ("FDDI", LinkType.Fddi, Join(Hex("50 020000000002 020000000001 aaaa03 000000 0800"), UdpIn4), [U]),
        ("SLIP", LinkType.Slip, Join(new byte[16], UdpIn4), [U]),
        ("ARCNET", LinkType.ArcnetLinux, Join(Hex("01 02 0000 d4 00 0001"), UdpIn4), [U]),
        ("NFLOG", LinkType.Nflog, Join(Hex("02 00 0000 0500 0a00 61000000 2400 0900"), UdpIn4), [U]),
        ("PPI 802.11", LinkType.Ppi, Join(Hex("00 00 0800 69000000"), Wlan("0800"), UdpIn4), [U]),
        ("PPI Ethernet", LinkType.Ppi, Join(Hex("00 00 0800 01000000"), EthernetUdpIn4), [U]),
        ("mPacket", LinkType.EthernetMpacket, Join(Hex("55555555555555d5"), EthernetUdpIn4, Hex("00000000")), [U]),
        ("DSA", LinkType.DsaTag, Join(Hex("020000000002 020000000001 c0000000 0800"), UdpIn4), [U]),
        ("EDSA", LinkType.DsaTagEdsa, Join(Hex("020000000002 020000000001 dada0000c0000000 0800"), UdpIn4), [U]),
        ("802.11", LinkType.Ieee80211, Join(Wlan("0801"), UdpIn4), [U]),
        ("802.11 QoS", LinkType.Ieee80211, Join(Wlan("8802", "0000"), UdpIn4), [U]),
        ("802.11 four addresses QoS HT", LinkType.Ieee80211, Join(Wlan("8883", "020000000009 0000 00000000"), UdpIn4), [U]),
        ("802.11 encrypted", LinkType.Ieee80211, Join(Wlan("0841"), UdpIn4), ["none"]),
        ("802.11 beacon", LinkType.Ieee80211, Join(Wlan("8000"), UdpIn4), ["none"]),
        ("Radiotap with timer and checksum", LinkType.Ieee80211Radiotap,
            Join(Hex("00 00 1100 03000000 0102030405060708 10"), Wlan("0801"), Hex("4500 0000 0001 0000 4011 0000 0a000001 0a000002"), Udp, Hex("deadbeef")), [U]),
        ("Radiotap two present words", LinkType.Ieee80211Radiotap,
            Join(Hex("00 00 0d00 02000080 00000000 10"), Wlan("0801"), UdpIn4, Hex("deadbeef")), [U]),
        ("A-MSDU", LinkType.Ieee80211, Join(
            Hex("8801 0000 020000000003 020000000001 020000000002 0000 8000"),
            Hex("020000000002 020000000001 0029 aaaa03 000000 0800"), UdpIn4, Hex("00 00"),
            Hex("020000000002 020000000001 004d aaaa03 000000 86dd"), TcpIn6), [U, T]),
        ("IPv4 options", LinkType.Raw, Join(Hex("4600 0024 0001 0000 4011 0000 0a000001 0a000002 94040000"), Udp), [U]),
        ("IPv4 length zero", LinkType.Raw, Join(Hex("4500 0000 0001 0000 4011 0000 0a000001 0a000002"), Udp), [U]),
        ("IPv6 extensions", LinkType.Raw, IPv6(0, Join(Hex("2b00 050200000000"), Hex("3c00 000000000000"), Hex("0600 010400000000"), Tcp)), [T]),
        ("IPv6 atomic fragment", LinkType.Raw, IPv6(44, Join(Hex("0600 0000 00000001"), Tcp)), [T]),
        ("IPv6 authenticated", LinkType.Raw, IPv6(51, Join(Hex("0604 0000 00000001 00000001 000000000000000000000000"), Tcp)), [T]),
        ("IPv6 offloaded", LinkType.Raw, Join(Hex("60000000 0000 06 3f 20010db8000000000000000000000001 20010db8000000000000000000000002"), Tcp), [T]),
        ("IPv6 no next header", LinkType.Raw, IPv6(59, []), ["59 2001:db8::1 > 2001:db8::2"]),
        ("IPv6 mobility", LinkType.Raw, IPv6(135, Hex("3b00 0000 0000 0000")), ["Mobility 2001:db8::1 > 2001:db8::2 3b00000000000000"]),
        ("ICMP echo", LinkType.Raw, IPv4(1, Hex("0800 0000 1234 0001 61")), ["ICMP 10.0.0.1 > 10.0.0.2 a type 8 echo 12340001"]),
        ("ICMP echo reply", LinkType.Raw, IPv4(1, Hex("0000 0000 1234 0001")), ["ICMP 10.0.0.1 > 10.0.0.2 type 0 echo 12340001 response"]),
        ("ICMPv6 echo reply", LinkType.Raw, IPv6(58, Hex("8100 0000 1234 0002")), ["ICMPv6 2001:db8::1 > 2001:db8::2 type 129 echo 12340002 response"]),
        ("Neighbor solicitation", LinkType.Raw, IPv6(58, Hex("8700 0000 00000000 20010db8000000000000000000000009")),
            ["ICMPv6 2001:db8::1 > 2001:db8::2 20010db8000000000000000000000009 type 135"]),
        ("IGMP", LinkType.Raw, IPv4(2, Hex("1600 0000 e0000005")), ["IGMP 10.0.0.1 > 10.0.0.2 type 22"]),
        ("SCTP", LinkType.Raw, IPv4(132, Hex("0b59 0b5a 00000001 00000000 0a000004")), ["SCTP 10.0.0.1:2905 > 10.0.0.2:2906 0a000004"]),
        ("UDP-Lite", LinkType.Raw, IPv4(136, Hex("03e8 07d0 0008 0000 61626364")), ["UDPLite 10.0.0.1:1000 > 10.0.0.2:2000 abcd"]),
        ("UDP length short", LinkType.Raw, IPv4(17, Hex("03e8 07d0 000a 0000 61626364")), ["UDP 10.0.0.1:1000 > 10.0.0.2:2000 ab"]),
        ("ESP", LinkType.Raw, IPv4(50, Hex("00000001 00000002")), ["ESP 10.0.0.1 > 10.0.0.2 0000000100000002"]),
        .. GoldenTunnels.All,
    ];

    /// <summary>A 802.11 header of three addresses, what <paramref name="more"/> adds to it, and LLC SNAP for IPv4.</summary>
    public static byte[] Wlan(string control, string more = "") =>
        Join(Hex(control), Hex("0000 020000000003 020000000001 020000000002 0000"), Hex(more), Hex("aaaa03 000000 0800"));
}
