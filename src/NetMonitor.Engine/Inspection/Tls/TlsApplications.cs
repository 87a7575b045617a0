using System.Collections.Frozen;

namespace NetMonitor.Inspection.Tls;

/// <summary>What runs inside of TLS and DTLS: named by ALPN (RFC 7301) first, by the server's port where ALPN says nothing.</summary>
internal static class TlsApplications
{
    /// <summary>TLS around something unknown.</summary>
    public const string Unknown = "TLS";

    /// <summary>DTLS around something unknown.</summary>
    public const string UnknownDtls = "DTLS";

    private static readonly FrozenDictionary<string, string> ByAlpn = new Dictionary<string, string>
    {
        // IANA registry "TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs", and names in use.
        ["http/0.9"] = "HTTPS",
        ["http/1.0"] = "HTTPS",
        ["http/1.1"] = "HTTPS",
        ["h2"] = "HTTPS",
        ["h2-14"] = "HTTPS",
        ["h2-15"] = "HTTPS",
        ["h2-16"] = "HTTPS",
        ["spdy/1"] = "HTTPS",
        ["spdy/2"] = "HTTPS",
        ["spdy/3"] = "HTTPS",
        ["spdy/3.1"] = "HTTPS",
        ["grpc-exp"] = "HTTPS",
        ["dot"] = "DoT",
        ["ftp"] = "FTPS",
        ["imap"] = "IMAPS",
        ["pop3"] = "POP3S",
        ["managesieve"] = "ManageSieve",
        ["smtp"] = "SMTPS",
        ["mqtt"] = "MQTTS",
        ["x-amzn-mqtt-ca"] = "MQTTS",
        ["irc"] = "IRCS",
        ["sip/2"] = "SIPS",
        ["stun.turn"] = "STUNS",
        ["stun.nat-discovery"] = "STUNS",
        ["xmpp-client"] = "XMPPS",
        ["xmpp-server"] = "XMPPS",
        ["coap"] = "CoAPS",
        ["ntske/1"] = "NTS-KE",
        ["postgresql"] = "PostgreSQL",
        ["tds/8.0"] = "TDS",
        ["acme-tls/1"] = "ACME",
        ["radius/1.0"] = "RadSec",
        ["radius/1.1"] = "RadSec",
        ["nntp"] = "NNTPS",
        ["nnsp"] = "NNTPS",
        ["apns-security-v2"] = "APNS",
        ["apns-security-v3"] = "APNS",
        ["apns-pack-v1"] = "APNS",
        ["webrtc"] = "WebRTC",
        ["c-webrtc"] = "WebRTC",
    }.ToFrozenDictionary();

    /// <summary>Ports of TLS from the first byte (IANA "Service Name and Transport Protocol Port Number Registry").</summary>
    public static readonly IReadOnlyList<PortHint> PortHints =
    [
        new(TransportProtocol.TCP, 443, "HTTPS"),
        new(TransportProtocol.TCP, 8443, "HTTPS"),
        new(TransportProtocol.TCP, 465, "SMTPS"),
        new(TransportProtocol.TCP, 563, "NNTPS"),
        new(TransportProtocol.TCP, 636, "LDAPS"),
        new(TransportProtocol.TCP, 853, "DoT"),
        new(TransportProtocol.TCP, 989, "FTPS"),
        new(TransportProtocol.TCP, 990, "FTPS"),
        new(TransportProtocol.TCP, 992, "TELNETS"),
        new(TransportProtocol.TCP, 993, "IMAPS"),
        new(TransportProtocol.TCP, 995, "POP3S"),
        new(TransportProtocol.TCP, 2083, "RadSec"),
        new(TransportProtocol.TCP, 3269, "LDAPS"),
        new(TransportProtocol.TCP, 4460, "NTS-KE"),
        new(TransportProtocol.TCP, 5061, "SIPS"),
        new(TransportProtocol.TCP, 5223, "XMPPS"),
        new(TransportProtocol.TCP, 5349, "STUNS"),
        new(TransportProtocol.TCP, 5671, "AMQPS"),
        new(TransportProtocol.TCP, 6514, "Syslog-TLS"),
        new(TransportProtocol.TCP, 6697, "IRCS"),
        new(TransportProtocol.TCP, 8883, "MQTTS"),
    ];

    /// <summary>Ports of protocols that switch to TLS when asked: they suggest nothing, but name what runs inside of TLS once it is
    /// seen.</summary>
    private static readonly PortHint[] UpgradingPorts =
    [
        new(TransportProtocol.TCP, 21, "FTPS"),
        new(TransportProtocol.TCP, 23, "TELNETS"),
        new(TransportProtocol.TCP, 25, "SMTPS"),
        new(TransportProtocol.TCP, 587, "SMTPS"),
        new(TransportProtocol.TCP, 110, "POP3S"),
        new(TransportProtocol.TCP, 119, "NNTPS"),
        new(TransportProtocol.TCP, 143, "IMAPS"),
        new(TransportProtocol.TCP, 389, "LDAPS"),
        new(TransportProtocol.TCP, 1433, "TDS"),
        new(TransportProtocol.TCP, 1883, "MQTTS"),
        new(TransportProtocol.TCP, 3268, "LDAPS"),
        new(TransportProtocol.TCP, 4190, "ManageSieve"),
        new(TransportProtocol.TCP, 5060, "SIPS"),
        new(TransportProtocol.TCP, 5222, "XMPPS"),
        new(TransportProtocol.TCP, 5269, "XMPPS"),
        new(TransportProtocol.TCP, 6667, "IRCS"),
        new(TransportProtocol.TCP, 3306, "MySQL"),
        new(TransportProtocol.TCP, 3389, "RDP"),
        new(TransportProtocol.TCP, 5432, "PostgreSQL"),
        new(TransportProtocol.TCP, 5672, "AMQPS"),
        new(TransportProtocol.TCP, 6379, "Redis"),
        new(TransportProtocol.TCP, 27017, "MongoDB"),
    ];

    private static readonly Dictionary<ushort, string> ByPort = Names([.. PortHints, .. UpgradingPorts]);

    /// <summary>UDP ports of DTLS (same registry).</summary>
    public static readonly IReadOnlyList<PortHint> DtlsPortHints =
    [
        new(TransportProtocol.UDP, 2083, "RadSec"),
        new(TransportProtocol.UDP, 5246, "CAPWAP"),
        new(TransportProtocol.UDP, 5247, "CAPWAP"),
        new(TransportProtocol.UDP, 5349, "STUNS"),
        new(TransportProtocol.UDP, 5684, "CoAPS"),
        new(TransportProtocol.UDP, 6514, "Syslog-TLS"),
    ];

    private static readonly Dictionary<ushort, string> ByDtlsPort = Names([.. DtlsPortHints]);

    /// <summary>The name of what runs inside of a connection.</summary>
    public static string Name(TlsFacts facts, in FlowContext context)
    {
        bool isDtls = context.Protocol == TransportProtocol.UDP;
        string unknown = isDtls ? UnknownDtls : Unknown;
        Dictionary<ushort, string> byPort = isDtls ? ByDtlsPort : ByPort;
        ushort port = facts.Client switch
        {
            Side.Originator => context.ResponderPort,
            Side.Responder => context.OriginatorPort,

            // No hello was seen: the port that says something.
            _ => byPort.ContainsKey(context.ResponderPort) ? context.ResponderPort : context.OriginatorPort,
        };
        bool saysSomething = facts.Alpn is not null || facts.AlpnOffered.Count > 0;
        return Name(facts.Alpn, facts.AlpnOffered) ?? (saysSomething ? unknown : byPort.GetValueOrDefault(port, unknown));
    }

    /// <summary>By the protocol the server chose, else by the first known one that the client offered; null when nobody knows them: the
    /// port's usual protocol would have said its own.</summary>
    private static string? Name(string? alpn, IReadOnlyList<string> offered)
    {
        if (alpn is not null)
        {
            return ByAlpn.GetValueOrDefault(alpn);
        }

        for (int i = 0; i < offered.Count; i++)
        {
            if (ByAlpn.TryGetValue(offered[i], out string? name))
            {
                return name;
            }
        }

        return null;
    }

    private static Dictionary<ushort, string> Names(ReadOnlySpan<PortHint> hints)
    {
        var names = new Dictionary<ushort, string>(hints.Length);
        foreach (PortHint hint in hints)
        {
            names.Add(hint.Port, hint.Application);
        }

        return names;
    }
}
