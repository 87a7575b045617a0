namespace NetMonitor;

/// <summary>What an XMPP connection said (RFC 6120). Users, credentials and messages are never kept.</summary>
public sealed record XmppDetails : ApplicationDetails
{
    /// <summary>The domain the stream is opened to, or null.</summary>
    public string? To { get; init; }

    /// <summary>The domain that opens or answers a stream says it is, without user and resource; or null.</summary>
    public string? From { get; init; }

    /// <summary>True between servers, false between a client and its server.</summary>
    public bool IsServerToServer { get; init; }

    /// <summary>True when TLS was asked for (RFC 6120 section 5).</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary => To ?? From ?? string.Empty;
}
