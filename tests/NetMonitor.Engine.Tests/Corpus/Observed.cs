namespace NetMonitor.Tests.Corpus;

/// <summary>The names that a connection of ours has, field by field of the table. What was spoken before an upgrade (a CONNECT, a STARTTLS) counts too.</summary>
internal static class Observed
{
    private const int MdnsPort = 5353;

    /// <summary>Over TCP only: truth keeps the names of QUIC and DTLS apart.</summary>
    public static IEnumerable<string> TlsServerNames(NetConnection connection) =>
        connection is { Protocol: TransportProtocol.TCP, Sni: { } name } ? [name] : [];

    public static IEnumerable<string> AlpnOffered(NetConnection connection) =>
        connection.Protocol == TransportProtocol.TCP ? Layers<TlsDetails>(connection).SelectMany(tls => tls.AlpnOffered) : [];

    /// <summary>Up to TLS 1.2: TLS 1.3 encrypts it, and truth was told without the secrets that some captures have inside.</summary>
    public static IEnumerable<string> AlpnSelected(NetConnection connection) => connection.Protocol == TransportProtocol.TCP
        ? Layers<TlsDetails>(connection).Where(tls => tls.Version != "TLS 1.3").Select(tls => tls.Alpn).OfType<string>()
        : [];

    public static IEnumerable<string> TlsVersions(NetConnection connection) =>
        connection.Protocol == TransportProtocol.TCP ? Layers<TlsDetails>(connection).Select(tls => tls.Version).OfType<string>() : [];

    public static IEnumerable<string> TlsCiphers(NetConnection connection) =>
        connection.Protocol == TransportProtocol.TCP ? Layers<TlsDetails>(connection).Select(tls => tls.CipherSuite).OfType<string>() : [];

    public static IEnumerable<string> QuicServerNames(NetConnection connection) => IsQuic(connection) && connection.Sni is { } name ? [name] : [];

    public static IEnumerable<string> QuicAlpn(NetConnection connection) => OverQuic(connection, DetailProperty.AlpnOffered);

    public static IEnumerable<string> QuicVersions(NetConnection connection) => DetailProperty.QuicVersion.Of(connection);

    public static IEnumerable<string> SshVersions(NetConnection connection) =>
        SshLine(connection, DetailProperty.SshClientVersion, DetailProperty.SshClientSoftware, DetailProperty.SshClientComment)
            .Concat(SshLine(connection, DetailProperty.SshServerVersion, DetailProperty.SshServerSoftware, DetailProperty.SshServerComment));

    /// <summary>What DNS says on the port of mDNS (RFC 6762 section 3), where truth calls it so.</summary>
    public static IEnumerable<string> MdnsQuestions(NetConnection connection) =>
        connection.LocalPort == MdnsPort || connection.RemotePort == MdnsPort ? DnsQuestions(connection) : [];

    /// <summary>A property of TLS over TCP: truth keeps QUIC and DTLS apart.</summary>
    public static IEnumerable<string> OverTcp(NetConnection connection, DetailProperty property) =>
        connection.Protocol == TransportProtocol.TCP ? property.Of(connection) : [];

    /// <summary>A property of QUIC, or of the TLS inside it.</summary>
    public static IEnumerable<string> OverQuic(NetConnection connection, DetailProperty property) => IsQuic(connection) ? property.Of(connection) : [];

    public static IEnumerable<string> HttpHosts(NetConnection connection) =>
        Layers<HttpDetails>(connection).SelectMany(http => (string?[])[http.FirstHost, http.Host]).OfType<string>();

    public static IEnumerable<string> DnsQuestions(NetConnection connection) => Layers<DnsDetails>(connection).SelectMany(dns => dns.Names);

    /// <summary>The version line as it was sent (RFC 4253 section 4.2), put together from its parts.</summary>
    private static IEnumerable<string> SshLine(NetConnection connection, DetailProperty version, DetailProperty software, DetailProperty comment) =>
        version.Of(connection).Take(1).Select(
            text => $"SSH-{text}-{string.Join(' ', software.Of(connection).Take(1).Concat(comment.Of(connection).Take(1)))}");

    private static bool IsQuic(NetConnection connection) =>
        connection.Protocol == TransportProtocol.UDP && DetailProperty.Layers(connection).Any(layer => layer.GetType().Name == DetailProperty.QuicType);

    private static IEnumerable<T> Layers<T>(NetConnection connection)
        where T : ApplicationDetails => DetailProperty.Layers(connection).OfType<T>();
}
