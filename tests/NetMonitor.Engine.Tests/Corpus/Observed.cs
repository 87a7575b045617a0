namespace NetMonitor.Tests.Corpus;

/// <summary>The names that a connection of ours has, field by field of the table. What was spoken before an upgrade (a CONNECT, a STARTTLS) counts too.</summary>
internal static class Observed
{
    /// <summary>Over TCP only: truth keeps the names of QUIC and DTLS apart.</summary>
    public static IEnumerable<string> TlsServerNames(NetConnection connection) =>
        connection is { Protocol: TransportProtocol.TCP, Sni: { } name } ? [name] : [];

    public static IEnumerable<string> AlpnOffered(NetConnection connection) =>
        connection.Protocol == TransportProtocol.TCP ? Layers<TlsDetails>(connection).SelectMany(tls => tls.AlpnOffered) : [];

    public static IEnumerable<string> AlpnSelected(NetConnection connection) =>
        connection.Protocol == TransportProtocol.TCP ? Layers<TlsDetails>(connection).Select(tls => tls.Alpn).OfType<string>() : [];

    public static IEnumerable<string> HttpHosts(NetConnection connection) =>
        Layers<HttpDetails>(connection).SelectMany(http => (string?[])[http.FirstHost, http.Host]).OfType<string>();

    public static IEnumerable<string> DnsQuestions(NetConnection connection) => Layers<DnsDetails>(connection).SelectMany(dns => dns.Names);

    private static IEnumerable<T> Layers<T>(NetConnection connection)
        where T : ApplicationDetails
    {
        for (ApplicationDetails? layer = connection.Details; layer is not null; layer = layer.Outer)
        {
            if (layer is T wanted)
            {
                yield return wanted;
            }
        }
    }
}
