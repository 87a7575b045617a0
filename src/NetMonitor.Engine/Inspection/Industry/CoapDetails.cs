namespace NetMonitor;

/// <summary>What CoAP messages say (RFC 7252).</summary>
public sealed record CoapDetails : ApplicationDetails
{
    /// <summary>Method of the last new request ("GET"), or null.</summary>
    public string? Method { get; init; }

    /// <summary>Its path, without the query; null when no request was seen.</summary>
    public string? Path { get; init; }

    /// <summary>Uri-Host of the last request, or null.</summary>
    public string? Host { get; init; }

    /// <summary>Code of the last response ("2.05 Content"), or null.</summary>
    public string? Response { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { Method, Path, Response }.Where(word => !string.IsNullOrEmpty(word)));
}
