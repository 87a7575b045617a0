namespace NetMonitor;

/// <summary>What a Gnutella handshake said (Gnutella protocol specification 0.6).</summary>
public sealed record GnutellaDetails : ApplicationDetails
{
    /// <summary>The program of the peer that called, or null.</summary>
    public string? Client { get; init; }

    /// <summary>The program of the peer that answered, or null.</summary>
    public string? RemoteClient { get; init; }

    /// <inheritdoc/>
    public override string Summary => Client ?? RemoteClient ?? string.Empty;
}
