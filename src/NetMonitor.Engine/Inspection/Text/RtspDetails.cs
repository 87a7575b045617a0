using System.Globalization;

namespace NetMonitor;

/// <summary>What an RTSP connection said (RFC 7826, RFC 2326). The fields are those of the last message that had them. Credentials
/// and query strings are never kept.</summary>
public sealed record RtspDetails : ApplicationDetails
{
    /// <summary>Method of the last request ("PLAY").</summary>
    public string? Method { get; init; }

    /// <summary>Host and path of the first request that had one ("camera.example/live").</summary>
    public string? Path { get; init; }

    /// <summary>User-Agent of the client.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Server header of the server.</summary>
    public string? Server { get; init; }

    /// <summary>Status code of the last response.</summary>
    public int? Status { get; init; }

    /// <summary>Requests seen.</summary>
    public int Requests { get; init; }

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { Method, Path, Status?.ToString(CultureInfo.InvariantCulture) }.Where(word => word is not null));
}
