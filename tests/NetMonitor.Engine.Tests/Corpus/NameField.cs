namespace NetMonitor.Tests.Corpus;

/// <summary>What counts as having found the names of a flow.</summary>
internal enum NameMatch
{
    /// <summary>One right name is enough: truth, found and wrong count flows.</summary>
    Any,

    /// <summary>Every name counts by itself.</summary>
    Each,
}

/// <summary>A field whose values are names: what truth expects of a flow, and what we say of a connection.</summary>
/// <param name="Row">The line of the table.</param>
/// <param name="TruthField">The field as <see cref="TruthDispute.Field"/> names it.</param>
/// <param name="Match">What counts as found.</param>
/// <param name="Expected">The names to be found in a flow.</param>
/// <param name="Tolerated">Names that are not wrong either.</param>
/// <param name="Found">The names that a connection of ours has.</param>
/// <param name="Normalize">Brings both to one form, besides letter case.</param>
internal sealed record NameField(
    string Row,
    string TruthField,
    NameMatch Match,
    Func<TruthFlow, IEnumerable<string>> Expected,
    Func<TruthFlow, IEnumerable<string>> Tolerated,
    Func<NetConnection, IEnumerable<string>> Found,
    Func<string, string> Normalize)
{
    /// <summary>Every field that is scored. A new one is a row here and a floor in floors.json.</summary>
    public static readonly IReadOnlyList<NameField> All =
    [
        new("TLS SNI", "tls.sni", NameMatch.Any, f => f.Tls?.Sni ?? [], _ => [], Observed.TlsServerNames, DomainName),
        new("TLS ALPN offered", "tls.alpn", NameMatch.Each, f => f.Tls?.Alpn ?? [], _ => [], Observed.AlpnOffered, AsIs),
        new("TLS ALPN selected", "tls.alpn_selected", NameMatch.Each, f => f.Tls?.AlpnSelected ?? [], AlpnOfUnreadServerHello, Observed.AlpnSelected, AsIs),
        new("HTTP host", "http.hosts", NameMatch.Any, f => f.Http?.Hosts ?? [], OtherHosts, Observed.HttpHosts, Host),
        new("DNS name (any of the flow)", "dns.q", NameMatch.Any, f => f.Dns?.Names ?? [], DnsRelatives, Observed.DnsQuestions, DomainName),
        new("DNS names (all)", "dns.q", NameMatch.Each, f => f.Dns?.Names ?? [], DnsRelatives, Observed.DnsQuestions, DomainName),
    ];

    /// <summary>The answer to an offer that truth knows, in a ServerHello that it does not: tshark reads a handshake message when all of it is there.</summary>
    private static IEnumerable<string> AlpnOfUnreadServerHello(TruthFlow flow) => flow.Tls is { ServerHello: [] } tls ? tls.Alpn : [];

    /// <summary>Truth lists Host headers; the host of a CONNECT is its target (RFC 9110 section 9.3.6), that of HTTP/2 its authority.</summary>
    private static IEnumerable<string> OtherHosts(TruthFlow flow) =>
        (flow.Http?.Requests ?? []).Where(request => request.M == "CONNECT").Select(request => request.U).OfType<string>().Concat(flow.Http2?.Authority ?? []);

    /// <summary>mDNS and LLMNR are DNS messages, which truth keeps apart; their names are true but not asked for here.</summary>
    private static IEnumerable<string> DnsRelatives(TruthFlow flow) => (flow.Mdns?.Names ?? []).Concat(flow.Llmnr?.Names ?? []);

    private static string AsIs(string value) => value;

    /// <summary>Case and the root's dot do not distinguish names (RFC 4343). tshark calls the root "&lt;Root&gt;".</summary>
    private static string DomainName(string name) => name == "<Root>" ? "" : name.TrimEnd('.').ToLowerInvariant();

    /// <summary>A Host header without its port (RFC 9110 section 7.2), IPv6 brackets kept.</summary>
    private static string Host(string host)
    {
        int colon = host.LastIndexOf(':');
        bool isPort = colon > host.LastIndexOf(']') && colon == host.IndexOf(':', Math.Max(0, host.LastIndexOf(']')));
        return DomainName(isPort ? host[..colon] : host);
    }
}
