namespace NetMonitor;

/// <summary>What the opening of an OpenVPN tunnel shows.</summary>
public sealed record OpenVpnDetails : ApplicationDetails
{
    /// <summary>How the control channel is protected: "none", "tls-auth", "tls-crypt" or "tls-crypt-v2"; null when it cannot be told.</summary>
    public string? ControlChannel { get; init; }

    /// <summary>The client's session id in hexadecimal, or null.</summary>
    public string? ClientSession { get; init; }

    /// <summary>The server's session id, or null.</summary>
    public string? ServerSession { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { ControlChannel, ServerSession is null ? null : "answered" }.OfType<string>());
}
