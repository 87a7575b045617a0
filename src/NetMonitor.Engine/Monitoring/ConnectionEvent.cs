namespace NetMonitor.Monitoring;

/// <summary>What happened to a connection.</summary>
public enum ConnectionChange
{
    /// <summary>Its first packet was seen.</summary>
    Opened,

    /// <summary>Its application protocol became known, or better known.</summary>
    Identified,

    /// <summary>It closed or timed out.</summary>
    Closed,

    /// <summary>Packets came or its state changed; told by <see cref="ConnectionFeed"/>, of each connection at most once a second.</summary>
    Updated,
}

/// <summary>Something that happened to a connection.</summary>
/// <param name="Change">What.</param>
/// <param name="Connection">The connection as it was just after.</param>
public sealed record ConnectionEvent(ConnectionChange Change, NetConnection Connection);
