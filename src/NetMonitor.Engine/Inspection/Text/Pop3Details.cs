namespace NetMonitor;

/// <summary>What a POP3 connection said (RFC 1939). Users, passwords and mail are never kept.</summary>
public sealed record Pop3Details : ApplicationDetails
{
    /// <summary>The server's greeting, without the timestamp that APOP hashes; or null.</summary>
    public string? Greeting { get; init; }

    /// <summary>True once the server let the user in.</summary>
    public bool LoggedIn { get; init; }

    /// <summary>True when the client asked for TLS (RFC 2595).</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary => Greeting ?? string.Empty;
}
