namespace NetMonitor.Tests.Corpus;

/// <summary>The names that a connection of ours has, field by field of the table.</summary>
internal static class Observed
{
    public static IEnumerable<string> TlsServerNames(NetConnection connection) =>
        connection is { Protocol: TransportProtocol.TCP, Sni: { } name } ? [name] : [];

    public static IEnumerable<string> AlpnOffered(NetConnection connection) => [];

    public static IEnumerable<string> AlpnSelected(NetConnection connection) => [];

    public static IEnumerable<string> HttpHosts(NetConnection connection) =>
        connection is { HostNameSource: HostNameSource.HttpHost, HostName: { } host } ? [host] : [];

    public static IEnumerable<string> DnsQuestions(NetConnection connection) => [];
}
