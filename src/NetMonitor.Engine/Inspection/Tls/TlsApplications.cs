using System.Collections.Frozen;

namespace NetMonitor.Inspection.Tls;

/// <summary>What runs inside of TLS: named by ALPN (RFC 7301) first, by the server's port where ALPN says nothing.</summary>
internal static class TlsApplications
{
    /// <summary>TLS around something unknown.</summary>
    public const string Unknown = "TLS";

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

    private static readonly FrozenDictionary<ushort, string> ByPort = PortHints.ToFrozenDictionary(hint => hint.Port, hint => hint.Application);

    /// <summary>The name of the application.</summary>
    /// <param name="alpn">What the server chose, or null.</param>
    /// <param name="offered">What the client offered.</param>
    /// <param name="serverPort">The server's port, or 0.</param>
    public static string Name(string? alpn, IReadOnlyList<string> offered, ushort serverPort)
    {
        if (alpn is not null)
        {
            return ByAlpn.GetValueOrDefault(alpn, Unknown);
        }

        foreach (string candidate in offered)
        {
            if (ByAlpn.TryGetValue(candidate, out string? name))
            {
                return name;
            }
        }

        // Only names that nobody knows: the port's usual protocol would have said its own.
        return offered.Count > 0 ? Unknown : ByPort.GetValueOrDefault(serverPort, Unknown);
    }
}
