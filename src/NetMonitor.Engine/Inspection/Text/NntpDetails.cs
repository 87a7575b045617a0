namespace NetMonitor;

/// <summary>What an NNTP connection said (RFC 3977). Users, passwords and articles are never kept.</summary>
public sealed record NntpDetails : ApplicationDetails
{
    /// <summary>The server's greeting, or null.</summary>
    public string? Greeting { get; init; }

    /// <summary>The first newsgroup that was selected, or null.</summary>
    public string? Group { get; init; }

    /// <summary>True when the client asked for TLS (RFC 4642).</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary => Group ?? Greeting ?? string.Empty;
}
