namespace NetMonitor;

/// <summary>What the control connection of FTP said (RFC 959). Passwords are never kept.</summary>
public sealed record FtpDetails : ApplicationDetails
{
    /// <summary>Argument of the last USER ("anonymous"), or null.</summary>
    public string? User { get; init; }

    /// <summary>The server's greeting: usually its software.</summary>
    public string? Software { get; init; }

    /// <summary>The server's answer to SYST ("UNIX Type: L8"), or null.</summary>
    public string? System { get; init; }

    /// <summary>True once the server let the user in.</summary>
    public bool LoggedIn { get; init; }

    /// <summary>True when the client asked for TLS (RFC 4217).</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { User is null ? null : $"USER {User}", Software }.Where(word => word is not null));
}
