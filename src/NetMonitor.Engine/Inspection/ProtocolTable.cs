using NetMonitor.Inspection.Data;
using NetMonitor.Inspection.Dns;
using NetMonitor.Inspection.Http2;
using NetMonitor.Inspection.Http;
using NetMonitor.Inspection.Industry;
using NetMonitor.Inspection.Peers;
using NetMonitor.Inspection.Proxies;
using NetMonitor.Inspection.Quic;
using NetMonitor.Inspection.Remote;
using NetMonitor.Inspection.Routing;
using NetMonitor.Inspection.Services;
using NetMonitor.Inspection.Ssh;
using NetMonitor.Inspection.Text;
using NetMonitor.Inspection.Tls;
using NetMonitor.Inspection.Tunnels;
using NetMonitor.Inspection.Voice;

namespace NetMonitor.Inspection;

/// <summary>
/// Every application protocol that is recognized: one row each. Probes are tried from the top and the first match wins, so exact and cheap
/// signatures come first, wider and dearer ones last. A row is all there is to add for a new protocol, besides its own file and test.
/// </summary>
internal static class ProtocolTable
{
    /// <summary>The rows, in the order they are tried. At most 128: <see cref="Candidates"/> has a bit for each.</summary>
    public static readonly IReadOnlyList<ProtocolRow> Rows =
    [
        // Web
        new("TLS")
        {
            StreamProbe = TlsInspector.Probe,
            CreateStream = static context => TlsInspector.Begin(context),
            Ports = TlsApplications.PortHints,
        },
        new("DTLS")
        {
            DatagramProbe = DtlsInspector.Probe,
            DatagramFirst = static first => first is 1 or (>= 20 and <= 26),
            CreateDatagram = static context => new DtlsInspector(context),
            Ports = TlsApplications.DtlsPortHints,
        },
        new("HTTP2")
        {
            StreamProbe = Http2Frame.Probe,
            CreateStream = static _ => new Http2Inspector(),
        },
        new("HTTP")
        {
            StreamProbe = HttpProbe.Probe,
            CreateStream = static context => new HttpInspector(context),
            Ports = [new(TransportProtocol.TCP, 80, "HTTP")],
        },
        new("QUIC")
        {
            DatagramProbe = QuicProbe.Probe,
            CreateDatagram = static context => new QuicInspector(joined: false, context.Secrets),
        },
        new("PROXY")
        {
            StreamProbe = ProxyProtocolInspector.Probe,
            CreateStream = static context => new ProxyProtocolInspector(context),
        },
        new("SOCKS")
        {
            StreamProbe = SocksInspector.Probe,
            CreateStream = static context => new SocksInspector(context),
            Ports = [new(TransportProtocol.TCP, 1080, "SOCKS")],
        },

        // Remote access: before DNS, which cannot tell the short openings of these from a message's length
        new("SSH")
        {
            StreamProbe = SshInspector.Probe,
            CreateStream = static context => new SshInspector(context),
            DatagramProbe = SshDatagramInspector.Probe,
            DatagramFirst = static first => first == 'S',
            CreateDatagram = static _ => new SshDatagramInspector(),
            Ports = [new(TransportProtocol.TCP, 22, "SSH")],
        },
        new("RDP")
        {
            StreamProbe = RdpInspector.Probe,
            CreateStream = static context => new RdpInspector(context),
            Ports = [new(TransportProtocol.TCP, 3389, "RDP"), new(TransportProtocol.UDP, 3389, "RDP")],
        },
        new("VNC")
        {
            StreamProbe = VncInspector.Probe,
            CreateStream = static _ => new VncInspector(),
            Ports = [new(TransportProtocol.TCP, 5900, "VNC")],
        },
        new("TELNET")
        {
            StreamProbe = TelnetInspector.Probe,
            CreateStream = static _ => new TelnetInspector(),
            Ports = [new(TransportProtocol.TCP, 23, "TELNET")],
        },

        // Names
        new("DNS")
        {
            StreamProbe = DnsStreamInspector.Probe,
            CreateStream = static context => new DnsStreamInspector(context),
            DatagramProbe = DnsDatagramInspector.Probe,
            CreateDatagram = static context => new DnsDatagramInspector(context),
            Ports = [new(TransportProtocol.TCP, 53, "DNS")],
        },

        // Mail, files, chat, voice: lines of text
        new("SMTP")
        {
            StreamProbe = Smtp.Probe,
            CreateStream = static context => new Smtp(context),
            Ports = [new(TransportProtocol.TCP, 25, "SMTP"), new(TransportProtocol.TCP, 587, "SMTP")],
        },
        new("FTP")
        {
            StreamProbe = Ftp.Probe,
            CreateStream = static context => new Ftp(context),
            Ports = [new(TransportProtocol.TCP, 21, "FTP")],
        },
        new("POP3")
        {
            StreamProbe = Pop3.Probe,
            CreateStream = static context => new Pop3(context),
            Ports = [new(TransportProtocol.TCP, 110, "POP3")],
        },
        new("IMAP")
        {
            StreamProbe = Imap.Probe,
            CreateStream = static context => new Imap(context),
            Ports = [new(TransportProtocol.TCP, 143, "IMAP")],
        },
        new("NNTP")
        {
            StreamProbe = Nntp.Probe,
            CreateStream = static context => new Nntp(context),
            Ports = [new(TransportProtocol.TCP, 119, "NNTP")],
        },
        new("IRC")
        {
            StreamProbe = Irc.Probe,
            CreateStream = static context => new Irc(context),
            Ports = [new(TransportProtocol.TCP, 6667, "IRC")],
        },
        new("XMPP")
        {
            StreamProbe = Xmpp.Probe,
            CreateStream = static context => new Xmpp(context),
            Ports = [new(TransportProtocol.TCP, 5269, "XMPP")],
        },
        new("SIP")
        {
            StreamProbe = SipDatagrams.Probe,
            CreateStream = static _ => new SipStream(),
            DatagramProbe = SipDatagrams.Probe,
            DatagramFirst = static first => first is (byte)'\r' or (byte)'\n' or (byte)'_' or (>= (byte)'A' and <= (byte)'Z'),
            CreateDatagram = static _ => new SipDatagrams(),
            Ports = [new(TransportProtocol.TCP, 5060, "SIP"), new(TransportProtocol.UDP, 5060, "SIP")],
        },
        new("RTSP")
        {
            StreamProbe = Rtsp.Probe,
            CreateStream = static _ => new Rtsp(),
            Ports = [new(TransportProtocol.TCP, 554, "RTSP")],
        },
        new("RTCP")
        {
            DatagramProbe = Rtp.ProbeControl,
            DatagramFirst = static first => first >> 6 == 2,
            CreateDatagram = static _ => new Rtp(),
        },

        // Messages and databases
        new("MQTT")
        {
            StreamProbe = MqttInspector.Probe,
            CreateStream = static _ => new MqttInspector(),
            Ports = [new(TransportProtocol.TCP, 1883, "MQTT")],
        },
        new("MySQL")
        {
            StreamProbe = MySqlInspector.Probe,
            CreateStream = static context => new MySqlInspector(context),
            Ports = [new(TransportProtocol.TCP, 3306, "MySQL")],
        },
        new("PostgreSQL")
        {
            StreamProbe = PostgreSqlInspector.Probe,
            CreateStream = static context => new PostgreSqlInspector(context),
            Ports = [new(TransportProtocol.TCP, 5432, "PostgreSQL")],
        },
        new("MongoDB")
        {
            StreamProbe = MongoDbInspector.Probe,
            CreateStream = static _ => new MongoDbInspector(),
            Ports = [new(TransportProtocol.TCP, 27017, "MongoDB")],
        },
        new("TDS")
        {
            StreamProbe = TdsInspector.Probe,
            CreateStream = static context => new TdsInspector(context),
            Ports = [new(TransportProtocol.TCP, 1433, "TDS")],
        },
        new("AMQP")
        {
            StreamProbe = AmqpInspector.Probe,
            CreateStream = static context => new AmqpInspector(context),
            Ports = [new(TransportProtocol.TCP, 5672, "AMQP")],
        },
        new("Cassandra")
        {
            StreamProbe = CassandraInspector.Probe,
            CreateStream = static _ => new CassandraInspector(),
            Ports = [new(TransportProtocol.TCP, 9042, "Cassandra")],
        },
        new("NATS")
        {
            StreamProbe = NatsInspector.Probe,
            CreateStream = static context => new NatsInspector(context),
            Ports = [new(TransportProtocol.TCP, 4222, "NATS")],
        },
        new("Redis")
        {
            StreamProbe = RedisInspector.Probe,
            CreateStream = static context => new RedisInspector(context),
            Ports = [new(TransportProtocol.TCP, 6379, "Redis")],
        },
        new("Kafka")
        {
            StreamProbe = KafkaInspector.Probe,
            CreateStream = static _ => new KafkaInspector(),
            Ports = [new(TransportProtocol.TCP, 9092, "Kafka")],
        },
        new("Memcached")
        {
            StreamProbe = MemcachedInspector.Probe,
            CreateStream = static _ => new MemcachedInspector(),
            Ports = [new(TransportProtocol.TCP, 11211, "Memcached")],
        },

        // Directories, shares, services of the network
        new("SMB")
        {
            StreamProbe = Smb.Probe,
            CreateStream = static _ => new FramedMessages(new Smb(), Smb.Frame, Smb.Head),
            Ports = [new(TransportProtocol.TCP, 445, "SMB"), new(TransportProtocol.TCP, 139, "SMB")],
        },
        new("STUN")
        {
            StreamProbe = Stun.StreamProbe,
            CreateStream = static _ => new FramedMessages(new Stun(), Stun.Frame, Stun.Head),
            DatagramProbe = Stun.Probe,
            DatagramFirst = static first => first >> 6 == 0,
            CreateDatagram = static _ => new DatagramMessages(new Stun()),
            Ports = [new(TransportProtocol.TCP, 3478, "STUN")],
        },
        new("DHCP")
        {
            DatagramProbe = Dhcp.Probe,
            DatagramFirst = static first => first is 1 or 2,
            CreateDatagram = static _ => new DatagramMessages(new Dhcp()),
        },
        new("SSDP")
        {
            DatagramProbe = Ssdp.Probe,
            DatagramFirst = static first => first is (byte)'H' or (byte)'M' or (byte)'N',
            CreateDatagram = static _ => new DatagramMessages(new Ssdp()),
        },
        new("Kerberos")
        {
            StreamProbe = Kerberos.StreamProbe,
            CreateStream = static _ => new FramedMessages(new Kerberos(), Kerberos.Frame, Kerberos.Head),
            DatagramProbe = Kerberos.Probe,
            DatagramFirst = static first => first is >= 0x6A and <= 0x7E,
            CreateDatagram = static _ => new DatagramMessages(new Kerberos()),
            Ports = [new(TransportProtocol.TCP, 88, "Kerberos")],
        },
        new("LDAP")
        {
            StreamProbe = Ldap.Probe,
            CreateStream = static context => new FramedMessages(new Ldap(context), Ldap.Frame, Ldap.Head),
            DatagramProbe = Ldap.Probe,
            DatagramFirst = static first => first == 0x30,
            CreateDatagram = static context => new DatagramMessages(new Ldap(context)),
            Ports = [new(TransportProtocol.TCP, 389, "LDAP"), new(TransportProtocol.TCP, 3268, "LDAP")],
        },
        new("SNMP")
        {
            DatagramProbe = Snmp.Probe,
            DatagramFirst = static first => first == 0x30,
            CreateDatagram = static _ => new DatagramMessages(new Snmp()),
        },
        new("NetBIOS-NS")
        {
            DatagramProbe = NetBiosNames.Probe,
            CreateDatagram = static _ => new DatagramMessages(new NetBiosNames()),
        },
        new("NetBIOS-DGM")
        {
            DatagramProbe = NetBiosDatagrams.Probe,
            CreateDatagram = static _ => new DatagramMessages(new NetBiosDatagrams()),
        },
        new("RPC")
        {
            StreamProbe = Rpc.StreamProbe,
            CreateStream = static _ => new FramedMessages(new Rpc(), Rpc.Frame, Rpc.Head),
            DatagramProbe = Rpc.Probe,
            CreateDatagram = static _ => new DatagramMessages(new Rpc()),
            Ports = [new(TransportProtocol.TCP, 2049, "NFS"), new(TransportProtocol.TCP, 111, "Portmap")],
        },
        new("TFTP")
        {
            DatagramProbe = Tftp.Probe,
            DatagramFirst = static first => first == 0,
            CreateDatagram = static _ => new DatagramMessages(new Tftp()),
        },
        new("Syslog")
        {
            StreamProbe = Syslog.StreamProbe,
            CreateStream = static _ => new FramedMessages(new Syslog(), Syslog.Frame, Syslog.Head),
            DatagramProbe = Syslog.Probe,
            DatagramFirst = static first => first == '<',
            CreateDatagram = static _ => new DatagramMessages(new Syslog()),
        },
        new("DHCPv6")
        {
            DatagramProbe = DhcpV6.Probe,
            DatagramFirst = static first => first is >= 1 and <= 13,
            CreateDatagram = static _ => new DatagramMessages(new DhcpV6()),
        },
        new("RADIUS")
        {
            DatagramProbe = Radius.Probe,
            CreateDatagram = static _ => new DatagramMessages(new Radius()),
        },
        new("NTP")
        {
            DatagramProbe = Ntp.Probe,
            DatagramFirst = static first => (first >> 3 & 7) is >= 1 and <= 4,
            CreateDatagram = static _ => new DatagramMessages(new Ntp()),
        },

        // Tunnels, routing, industry, peers
        new("BitTorrent")
        {
            StreamProbe = BitTorrentStream.Probe,
            CreateStream = static _ => new BitTorrentStream(),
            DatagramProbe = BitTorrentDatagrams.Probe,
            DatagramFirst = static first => first is 0 or (byte)'B' or (byte)'d',
            CreateDatagram = static _ => new BitTorrentDatagrams(),
        },
        new("Bitcoin") { StreamProbe = Bitcoin.Probe, CreateStream = static _ => new KnownStream("Bitcoin") },
        new("BGP") { StreamProbe = Bgp.Probe, CreateStream = static _ => new Bgp(), Ports = [new(TransportProtocol.TCP, 179, "BGP")] },
        new("IKE") { DatagramProbe = Ike.Probe, CreateDatagram = static _ => new Ike() },
        new("OpenVPN")
        {
            StreamProbe = OpenVpnStream.Probe,
            CreateStream = static context => new OpenVpnStream(context),
            DatagramProbe = OpenVpnDatagrams.Probe,
            DatagramFirst = OpenVpnReset.MayBegin,
            CreateDatagram = static context => new OpenVpnDatagrams(context),
        },
        new("L2TP") { DatagramProbe = TunnelSignatures.L2tp, DatagramFirst = static first => first == 0xC8, CreateDatagram = static _ => new KnownDatagrams("L2TP") },
        new("PPTP") { StreamProbe = TunnelSignatures.Pptp, CreateStream = static _ => new KnownStream("PPTP") },
        new("GTP") { DatagramProbe = Gtp.Probe, DatagramFirst = static first => first >> 5 is 1 or 2, CreateDatagram = static context => new Gtp(context) },
        new("RIP") { DatagramProbe = RoutingSignatures.Rip, DatagramFirst = static first => first is 1 or 2, CreateDatagram = static _ => new KnownDatagrams("RIP") },
        new("HSRP") { DatagramProbe = RoutingSignatures.Hsrp, DatagramFirst = static first => first is 0 or 1, CreateDatagram = static _ => new KnownDatagrams("HSRP") },
        new("BFD") { DatagramProbe = RoutingSignatures.Bfd, DatagramFirst = static first => first >> 5 == 1, CreateDatagram = static _ => new KnownDatagrams("BFD") },
        new("LDP")
        {
            StreamProbe = RoutingSignatures.LdpStream,
            CreateStream = static _ => new KnownStream("LDP"),
            DatagramProbe = RoutingSignatures.LdpDatagram,
            DatagramFirst = static first => first == 0,
            CreateDatagram = static _ => new KnownDatagrams("LDP"),
            Ports = [new(TransportProtocol.TCP, 646, "LDP"), new(TransportProtocol.UDP, 646, "LDP")],
        },
        new("NetFlow") { DatagramProbe = FlowExport.NetFlow, DatagramFirst = static first => first == 0, CreateDatagram = static _ => new KnownDatagrams("NetFlow") },
        new("sFlow") { DatagramProbe = FlowExport.SFlow, DatagramFirst = static first => first == 0, CreateDatagram = static _ => new KnownDatagrams("sFlow") },
        new("Modbus") { StreamProbe = Modbus.Probe, CreateStream = static _ => new Modbus() },
        new("DNP3")
        {
            StreamProbe = IndustrySignatures.Dnp3,
            CreateStream = static _ => new KnownStream("DNP3"),
            DatagramProbe = IndustrySignatures.Dnp3,
            DatagramFirst = static first => first == 5,
            CreateDatagram = static _ => new KnownDatagrams("DNP3"),
        },
        new("S7comm") { StreamProbe = IndustrySignatures.S7comm, CreateStream = static _ => new KnownStream("S7comm") },
        new("EtherNet/IP")
        {
            StreamProbe = IndustrySignatures.EtherNetIPStream,
            CreateStream = static _ => new KnownStream("EtherNet/IP"),
            DatagramProbe = IndustrySignatures.EtherNetIPDatagram,
            DatagramFirst = static first => first is 4 or (>= 0x63 and <= 0x70),
            CreateDatagram = static _ => new KnownDatagrams("EtherNet/IP"),
            Ports = [new(TransportProtocol.TCP, 44818, "EtherNet/IP"), new(TransportProtocol.UDP, 44818, "EtherNet/IP")],
        },
        new("OPC UA") { StreamProbe = OpcUa.Probe, CreateStream = static _ => new OpcUa() },
        new("IEC 104") { StreamProbe = IndustrySignatures.Iec104, CreateStream = static _ => new KnownStream("IEC 104") },
        new("BACnet") { DatagramProbe = Bacnet.Probe, DatagramFirst = static first => first == 0x81, CreateDatagram = static _ => new Bacnet() },
        new("Git") { StreamProbe = Git.Probe, CreateStream = static _ => new Git() },
        new("Gnutella") { StreamProbe = Gnutella.Probe, CreateStream = static context => new Gnutella(context) },
        new("rsync") { StreamProbe = Rsync.Probe, CreateStream = static _ => new KnownStream("rsync") },
        new("X11") { StreamProbe = X11.Probe, CreateStream = static _ => new KnownStream("X11") },

        // Wide patterns, tried last
        new("SSH, behind text")
        {
            StreamProbe = SshInspector.ProbeBehindText,
            CreateStream = static context => new SshInspector(context),
        },
        new("QUIC, joined late")
        {
            DatagramProbe = QuicProbe.ProbeJoined,
            DatagramFirst = QuicLongHeader.IsShort,
            CreateDatagram = static _ => new QuicInspector(joined: true),
        },
        new("CoAP") { DatagramProbe = Coap.Probe, DatagramFirst = static first => first >> 6 == 1, CreateDatagram = static context => new Coap(context) },
        new("WireGuard") { DatagramProbe = WireGuard.Probe, DatagramFirst = static first => first is >= 1 and <= 4, CreateDatagram = static _ => new WireGuard() },
        new("uTP") { DatagramProbe = MicroTransport.Probe, DatagramFirst = static first => first == 0x41, CreateDatagram = static _ => new MicroTransport() },
        new("RTP")
        {
            DatagramProbe = Rtp.Probe,
            DatagramFirst = static first => first >> 6 == 2,
            CreateDatagram = static _ => new Rtp(),
        },
    ];
}
