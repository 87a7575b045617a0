using System.Net;

namespace NetMonitor.Export;

/// <summary>How much a finding matters.</summary>
internal enum FindingLevel
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Worth a look first.</summary>
    Serious,
}

/// <summary>A simple rule that says what is unusual.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="When">The rule in words.</param>
/// <param name="AtLeast">Connections it must hold for before it is told.</param>
/// <param name="Holds">Whether it holds for a connection.</param>
internal sealed record ReportRule(string Name, FindingLevel Level, string When, int AtLeast, Func<NetConnection, ReportTotals, bool> Holds);

/// <summary>The rules of "what is unusual". docs/report.md has the same table. What is not known never makes a finding.</summary>
internal static class ReportRules
{
    private const int Idle = 10;                        // minutes
    private const int HighLossPackets = 100;
    private const double HighLoss = 0.05;
    private const long LargeUpload = 10_000_000;        // bytes
    private const int UploadRatio = 10;
    private const int RareCountryOf = 20;

    private static readonly TimeSpan SlowRoundTrip = TimeSpan.FromMilliseconds(500);

    private static readonly HashSet<string> PlainSecrets = new(StringComparer.OrdinalIgnoreCase)
    {
        "TELNET", "FTP", "POP3", "IMAP", "LDAP", "SNMP", "NNTP", "IRC", "Redis", "Memcached", "MQTT", "SOCKS",
    };

    private static readonly HashSet<string> OldVersions = new(StringComparer.Ordinal) { "SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "DTLS 1.0" };

    /// <summary>Ports whose use everyone knows, and what may be spoken there.</summary>
    private static readonly Dictionary<int, string[]> KnownPorts = new()
    {
        [22] = ["SSH"],
        [53] = ["DNS"],
        [123] = ["NTP"],
        [443] = ["HTTPS", "TLS", "DTLS", "QUIC", "HTTP", "HTTP2", "HTTP3", "DoH", "gRPC", "WebSocket", "WebRTC", "ACME", "PROXY", "STUN"],
    };

    public static readonly IReadOnlyList<ReportRule> All =
    [
        new("Plaintext secrets", FindingLevel.Serious,
            "Telnet, FTP, POP3, IMAP, LDAP, SNMP, NNTP, IRC, Redis, Memcached, MQTT or SOCKS without TLS, beyond this machine", 1,
            (c, _) => !IsHere(c) && c.Application is { } application && PlainSecrets.Contains(application)),
        new("Certificate mismatch", FindingLevel.Serious,
            "the server's certificate, where it can be seen (up to TLS 1.2), is not for the name that was asked for", 1,
            (c, _) => Tls(c) is { Sni: { } name, SniIsOuter: false, Certificate: { Names.Count: > 0 } certificate } && !certificate.Names.Any(pattern => Covers(pattern, name))),
        new("Certificate out of date", FindingLevel.Serious,
            "the server's certificate, where it can be seen, was not yet or no longer valid", 1,
            (c, _) => Tls(c)?.Certificate is { } certificate && (certificate.NotAfter < c.CreationTime || certificate.NotBefore > c.CreationTime)),
        new("Old TLS", FindingLevel.Serious,
            "the server chose SSL, TLS 1.0, TLS 1.1 or DTLS 1.0", 1,
            (c, _) => Tls(c)?.Version is { } version && OldVersions.Contains(version)),
        new("Sweep", FindingLevel.Serious,
            "TCP that was refused or not answered, from an address that so failed at 15 or more addresses and ports", 1,
            (c, totals) => IsFailedOpening(c) && totals.IsSweeping(c)),
        new("Failed opening", FindingLevel.Warning,
            "TCP that was refused or not answered, or whose handshake did not end; told from 3 on", 3,
            (c, _) => IsFailedOpening(c)),
        new("Unexpected protocol", FindingLevel.Warning,
            "on the server's port 22, 53, 123 or 443, something else was recognized than is spoken there", 1,
            (c, _) => c.Application is { } application && c.Confidence >= Confidence.Signature
                && ServerPort(c) is { } port && KnownPorts.TryGetValue(port, out string[]? expected) && !expected.Contains(application)),
        new("Unknown protocol", FindingLevel.Warning,
            "both sides sent payload to or from the internet, the application is not known, and the server's port is above 1023", 1,
            (c, _) => c.Application is null && c.RemoteScope == AddressScope.Public && c.PayloadSent > 0 && c.PayloadReceived > 0
                && ServerPort(c) is > 1023),
        new("TLS alert", FindingLevel.Warning,
            "a TLS handshake ended in an alert in the clear", 1,
            (c, _) => Tls(c)?.Alert is { } alert && alert != "close_notify"),
        new("High loss", FindingLevel.Warning,
            "TCP of 100 packets or more, of whose data more than 5 % was sent again", 1,
            (c, _) => c.PacketsSent + c.PacketsReceived >= HighLossPackets && LossOf(c) > HighLoss),
        new("Slow", FindingLevel.Note,
            "a round trip took longer than 500 ms", 1,
            (c, _) => c.Rtt > SlowRoundTrip),
        new("Large upload", FindingLevel.Warning,
            "more than 10 MB sent to the internet, and ten times what came back", 1,
            (c, _) => c.RemoteScope == AddressScope.Public && c.BytesSent > LargeUpload && c.BytesSent > UploadRatio * c.BytesReceived),
        new("Rare country", FindingLevel.Note,
            "the only connection to a country, where the countries of 20 or more are known", 1,
            (c, totals) => totals.WithCountry >= RareCountryOf && c.Country is { } country && totals.InCountry(country) == 1),
        new("Long idle", FindingLevel.Note,
            "TCP still open, and silent for 10 minutes at the end of what was seen", 1,
            (c, totals) => !c.IsHistoric && c.State == ConnectionState.ESTABLISHED && totals.Last - c.LastActivity >= TimeSpan.FromMinutes(Idle)),
        new("Names not found", FindingLevel.Note,
            "DNS said that there is no such name (NXDOMAIN); told from 10 on", 10,
            (c, _) => c.Details is DnsDetails { ResponseCode: "NXDOMAIN" }),
    ];

    /// <summary>Share of data sent again: as measured, or else retransmissions among the packets; null for other protocols than TCP.</summary>
    public static double? LossOf(NetConnection c) =>
        c.LossRatio ?? (c.Retransmits is { } again && c.PacketsSent + c.PacketsReceived > 0 ? (double)again / (c.PacketsSent + c.PacketsReceived) : null);

    /// <summary>TCP that was opened and did not come about: by Zeek's words where they are known, or else by the state and a lone answer.</summary>
    public static bool IsFailedOpening(NetConnection c) => c.Protocol == TransportProtocol.TCP && c.ConnState switch
    {
        "S0" or "REJ" or "RSTOS0" or "RSTRH" or "SH" or "SHR" => true,
        null => c.State is ConnectionState.SYN_SENT or ConnectionState.SYN_RECV
            || (c.State == ConnectionState.CLOSED && c.Direction is not null && c.PacketsSent <= 1 && c.PacketsReceived <= 1),
        _ => false,
    };

    /// <summary>The details of TLS, wherever in the conversation it began.</summary>
    public static TlsDetails? Tls(NetConnection c)
    {
        for (ApplicationDetails? details = c.Details; details is not null; details = details.Outer)
        {
            if (details is TlsDetails tls)
            {
                return tls;
            }
        }

        return null;
    }

    /// <summary>Whether a name of a certificate covers a host's name: a wildcard stands for the first label only (RFC 9525 section 6.3).</summary>
    internal static bool Covers(string pattern, string name)
    {
        name = name.TrimEnd('.');
        if (pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && name.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
        }

        return string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(pattern, out IPAddress? a) && IPAddress.TryParse(name, out IPAddress? b) && a.Equals(b));
    }

    private static bool IsHere(NetConnection c) => c.IsLoopback || c.RemoteScope == AddressScope.Loopback;

    private static int? ServerPort(NetConnection c) => c.LocalSentFirst ? c.RemotePort : c.LocalPort;
}
