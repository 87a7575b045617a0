using System.Collections.Frozen;
using NetMonitor.Inspection.Dns;
using NetMonitor.Inspection.Http;
using NetMonitor.Inspection.Industry;
using NetMonitor.Inspection.Peers;
using NetMonitor.Inspection.Routing;
using NetMonitor.Inspection.Tls;
using NetMonitor.Inspection.Tunnels;

namespace NetMonitor.Inspection;

/// <summary>Says whether the first bytes of a direction (all of them that are in order so far), or a datagram, are a protocol's.</summary>
/// <remarks>An answer holds for more bytes too: only <see cref="Match.NeedMore"/> may change. A pure function: keeps nothing, allocates
/// nothing.</remarks>
internal delegate Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes);

/// <summary>A port that suggests a protocol.</summary>
/// <param name="Transport">TCP or UDP.</param>
/// <param name="Port">The server's port.</param>
/// <param name="Application">The name it suggests, at <see cref="Confidence.Port"/>.</param>
internal readonly record struct PortHint(TransportProtocol Transport, ushort Port, string Application);

/// <summary>A row of <see cref="ProtocolTable"/>: how a protocol is found and who follows it. What it has no probe for is known by port
/// only.</summary>
/// <param name="Name">The protocol's name.</param>
internal sealed record ProtocolRow(string Name)
{
    /// <summary>Finds it in a TCP stream.</summary>
    public Probe? StreamProbe { get; init; }

    /// <summary>Follows it there.</summary>
    public Func<FlowContext, StreamInspector>? CreateStream { get; init; }

    /// <summary>Finds it in UDP datagrams.</summary>
    public Probe? DatagramProbe { get; init; }

    /// <summary>Follows it there.</summary>
    public Func<FlowContext, DatagramInspector>? CreateDatagram { get; init; }

    /// <summary>Ports that are hardly used for anything else.</summary>
    public IReadOnlyList<PortHint> Ports { get; init; } = [];

    /// <summary>A protocol without a probe.</summary>
    public static ProtocolRow ByPort(string name, ushort[] tcp, ushort[] udp) => new(name)
    {
        Ports =
        [
            .. tcp.Select(port => new PortHint(TransportProtocol.TCP, port, name)),
            .. udp.Select(port => new PortHint(TransportProtocol.UDP, port, name)),
        ],
    };

    /// <summary>True when it is told by content on <paramref name="transport"/>.</summary>
    public bool HasProbe(TransportProtocol transport) => (transport == TransportProtocol.TCP ? StreamProbe : DatagramProbe) is not null;
}

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
            CreateStream = static context => new TlsInspector(context),
            Ports = TlsApplications.PortHints,
        },
        new("HTTP")
        {
            StreamProbe = HttpProbe.Probe,
            CreateStream = static context => new HttpInspector(context),
            Ports = [new(TransportProtocol.TCP, 80, "HTTP")],
        },
        ProtocolRow.ByPort("QUIC", [], [443]),

        // Names
        new("DNS")
        {
            StreamProbe = DnsStreamInspector.Probe,
            CreateStream = static context => new DnsStreamInspector(context),
            DatagramProbe = DnsDatagramInspector.Probe,
            CreateDatagram = static context => new DnsDatagramInspector(context),
            Ports = [new(TransportProtocol.TCP, 53, "DNS")],
        },

        // Remote access
        ProtocolRow.ByPort("SSH", [22], []),
        ProtocolRow.ByPort("RDP", [3389], [3389]),

        // Mail, files, chat, voice: lines of text
        ProtocolRow.ByPort("FTP", [21], []),
        ProtocolRow.ByPort("TELNET", [23], []),
        ProtocolRow.ByPort("SMTP", [25, 587], []),
        ProtocolRow.ByPort("POP3", [110], []),
        ProtocolRow.ByPort("IMAP", [143], []),

        // Messages and databases
        ProtocolRow.ByPort("MQTT", [1883], []),
        ProtocolRow.ByPort("MySQL", [3306], []),
        ProtocolRow.ByPort("PostgreSQL", [5432], []),
        ProtocolRow.ByPort("Redis", [6379], []),
        ProtocolRow.ByPort("MongoDB", [27017], []),

        // Directories, shares, services of the network
        ProtocolRow.ByPort("DHCP", [], [67, 68]),
        ProtocolRow.ByPort("NTP", [], [123]),
        ProtocolRow.ByPort("NetBIOS-NS", [], [137]),
        ProtocolRow.ByPort("NetBIOS-DGM", [], [138]),
        ProtocolRow.ByPort("SNMP", [], [161, 162]),
        ProtocolRow.ByPort("LDAP", [389], []),
        ProtocolRow.ByPort("SMB", [445], []),
        ProtocolRow.ByPort("SSDP", [], [1900]),
        ProtocolRow.ByPort("STUN", [3478], [3478]),

        // Tunnels, routing, industry, peers
        new("BitTorrent")
        {
            StreamProbe = BitTorrentStream.Probe,
            CreateStream = static _ => new BitTorrentStream(),
            DatagramProbe = BitTorrentDatagrams.Probe,
            CreateDatagram = static _ => new BitTorrentDatagrams(),
        },
        new("Bitcoin") { StreamProbe = Bitcoin.Probe, CreateStream = static _ => new KnownStream("Bitcoin") },
        new("BGP") { StreamProbe = Bgp.Probe, CreateStream = static _ => new Bgp(), Ports = [new(TransportProtocol.TCP, 179, "BGP")] },
        new("IKE") { DatagramProbe = Ike.Probe, CreateDatagram = static _ => new Ike() },
        new("OpenVPN")
        {
            StreamProbe = OpenVpnStream.Probe,
            CreateStream = static _ => new OpenVpnStream(),
            DatagramProbe = OpenVpnDatagrams.Probe,
            CreateDatagram = static _ => new OpenVpnDatagrams(),
        },
        new("L2TP") { DatagramProbe = TunnelSignatures.L2tp, CreateDatagram = static _ => new KnownDatagrams("L2TP") },
        new("PPTP") { StreamProbe = TunnelSignatures.Pptp, CreateStream = static _ => new KnownStream("PPTP") },
        new("GTP") { DatagramProbe = Gtp.Probe, CreateDatagram = static context => new Gtp(context) },
        new("RIP") { DatagramProbe = RoutingSignatures.Rip, CreateDatagram = static _ => new KnownDatagrams("RIP") },
        new("HSRP") { DatagramProbe = RoutingSignatures.Hsrp, CreateDatagram = static _ => new KnownDatagrams("HSRP") },
        new("BFD") { DatagramProbe = RoutingSignatures.Bfd, CreateDatagram = static _ => new KnownDatagrams("BFD") },
        new("LDP")
        {
            StreamProbe = RoutingSignatures.LdpStream,
            CreateStream = static _ => new KnownStream("LDP"),
            DatagramProbe = RoutingSignatures.LdpDatagram,
            CreateDatagram = static _ => new KnownDatagrams("LDP"),
        },
        new("NetFlow") { DatagramProbe = FlowExport.NetFlow, CreateDatagram = static _ => new KnownDatagrams("NetFlow") },
        new("sFlow") { DatagramProbe = FlowExport.SFlow, CreateDatagram = static _ => new KnownDatagrams("sFlow") },
        new("Modbus") { StreamProbe = Modbus.Probe, CreateStream = static _ => new Modbus() },
        new("DNP3")
        {
            StreamProbe = IndustrySignatures.Dnp3,
            CreateStream = static _ => new KnownStream("DNP3"),
            DatagramProbe = IndustrySignatures.Dnp3,
            CreateDatagram = static _ => new KnownDatagrams("DNP3"),
        },
        new("S7comm") { StreamProbe = IndustrySignatures.S7comm, CreateStream = static _ => new KnownStream("S7comm") },
        new("EtherNet/IP")
        {
            StreamProbe = IndustrySignatures.EtherNetIPStream,
            CreateStream = static _ => new KnownStream("EtherNet/IP"),
            DatagramProbe = IndustrySignatures.EtherNetIPDatagram,
            CreateDatagram = static _ => new KnownDatagrams("EtherNet/IP"),
        },
        new("OPC UA") { StreamProbe = OpcUa.Probe, CreateStream = static _ => new OpcUa() },
        new("IEC 104") { StreamProbe = IndustrySignatures.Iec104, CreateStream = static _ => new KnownStream("IEC 104") },
        new("BACnet") { DatagramProbe = Bacnet.Probe, CreateDatagram = static _ => new Bacnet() },
        new("Git") { StreamProbe = Git.Probe, CreateStream = static _ => new Git() },
        new("rsync") { StreamProbe = Rsync.Probe, CreateStream = static _ => new KnownStream("rsync") },
        new("X11") { StreamProbe = X11.Probe, CreateStream = static _ => new KnownStream("X11") },

        // Wide patterns, tried last
        new("CoAP") { DatagramProbe = Coap.Probe, CreateDatagram = static context => new Coap(context) },
        new("WireGuard") { DatagramProbe = WireGuard.Probe, CreateDatagram = static _ => new WireGuard() },
        new("uTP") { DatagramProbe = MicroTransport.Probe, CreateDatagram = static _ => new MicroTransport() },
    ];

    /// <summary>A bit for every row that has a probe for TCP streams.</summary>
    public static readonly Candidates StreamRows = Candidates.Of(Rows, row => row.StreamProbe is not null);

    /// <summary>A bit for every row that has a probe for datagrams.</summary>
    public static readonly Candidates DatagramRows = Candidates.Of(Rows, row => row.DatagramProbe is not null);

    private static readonly FrozenDictionary<(TransportProtocol, ushort), (ProtocolRow Row, string Application)> Hints =
        Rows.SelectMany(row => row.Ports.Select(hint =>
            KeyValuePair.Create((hint.Transport, hint.Port), (row, hint.Application)))).ToFrozenDictionary();

    /// <summary>What the ports suggest; null when they suggest nothing, or something that the bytes would have shown.</summary>
    /// <param name="context">The flow.</param>
    /// <param name="sawStart">True when probes have seen the beginning: what they did not find is not there.</param>
    public static string? ByPort(in FlowContext context, bool sawStart) =>
        ByPort(context.Protocol, context.ResponderPort, sawStart) ?? ByPort(context.Protocol, context.OriginatorPort, sawStart);

    private static string? ByPort(TransportProtocol transport, ushort port, bool sawStart) =>
        Hints.TryGetValue((transport, port), out var hint) && !(sawStart && hint.Row.HasProbe(transport)) ? hint.Application : null;
}
