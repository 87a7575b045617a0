using System.Globalization;
using NetMonitor.Inspection.Http;

namespace NetMonitor;

/// <summary>
/// What an HTTP/1.x connection said (RFC 9112). The fields of a request are the last one's, those named First the first one's. Query
/// strings, credentials, cookies and bodies are never kept.
/// </summary>
public sealed record HttpDetails : ApplicationDetails
{
    /// <summary>Method of the last request ("GET").</summary>
    public string? Method { get; init; }

    /// <summary>Path of the last request, without query and fragment; of CONNECT: host and port.</summary>
    public string? Path { get; init; }

    /// <summary>Host the last request is for, without port: the Host header, or the target's where it has one (RFC 9112 section
    /// 3.2.2).</summary>
    public string? Host { get; init; }

    /// <summary>User-Agent of the last request.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Version of the last message ("1.1").</summary>
    public string? Version { get; init; }

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

    /// <summary>The protocol switched to with status 101 ("websocket"), or null.</summary>
    public string? UpgradedTo { get; init; }

    /// <summary>True when a request or response carried DNS messages (RFC 8484).</summary>
    public bool IsDnsOverHttps { get; init; }

    /// <summary>Time from the end of the header section of the last answered request to the first byte of its response, interim ones (1xx)
    /// but 101 not counted; pipelined requests are answered in order (RFC 9112 section 9.3.2). Null when not both were seen.</summary>
    public TimeSpan? TimeToFirstByte { get; init; }

    /// <inheritdoc/>
    public override string? HostName => HttpHost.Name(Host) ?? base.HostName;

    /// <inheritdoc/>
    public override HostNameSource? HostNameSource => HttpHost.Name(Host) is not null ? NetMonitor.HostNameSource.HttpHost : base.HostNameSource;

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { Method, Path, Status?.ToString(CultureInfo.InvariantCulture) }.Where(word => word is not null));
}
