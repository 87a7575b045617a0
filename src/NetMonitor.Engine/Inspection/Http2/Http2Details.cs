using System.Globalization;
using NetMonitor.Inspection.Http;

namespace NetMonitor;

/// <summary>
/// What an HTTP/2 connection without TLS, or one that a key log opened, said (RFC 9113). The fields of a request are the last one's, those named First the first one's.
/// Query strings, credentials, cookies and bodies are never kept.
/// </summary>
public sealed record Http2Details : ApplicationDetails
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

    /// <summary>Requests seen; one that came before the upgrade from HTTP/1.1 is not among them.</summary>
    public int Requests { get; init; }

    /// <summary>Responses seen, interim ones (1xx) not counted.</summary>
    public int Responses { get; init; }

    /// <summary>Method of the first request.</summary>
    public string? FirstMethod { get; init; }

    /// <summary>Path of the first request.</summary>
    public string? FirstPath { get; init; }

    /// <summary>Host of the first request.</summary>
    public string? FirstHost { get; init; }

    /// <summary>Error code of a GOAWAY frame (RFC 9113 section 7); 0 says that nothing was wrong.</summary>
    public long? ErrorCode { get; init; }

    /// <summary>True when a request or response carried DNS messages (RFC 8484).</summary>
    public bool IsDnsOverHttps { get; init; }

    /// <summary>Time from the end of the header section of a request, the last one sent by then, to the first byte of the response on its
    /// stream, interim ones (1xx) not counted (RFC 9113 section 8.1). Null when not both were seen.</summary>
    public TimeSpan? TimeToFirstByte { get; init; }

    /// <inheritdoc/>
    public override string? HostName => HttpHost.Name(Host) ?? base.HostName;

    /// <inheritdoc/>
    public override HostNameSource? HostNameSource => HttpHost.Name(Host) is not null ? NetMonitor.HostNameSource.HttpHost : base.HostNameSource;

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { Method, Path, Status?.ToString(CultureInfo.InvariantCulture) }.Where(word => word is not null));
}
