using System.Globalization;
using NetMonitor.Inspection.Http;

namespace NetMonitor;

/// <summary>
/// What the HTTP/3 inside of a QUIC connection that a key log opened said (RFC 9114). The fields of a request are the last one's, those named First the first
/// one's; a field that refers to the dynamic table is null. Query strings, credentials, cookies and bodies are never kept.
/// </summary>
public sealed record Http3Details : ApplicationDetails
{
    /// <summary>Method of the last request ("GET").</summary>
    public string? Method { get; init; }

    /// <summary>Path of the last request, without query.</summary>
    public string? Path { get; init; }

    /// <summary>Host the last request is for (<c>:authority</c>), without port.</summary>
    public string? Host { get; init; }

    /// <summary>User-Agent of the last request.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Status code of the last response that is not interim.</summary>
    public int? Status { get; init; }

    /// <summary>Server header of the last response that had one.</summary>
    public string? Server { get; init; }

    /// <summary>Content-Type of the last response, parameters included.</summary>
    public string? ContentType { get; init; }

    /// <summary>Requests seen.</summary>
    public int Requests { get; init; }

    /// <summary>Responses seen, interim ones (1xx) not counted.</summary>
    public int Responses { get; init; }

    /// <summary>Method of the first request.</summary>
    public string? FirstMethod { get; init; }

    /// <summary>Path of the first request.</summary>
    public string? FirstPath { get; init; }

    /// <summary>Host of the first request.</summary>
    public string? FirstHost { get; init; }

    /// <summary>True when a request or response carried DNS messages (RFC 8484).</summary>
    public bool IsDnsOverHttps { get; init; }

    /// <inheritdoc/>
    public override string? HostName => HttpHost.Name(Host) ?? base.HostName;

    /// <inheritdoc/>
    public override HostNameSource? HostNameSource => HttpHost.Name(Host) is not null ? NetMonitor.HostNameSource.HttpHost : base.HostNameSource;

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { Method, Path, Status?.ToString(CultureInfo.InvariantCulture) }.Where(word => word is not null));

    /// <summary>The same words in another protocol: requests and responses mean what they mean in HTTP/2 (RFC 9110).</summary>
    internal static Http3Details Of(Http2Details http) => new()
    {
        Method = http.Method,
        Path = http.Path,
        Host = http.Host,
        UserAgent = http.UserAgent,
        Status = http.Status,
        Server = http.Server,
        ContentType = http.ContentType,
        Requests = http.Requests,
        Responses = http.Responses,
        FirstMethod = http.FirstMethod,
        FirstPath = http.FirstPath,
        FirstHost = http.FirstHost,
        IsDnsOverHttps = http.IsDnsOverHttps,
    };
}
