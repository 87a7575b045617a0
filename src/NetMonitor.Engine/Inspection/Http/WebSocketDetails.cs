namespace NetMonitor;

/// <summary>What a WebSocket says of itself (RFC 6455). The request that opened it is <see cref="ApplicationDetails.Outer"/>. Contents are never kept.</summary>
public sealed record WebSocketDetails : ApplicationDetails
{
    /// <summary>The subprotocol the server chose ("mqtt"), or null.</summary>
    public string? Subprotocol { get; init; }

    /// <summary>The extensions in use ("permessage-deflate"), or null.</summary>
    public string? Extensions { get; init; }

    /// <summary>Text messages of both sides.</summary>
    public int TextMessages { get; init; }

    /// <summary>Binary messages of both sides.</summary>
    public int BinaryMessages { get; init; }

    /// <summary>Status code of the first Close frame that has one (section 7.4.1), or null.</summary>
    public int? CloseCode { get; init; }

    /// <inheritdoc/>
    public override string? HostName => Outer?.HostName;

    /// <inheritdoc/>
    public override HostNameSource? HostNameSource => Outer?.HostNameSource;

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { (Outer as HttpDetails)?.Path, Subprotocol }.Where(word => word is not null));
}
