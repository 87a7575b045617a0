using System.Collections.Frozen;

namespace NetMonitor.Tests.Corpus;

/// <summary>
/// Our names of applications, and the labels of the truth that agree with each. A label is tshark's name of a protocol in lower case; a flow has several
/// (its carrier's too), and one in common is agreement.
/// </summary>
internal static class ApplicationLabels
{
    /// <summary>The one table.</summary>
    private static readonly FrozenDictionary<string, string[]> Table = new Dictionary<string, string[]>
    {
        // Web. What is inside of TLS, and of QUIC, the truth sees only where it had the keys.
        ["TLS"] = ["tls"],
        ["HTTPS"] = ["tls", "http", "http2"],
        ["DTLS"] = ["dtls"],
        ["WebRTC"] = ["dtls"],
        ["HTTP"] = ["http"],
        ["HTTP/2"] = ["http2"],
        ["HTTP2"] = ["http2"],
        ["gRPC"] = ["http2"],
        ["WebSocket"] = ["websocket"],
        ["QUIC"] = ["quic", "gquic"],
        ["QUIC, joined late"] = ["quic", "gquic"],
        ["gQUIC"] = ["quic", "gquic"],
        ["HTTP/3"] = ["quic"],
        ["DoQ"] = ["quic"],
        ["SMB over QUIC"] = ["quic"],
        ["DoH"] = ["tls", "http", "http2"],
        ["ACME"] = ["tls"],
        ["APNS"] = ["tls"],
        ["RadSec"] = ["tls"],
        ["NTS-KE"] = ["tls"],
        ["DoT"] = ["tls"],
        ["SMTPS"] = ["tls", "smtp"],
        ["NNTPS"] = ["tls"],
        ["LDAPS"] = ["tls", "ldap"],
        ["FTPS"] = ["tls", "ftp"],
        ["TELNETS"] = ["tls"],
        ["IMAPS"] = ["tls", "imap"],
        ["POP3S"] = ["tls", "pop3"],
        ["ManageSieve"] = ["tls"],
        ["SIPS"] = ["tls", "sip"],
        ["XMPPS"] = ["tls", "xmpp"],
        ["STUNS"] = ["tls", "stun"],
        ["AMQPS"] = ["tls"],
        ["Syslog-TLS"] = ["tls", "syslog"],
        ["IRCS"] = ["tls", "irc"],
        ["MQTTS"] = ["tls", "mqtt"],
        ["CoAPS"] = ["tls", "dtls"],
        ["Tor"] = ["tls"],

        // Names
        ["DNS"] = ["dns"],
        ["mDNS"] = ["mdns"],
        ["LLMNR"] = ["llmnr"],
        ["NetBIOS-NS"] = ["nbns"],
        ["NetBIOS-DGM"] = ["nbdgm"],
        ["NetBIOS-SSN"] = ["nbss"],

        // Remote access
        ["SSH"] = ["ssh"],
        ["SSH, behind text"] = ["ssh"],
        ["RDP"] = ["rdp"],
        ["VNC"] = ["vnc"],
        ["TELNET"] = ["telnet"],
        ["X11"] = ["x11"],
        ["rsync"] = ["rsync"],
        ["Git"] = ["git"],

        // Mail, files, chat, voice
        ["FTP"] = ["ftp"],
        ["FTP-DATA"] = ["ftp-data"],
        ["TFTP"] = ["tftp"],
        ["SMTP"] = ["smtp"],
        ["POP3"] = ["pop3"],
        ["IMAP"] = ["imap"],
        ["NNTP"] = ["nntp"],
        ["IRC"] = ["irc"],
        ["SIP"] = ["sip"],
        ["RTP"] = ["rtp"],
        ["RTCP"] = ["rtcp"],
        ["RTSP"] = ["rtsp"],
        ["XMPP"] = ["xmpp"],
        ["STUN"] = ["stun"],
        ["TURN"] = ["stun"],

        // Messages and databases
        ["MQTT"] = ["mqtt"],
        ["AMQP"] = ["amqp"],
        ["NATS"] = ["nats"],
        ["Kafka"] = ["kafka"],
        ["Redis"] = ["redis", "resp"],
        ["Memcached"] = ["memcache"],
        ["MySQL"] = ["mysql"],
        ["PostgreSQL"] = ["pgsql", "tls"],
        ["TDS"] = ["tds", "tls"],
        ["MongoDB"] = ["mongo"],
        ["Cassandra"] = ["cql"],

        // Directories, shares, services of the network
        ["SMB"] = ["smb", "smb2"],
        ["RPC"] = ["rpc", "nfs"],
        ["Portmap"] = ["rpc", "portmap"],
        ["MOUNT"] = ["rpc", "mount"],
        ["NLM"] = ["rpc", "nlm"],
        ["NSM"] = ["rpc", "stat"],
        ["NFS-ACL"] = ["rpc", "nfsacl"],
        ["NFS"] = ["nfs", "rpc"],
        ["DCERPC"] = ["dcerpc"],
        ["LDAP"] = ["ldap", "cldap"],
        ["CLDAP"] = ["ldap", "cldap"],
        ["Kerberos"] = ["kerberos"],
        ["RADIUS"] = ["radius"],
        ["SNMP"] = ["snmp"],
        ["Syslog"] = ["syslog"],
        ["NTP"] = ["ntp"],
        ["DHCP"] = ["dhcp"],
        ["DHCPv6"] = ["dhcpv6"],
        ["SSDP"] = ["ssdp"],

        // Tunnels, routing, industry, peers
        ["BitTorrent"] = ["bittorrent", "bt-utp"],
        ["BitTorrent DHT"] = ["bittorrent", "bt-dht"],
        ["uTP"] = ["bittorrent", "bt-utp"],
        ["WireGuard"] = ["wireguard"],
        ["OpenVPN"] = ["openvpn"],
        ["IKE"] = ["ike", "isakmp"],
        ["IPsec"] = ["ike", "isakmp", "esp", "udpencap"],
        ["ESP"] = ["esp", "ike", "udpencap"],
        ["Modbus"] = ["modbus"],
        ["BACnet"] = ["bacnet"],
        ["CoAP"] = ["coap"],
        ["CAPWAP"] = ["capwap", "dtls"],
        ["GTP"] = ["gtp", "gtpv2", "gtpprime"],
        ["GTP-U"] = ["gtp"],
        ["GTP-C"] = ["gtp", "gtpv2"],
        ["VXLAN"] = ["vxlan"],
        ["Geneve"] = ["geneve"],
        ["Teredo"] = ["teredo"],
        ["L2TP"] = ["l2tp"],
        ["BGP"] = ["bgp"],
        ["OSPF"] = ["ospf"],
        ["VRRP"] = ["vrrp"],
        ["HSRP"] = ["hsrp"],
        ["RIP"] = ["rip"],
        ["LDP"] = ["ldp"],
        ["BFD"] = ["bfd"],
        ["PPTP"] = ["pptp"],
        ["SOCKS"] = ["socks"],
        ["PROXY"] = ["proxy"],
        ["NetFlow"] = ["netflow", "cflow"],
        ["sFlow"] = ["sflow"],
        ["DNP3"] = ["dnp3"],
        ["S7comm"] = ["s7comm"],
        ["IEC 104"] = ["iec104"],
        ["EtherNet/IP"] = ["enip"],
        ["OPC UA"] = ["opcua"],
        ["Gnutella"] = ["gnutella", "tls"],
        ["Bitcoin"] = ["bitcoin"],
    }.ToFrozenDictionary();

    /// <summary>Every name of ours.</summary>
    public static IEnumerable<string> Applications => Table.Keys;

    /// <summary>The labels that agree with a name of ours.</summary>
    public static IReadOnlyList<string> Of(string application) => Table.TryGetValue(application, out string[]? labels) ? labels : [application.ToLowerInvariant()];
}
