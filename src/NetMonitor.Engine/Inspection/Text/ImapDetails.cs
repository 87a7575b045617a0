namespace NetMonitor;

/// <summary>What an IMAP connection said (RFC 9051). Users, passwords and mail are never kept.</summary>
public sealed record ImapDetails : ApplicationDetails
{
    /// <summary>The server's greeting without its capabilities ("Dovecot ready."), or null.</summary>
    public string? Greeting { get; init; }

    /// <summary>True once the server let the user in.</summary>
    public bool LoggedIn { get; init; }

    /// <summary>True when the client asked for TLS.</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary => Greeting ?? string.Empty;
}
