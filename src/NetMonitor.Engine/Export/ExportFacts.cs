using System.Net;
using System.Net.Sockets;

namespace NetMonitor.Export;

/// <summary>A connection as schemas with a source and a destination see it: turned so that the side that opened it comes first.</summary>
internal readonly struct ExportFacts
{
    public ExportFacts(NetConnection connection)
    {
        bool local = connection.LocalSentFirst;
        LocalIsSource = local;
        Source = local ? connection.LocalAddress : connection.RemoteAddress;
        Destination = local ? connection.RemoteAddress : connection.LocalAddress;
        SourcePort = local ? connection.LocalPort : connection.RemotePort;
        DestinationPort = local ? connection.RemotePort : connection.LocalPort;
        SourceBytes = local ? connection.BytesSent : connection.BytesReceived;
        DestinationBytes = local ? connection.BytesReceived : connection.BytesSent;
        SourcePackets = local ? connection.PacketsSent : connection.PacketsReceived;
        DestinationPackets = local ? connection.PacketsReceived : connection.PacketsSent;
        SourcePayload = local ? connection.PayloadSent : connection.PayloadReceived;
        DestinationPayload = local ? connection.PayloadReceived : connection.PayloadSent;
        for (ApplicationDetails? details = connection.Details; details is not null; details = details.Outer)
        {
            Tls ??= details as TlsDetails;
            Quic ??= details as QuicDetails;
            Dns ??= details as DnsDetails;
            Http ??= details switch
            {
                HttpDetails http => new HttpExchange(http.Method, http.Host, http.Path, http.UserAgent, http.Version, http.Status, http.ContentType, http.Requests),
                Http2Details http => new HttpExchange(http.Method, http.Host, http.Path, http.UserAgent, "2", http.Status, http.ContentType, http.Requests),
                _ => null,
            };
        }
    }

    /// <summary>The client's fingerprint, of whichever layer has one.</summary>
    public static string? Ja4Of(NetConnection connection)
    {
        var facts = new ExportFacts(connection);
        return facts.Tls?.Ja4 ?? facts.Quic?.Ja4;
    }

    public bool LocalIsSource { get; }

    public IPAddress Source { get; }

    public IPAddress Destination { get; }

    public int? SourcePort { get; }

    public int? DestinationPort { get; }

    public long SourceBytes { get; }

    public long DestinationBytes { get; }

    public long SourcePackets { get; }

    public long DestinationPackets { get; }

    public long SourcePayload { get; }

    public long DestinationPayload { get; }

    public TlsDetails? Tls { get; }

    public QuicDetails? Quic { get; }

    public DnsDetails? Dns { get; }

    public HttpExchange? Http { get; }

    public bool IsIPv6 => Source.AddressFamily == AddressFamily.InterNetworkV6;
}

/// <summary>The last request of an HTTP connection, whichever version it speaks.</summary>
internal sealed record HttpExchange(string? Method, string? Host, string? Path, string? UserAgent, string? Version, int? Status, string? ContentType, int Requests);
