namespace NetMonitor;

/// <summary>What BitTorrent peers, their DHT, trackers and uTP say (BEP 3, 5, 10, 14, 15, 29).</summary>
public sealed record BitTorrentDetails : ApplicationDetails
{
    /// <summary>"Peer", "DHT", "Tracker", "Local discovery" or "uTP".</summary>
    public required string Kind { get; init; }

    /// <summary>SHA-1 of the torrent's info dictionary in hexadecimal, or null when none was seen.</summary>
    public string? InfoHash { get; init; }

    /// <summary>The program of the side that sent first, as it names itself or by its peer id (BEP 20); null when unknown.</summary>
    public string? Client { get; init; }

    /// <summary>The program of the other side.</summary>
    public string? RemoteClient { get; init; }

    /// <summary>The last DHT query ("get_peers"), or null.</summary>
    public string? Query { get; init; }

    /// <summary>True when a peer says that it takes part in the DHT (BEP 5).</summary>
    public bool SupportsDht { get; init; }

    /// <summary>True when a peer says that it has extensions (BEP 10).</summary>
    public bool SupportsExtensions { get; init; }

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { Kind, Query, Client, RemoteClient, InfoHash }.Where(word => !string.IsNullOrEmpty(word)));
}
