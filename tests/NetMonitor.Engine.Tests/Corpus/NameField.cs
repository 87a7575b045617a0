using System.Globalization;
using NetMonitor.Inspection.Tls;

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
    /// <summary>Among the tolerated: truth cannot say that a name is wrong.</summary>
    public const string Anything = "*";

    /// <summary>Every field that is scored. A new one is a row here and a floor in floors.json.</summary>
    public static readonly IReadOnlyList<NameField> All =
    [
        new("TLS SNI", "tls.sni", NameMatch.Any, f => f.Tls?.Sni ?? [], _ => [], Observed.TlsServerNames, DomainName),
        new("TLS ALPN offered", "tls.alpn", NameMatch.Each, f => f.Tls?.Alpn ?? [], _ => [], Observed.AlpnOffered, AsIs),
        new("TLS ALPN selected", "tls.alpn_selected", NameMatch.Each, f => f.Tls?.AlpnSelected ?? [], AlpnOfUnreadServerHello, Observed.AlpnSelected, AsIs),
        new("TLS version", "tls.version", NameMatch.Any, f => OverTcp(f)?.Version ?? [], UnreadServerHello, Observed.TlsVersions, TlsVersion),
        new("TLS cipher", "tls.cipher", NameMatch.Any, f => OverTcp(f)?.Cipher ?? [], UnreadServerHello, Observed.TlsCiphers, CipherSuite),
        new("JA3", "tls.ja3", NameMatch.Any, f => OverTcp(f)?.Ja3 ?? [], _ => [], c => Observed.OverTcp(c, DetailProperty.Ja3), AsIs),
        new("JA3S", "tls.ja3s", NameMatch.Any, f => OverTcp(f)?.Ja3s ?? [], UnreadServerHello, c => Observed.OverTcp(c, DetailProperty.Ja3s), AsIs),
        new("JA4", "tls.ja4", NameMatch.Any, f => OverTcp(f)?.Ja4 ?? [], _ => [], c => Observed.OverTcp(c, DetailProperty.Ja4), AsIs),
        new("QUIC SNI", "quic.sni", NameMatch.Any, f => f.Quic?.Sni ?? [], f => f.Gquic?.Sni ?? [], Observed.QuicServerNames, DomainName),
        new("Google QUIC SNI", "gquic.sni", NameMatch.Any, f => f.Gquic?.Sni ?? [], f => f.Quic?.Sni ?? [], Observed.QuicServerNames, DomainName),
        new("QUIC version", "quic.versions", NameMatch.Any, f => f.Quic?.Versions ?? [], f => f.Gquic?.Versions ?? [], Observed.QuicVersions, QuicVersion),
        new("QUIC ALPN offered", "quic.alpn", NameMatch.Each, f => f.Quic?.Alpn ?? [], _ => [], Observed.QuicAlpn, AsIs),
        new("QUIC JA4", "quic.ja4", NameMatch.Any, f => f.Quic?.Ja4 ?? [], _ => [], c => Observed.OverQuic(c, DetailProperty.Ja4), AsIs),
        new("HTTP host", "http.hosts", NameMatch.Any, f => f.Http?.Hosts ?? [], OtherHosts, Observed.HttpHosts, Host),
        new("DNS name (any of the flow)", "dns.q", NameMatch.Any, f => f.Dns?.Names ?? [], DnsRelatives, Observed.DnsQuestions, DomainName),
        new("DNS names (all)", "dns.q", NameMatch.Each, f => f.Dns?.Names ?? [], DnsRelatives, Observed.DnsQuestions, DomainName),
        new("mDNS name", "mdns.q", NameMatch.Any, f => f.Mdns?.Names ?? [], f => (f.Dns?.Names ?? []).Concat(f.Llmnr?.Names ?? []), Observed.MdnsQuestions, DomainName),
        new("SSH version", "ssh.version", NameMatch.Each, SshVersions, SshFirstLines, Observed.SshVersions, SshVersion),
    ];

    /// <summary>Without the TLS that OpenVPN carries in datagrams.</summary>
    private static TruthTls? OverTcp(TruthFlow flow) => flow.L4 == "tcp" ? flow.Tls : null;

    /// <summary>What the server chose is not known to truth where the message goes on in a segment that is not there.</summary>
    private static IEnumerable<string> UnreadServerHello(TruthFlow flow) => flow.Tls is { ServerHello: [] } ? [Anything] : [];

    /// <summary>The answer to an offer that truth knows, in a ServerHello that it does not: tshark reads a handshake message when all of it is there.</summary>
    private static IEnumerable<string> AlpnOfUnreadServerHello(TruthFlow flow) => flow.Tls is { ServerHello: [] } tls ? tls.Alpn : [];

    /// <summary>Truth lists Host headers; the host of a CONNECT is its target (RFC 9110 section 9.3.6), that of HTTP/2 its authority.</summary>
    private static IEnumerable<string> OtherHosts(TruthFlow flow) =>
        (flow.Http?.Requests ?? []).Where(request => request.M == "CONNECT").Select(request => request.U).OfType<string>().Concat(flow.Http2?.Authority ?? []);

    /// <summary>mDNS and LLMNR are DNS messages, which truth keeps apart; their names are true but not asked for here.</summary>
    private static IEnumerable<string> DnsRelatives(TruthFlow flow) => (flow.Mdns?.Names ?? []).Concat(flow.Llmnr?.Names ?? []);

    private static IEnumerable<string> SshVersions(TruthFlow flow) => (flow.Ssh?.VersionA ?? []).Concat(flow.Ssh?.VersionB ?? []);

    /// <summary>tshark takes a line for the version only when the packets around it are there too.</summary>
    private static IEnumerable<string> SshFirstLines(TruthFlow flow) => (flow.Ssh?.SigA ?? []).Concat(flow.Ssh?.SigB ?? []);

    /// <summary>The line without padding, as some switches send it; "SSH-2.0-OpenSSH_9.6 comment".</summary>
    private static string SshVersion(string line)
    {
        int end = line.AsSpan().IndexOfAnyInRange('\0', '\x1F');
        return (end < 0 ? line : line[..end]).Trim();
    }

    /// <summary>Truth leaves versions without a name of their own as hexadecimal.</summary>
    private static string TlsVersion(string version) => IsHex(version, out uint value) ? TlsNames.Version((ushort)value) : version;

    private static string CipherSuite(string suite) => IsHex(suite, out uint value) ? TlsCipherSuites.NameOf((ushort)value) : suite;

    /// <summary>Google's versions are four letters and digits as a number (Q050 is 0x51303530); the IETF's drafts are 0xff0000NN (RFC 9000 section 15).</summary>
    private static string QuicVersion(string version)
    {
        if (!IsHex(version, out uint value))
        {
            return version;
        }

        return value switch
        {
            0x00000001 => "v1",
            0x6B3343CF => "v2", // RFC 9369 section 3.1
            0xFACEB001 => "mvfst-1", // Facebook's
            0xFACEB002 => "mvfst-2",
            > 0xFF000000 => string.Create(CultureInfo.InvariantCulture, $"draft-{value & 0xFF}"),
            >= 0x51000000 and < 0x55000000 => string.Concat(Enumerable.Range(0, 4).Select(i => (char)(byte)(value >> (24 - (8 * i))))),
            _ => string.Create(CultureInfo.InvariantCulture, $"0x{value:x8}"),
        };
    }

    private static bool IsHex(string text, out uint value)
    {
        value = 0;
        return text.StartsWith("0x", StringComparison.Ordinal) &&
            uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

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
