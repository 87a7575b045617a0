using NetMonitor.Packets;
using static NetMonitor.Tests.Packets.Wire;

namespace NetMonitor.Tests.Packets;

/// <summary>One frame of each tunnel. What the outermost packet carries as payload is not spelled out: <c>…</c>.</summary>
internal static class GoldenTunnels
{
    private const string Host = "10.0.0.1 > 10.0.0.2";
    private const string Inner4 = "UDP 10.0.0.1:1000 > 10.0.0.2:2000 abcd";
    private const string Inner6 = "TCP 2001:db8::1:4660 > 2001:db8::2:443 hello";

    public static readonly IReadOnlyList<(string Name, LinkType Link, byte[] Frame, string[] Expected)> All =
    [
        ("IP in IP", LinkType.Raw, IPv4(4, UdpIn4), [$"IPIP {Host} …", Inner4 + " in IpInIp"]),
        ("6in4", LinkType.Raw, IPv4(41, TcpIn6), [$"IPv6 {Host} …", Inner6 + " in IpInIp"]),
        ("4in6", LinkType.Raw, IPv6(4, UdpIn4), ["IPIP 2001:db8::1 > 2001:db8::2 …", Inner4 + " in IpInIp"]),
        ("6in6 after options", LinkType.Raw, IPv6(60, Join(Hex("2900 040104010100"), TcpIn6)), ["IPv6 2001:db8::1 > 2001:db8::2 …", Inner6 + " in IpInIp"]),
        ("routing header, type 0", LinkType.Raw, IPv6(43, Join(Hex("11 04 00 01 00000000 20010db80000000000000000000000aa 20010db80000000000000000000000bb"), Udp)), [To("bb")]),
        ("routing header that is used up", LinkType.Raw, IPv6(43, Join(Hex("11 02 00 00 00000000 20010db80000000000000000000000aa"), Udp)), [To("2")]),
        ("segment routing", LinkType.Raw, IPv6(43, Join(Hex("11 04 04 01 01 00 0000 20010db80000000000000000000000cc 20010db80000000000000000000000dd"), Udp)), [To("cc")]),
        ("routing header of a mobile node", LinkType.Raw, IPv6(43, Join(Hex("11 02 02 01 00000000 20010db80000000000000000000000ee"), Udp)), [To("ee")]),
        ("routing header of another type", LinkType.Raw, IPv6(43, Join(Hex("11 02 fd 01 00000000 20010db80000000000000000000000ee"), Udp)), [To("2")]),
        ("routing header without room", LinkType.Raw, IPv6(43, Join(Hex("11 00 04 01 00000000"), Udp)), [To("2")]),
        ("Three layers", LinkType.Raw, IPv4(41, IPv6(4, UdpIn4)), [$"IPv6 {Host} …", "IPIP 2001:db8::1 > 2001:db8::2 in IpInIp …", Inner4 + " in IpInIp"]),
        ("MPLS in IP", LinkType.Raw, IPv4(137, Join(Hex("00010140"), UdpIn4)), [$"MPLS {Host} …", Inner4 + " in IpInIp"]),
        ("Ethernet in IPv6", LinkType.Raw, IPv6(143, EthernetUdpIn4), ["Ethernet 2001:db8::1 > 2001:db8::2 …", Inner4 + " in IpInIp"]),
        ("PIM register", LinkType.Raw, IPv4(103, Join(Hex("2100 deff 00000000"), UdpIn4)), [$"PIM {Host} …", Inner4 + " in IpInIp"]),
        ("PIM register of nothing", LinkType.Raw, IPv4(103, Hex("2100 deff 40000000")), [$"PIM {Host} …"]),
        ("PIM hello", LinkType.Raw, IPv4(103, Join(Hex("2000 deff 00010002"), UdpIn4)), [$"PIM {Host} …"]),
        ("AH tunnel", LinkType.Raw, IPv4(51, Join(Hex("0404 0000 00000001 00000001 000000000000000000000000"), UdpIn4)), [$"AH {Host} …", Inner4 + " in Ah"]),
        ("GRE", LinkType.Raw, IPv4(47, Join(Hex("0000 0800"), UdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("GRE checksum, key, sequence", LinkType.Raw, IPv4(47, Join(Hex("b000 86dd 00000000 00000001 00000002"), TcpIn6)), [$"GRE {Host} …", Inner6 + " in Gre"]),
        ("GRE Ethernet", LinkType.Raw, IPv4(47, Join(Hex("0000 6558"), Ethernet(0x8100, Join(Hex("0003 0800"), UdpIn4)))), [$"GRE {Host} …", Inner4 + " vlan 3 in Gre"]),
        ("NVGRE", LinkType.Raw, IPv4(47, Join(Hex("2000 6558 00123400"), EthernetUdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("ERSPAN I", LinkType.Raw, IPv4(47, Join(Hex("0000 88be"), EthernetUdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("ERSPAN II", LinkType.Raw, IPv4(47, Join(Hex("1000 88be 00000001 1000 0001 00000000"), EthernetUdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("ERSPAN III", LinkType.Raw, IPv4(47, Join(Hex("1000 22eb 00000001 2000 0001 00000000 0000 0000"), EthernetUdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("ERSPAN III with subheader", LinkType.Raw,
            IPv4(47, Join(Hex("1000 22eb 00000001 2000 0001 00000000 0000 0001 0000000000000000"), EthernetUdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("PPTP", LinkType.Raw, IPv4(47, Join(Hex("3081 880b 0024 0001 00000001 00000002 ff03 0021"), UdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("PPTP acknowledgment alone", LinkType.Raw, IPv4(47, Hex("2081 880b 0000 0001 00000002")), [$"GRE {Host}"]),
        ("WCCP", LinkType.Raw, IPv4(47, Join(Hex("0000 883e 00000000"), UdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("Aruba", LinkType.Raw, IPv4(47, Join(Hex("0000 8210"), GoldenFrames.Wlan("0801"), UdpIn4)), [$"GRE {Host} …", Inner4 + " in Gre"]),
        ("VXLAN", LinkType.Raw, IPv4(17, UdpTo(4789, Join(Hex("08000000 00001200"), EthernetUdpIn4))), [Outer(4789), Inner4 + " in Vxlan"]),
        ("VXLAN, Linux's port", LinkType.Raw, IPv4(17, UdpTo(8472, Join(Hex("08000000 00001200"), Ethernet(0x86DD, TcpIn6)))), [Outer(8472), Inner6 + " in Vxlan"]),
        ("VXLAN-GPE", LinkType.Raw, IPv4(17, UdpTo(4790, Join(Hex("0c000001 00001200"), UdpIn4))), [Outer(4790), Inner4 + " in Vxlan"]),
        ("VXLAN of a VLAN", LinkType.Ethernet, Ethernet(0x8100, Join(Hex("0009 0800"), IPv4(17, UdpTo(4789, Join(Hex("08000000 00001200"), EthernetUdpIn4))))),
            ["UDP 10.0.0.1:50000 > 10.0.0.2:4789 vlan 9 …", Inner4 + " in Vxlan"]),
        ("not VXLAN", LinkType.Raw, IPv4(17, UdpTo(4789, Join(Hex("00000000 00001200"), EthernetUdpIn4))), [Outer(4789)]),
        ("VXLAN of nothing known", LinkType.Raw, IPv4(17, UdpTo(8472, Join(Hex("08000000 00001200"), Ethernet(0x1234, UdpIn4)))), [Outer(8472)]),
        ("Geneve", LinkType.Raw, IPv4(17, UdpTo(6081, Join(Hex("0100 6558 00001200 01020304"), EthernetUdpIn4))), [Outer(6081), Inner4 + " in Geneve"]),
        ("Geneve IPv6", LinkType.Raw, IPv4(17, UdpTo(6081, Join(Hex("0000 86dd 00001200"), TcpIn6))), [Outer(6081), Inner6 + " in Geneve"]),
        ("Geneve, reserved bits", LinkType.Raw, IPv4(17, UdpTo(6081, Join(Hex("003f 6558 000012ff"), EthernetUdpIn4))), [Outer(6081), Inner4 + " in Geneve"]),
        ("not Geneve", LinkType.Raw, IPv4(17, UdpTo(6081, Join(Hex("4000 6558 00001200"), EthernetUdpIn4))), [Outer(6081)]),
        ("GTP-U", LinkType.Raw, IPv4(17, UdpTo(2152, Join(Hex("30 ff 0020 00000001"), UdpIn4))), [Outer(2152), Inner4 + " in GtpU"]),
        ("GTP-U, spare bit", LinkType.Raw, IPv4(17, UdpTo(2152, Join(Hex("38 ff 0020 00000001"), UdpIn4))), [Outer(2152), Inner4 + " in GtpU"]),
        ("GTP-U with sequence", LinkType.Raw, IPv4(17, UdpTo(2152, Join(Hex("32 ff 0024 00000001 0001 00 00"), UdpIn4))), [Outer(2152), Inner4 + " in GtpU"]),
        ("GTP-U with extensions", LinkType.Raw, IPv4(17, UdpTo(2152, Join(Hex("34 ff 0028 00000001 0000 00 85 01 0000 00"), UdpIn4))), [Outer(2152), Inner4 + " in GtpU"]),
        ("GTP-U echo", LinkType.Raw, IPv4(17, UdpTo(2152, Hex("32 01 0004 00000000 0001 0000"))), [Outer(2152)]),
        ("GTP-U too long", LinkType.Raw, IPv4(17, UdpTo(2152, Join(Hex("30 ff 0021 00000001"), UdpIn4))), [Outer(2152)]),
        ("Teredo", LinkType.Raw, IPv4(17, UdpTo(3544, TcpIn6)), [Outer(3544), Inner6 + " in Teredo"]),
        ("Teredo with indications", LinkType.Raw, IPv4(17, UdpTo(3544, Join(Hex("0001 00 00 0102030405060708 00 0000 1234 01020304"), TcpIn6))), [Outer(3544), Inner6 + " in Teredo"]),
        ("not Teredo", LinkType.Raw, IPv4(17, UdpTo(3544, Hex("600000000001"))), [Outer(3544)]),
        ("L2TP", LinkType.Raw, IPv4(17, UdpTo(1701, Join(Hex("4002 002c 0001 0002 ff03 0021"), UdpIn4))), [Outer(1701), Inner4 + " in L2tp"]),
        ("L2TP, reserved bits", LinkType.Raw, IPv4(17, UdpTo(1701, Join(Hex("60f2 002c 0001 0002 ff03 0021"), UdpIn4))), [Outer(1701), Inner4 + " in L2tp"]),
        ("L2TP control", LinkType.Raw, IPv4(17, UdpTo(1701, Hex("c802 000c 0001 0000 0000 0000"))), [Outer(1701)]),
        ("GRE in UDP", LinkType.Raw, IPv4(17, UdpTo(4754, Join(Hex("2000 0800 00000001"), UdpIn4))), [Outer(4754), Inner4 + " in Gre"]),
        ("not GRE in UDP", LinkType.Raw, IPv4(17, UdpTo(4754, Join(Hex("4000 0800"), UdpIn4))), [Outer(4754)]),
        ("MPLS in UDP", LinkType.Raw, IPv4(17, UdpTo(6635, Join(Hex("00010040 00011140"), TcpIn6))), [Outer(6635), Inner6 + " in Mpls"]),
        ("MPLS in UDP, Ethernet", LinkType.Raw, IPv4(17, UdpTo(6635, Join(Hex("00011140 00000000"), EthernetUdpIn4))), [Outer(6635), Inner4 + " in Mpls"]),
        ("not MPLS in UDP", LinkType.Raw, IPv4(17, UdpTo(6635, Hex("00010040 00011140 abcd"))), [Outer(6635)]),
        ("LISP", LinkType.Raw, IPv4(17, UdpTo(4341, Join(Hex("c0123456 00000001"), UdpIn4))), [Outer(4341), Inner4 + " in Lisp"]),
        ("LISP of IPv6", LinkType.Raw, IPv4(17, UdpTo(4341, Join(Hex("00000000 00000000"), TcpIn6))), [Outer(4341), Inner6 + " in Lisp"]),
        ("not LISP", LinkType.Raw, IPv4(17, UdpTo(4341, Hex("c0123456 00000001 45"))), [Outer(4341)]),
        ("CAPWAP", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("00 1003 00 0001 0000"), GoldenFrames.Wlan("0801"), UdpIn4))), [Outer(5247), Inner4 + " in Capwap"]),
        ("CAPWAP, frame control swapped", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("00 1003 00 0001 0000"), GoldenFrames.Wlan("0108"), UdpIn4))), [Outer(5247), Inner4 + " in Capwap"]),
        ("CAPWAP, radio's address, Ethernet", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("00 2002 10 0001 0000 06 020202020202 00"), EthernetUdpIn4))), [Outer(5247), Inner4 + " in Capwap"]),
        ("CAPWAP beacon", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("00 1003 00 0001 0000"), Hex("8000 0000 ffffffffffff 020202020202 020202020202 0000")))), [Outer(5247)]),
        ("CAPWAP keep-alive", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("00 1002 08 0000 0000"), EthernetUdpIn4))), [Outer(5247)]),
        ("CAPWAP fragment", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("00 1002 80 0001 0000"), EthernetUdpIn4))), [Outer(5247)]),
        ("CAPWAP encrypted", LinkType.Raw, IPv4(17, UdpTo(5247, Join(Hex("01 000000"), EthernetUdpIn4))), [Outer(5247)]),
        ("AYIYA", LinkType.Raw, IPv4(17, UdpTo(5072, Join(Hex("42 52 11 29 00000000"), new byte[16 + 20], TcpIn6))), [Outer(5072), Inner6 + " in Ayiya"]),
        ("AYIYA of IPv4", LinkType.Raw, IPv4(17, UdpTo(5072, Join(Hex("00 00 01 04 00000000"), new byte[1], UdpIn4))), [Outer(5072), Inner4 + " in Ayiya"]),
        ("AYIYA heartbeat", LinkType.Raw, IPv4(17, UdpTo(5072, Join(Hex("42 52 10 3b 00000000"), new byte[16 + 20]))), [Outer(5072)]),
    ];

    private static string To(string end) => $"UDP 2001:db8::1:1000 > 2001:db8::{end}:2000 abcd";

    private static string Outer(int port) => $"UDP 10.0.0.1:50000 > 10.0.0.2:{port} …";
}
