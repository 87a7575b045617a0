namespace NetMonitor;

/// <summary>What an IRC connection said (RFC 2812). Passwords and messages are never kept.</summary>
public sealed record IrcDetails : ApplicationDetails
{
    /// <summary>The client's nickname, or null.</summary>
    public string? Nick { get; init; }

    /// <summary>The server's name as it calls itself, or null.</summary>
    public string? Server { get; init; }

    /// <summary>True when the client asked for TLS.</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { Nick, Server }.Where(word => word is not null));
}
