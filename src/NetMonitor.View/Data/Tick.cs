namespace NetMonitor.View;

/// <summary>What happened between two looks, and how it stood at the second.</summary>
internal sealed record Tick
{
    /// <summary>From the look before to this one.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Bytes per second received, IP level.</summary>
    public double ReceiveRate { get; init; }

    /// <summary>Bytes per second sent, IP level.</summary>
    public double SendRate { get; init; }

    /// <summary>Frames per second, as captured.</summary>
    public double PacketRate { get; init; }

    /// <summary>Connections that came.</summary>
    public int Opened { get; init; }

    /// <summary>Connections that went.</summary>
    public int Closed { get; init; }

    /// <summary>Connections there were.</summary>
    public int Active { get; init; }

    /// <summary>Mean round-trip time of the connections on which something moved, or null.</summary>
    public TimeSpan? Rtt { get; init; }

    /// <summary>TCP segments sent again, of all TCP packets of that time, 0 to 1; null without any or where it is not counted.</summary>
    public double? Loss { get; init; }
}

/// <summary>How many connections of a kind there are.</summary>
internal sealed record Share(string Name, int Count);

/// <summary>Sums over the connections of one moment.</summary>
internal sealed record Summary
{
    public int Tcp { get; init; }

    public int Udp { get; init; }

    public int Other { get; init; }

    public int Processes { get; init; }

    public long Retransmits { get; init; }

    public long OutOfOrder { get; init; }

    public long Resets { get; init; }

    /// <summary>Applications, the most frequent first.</summary>
    public IReadOnlyList<Share> Applications { get; init; } = [];

    /// <summary>TCP states, the most frequent first.</summary>
    public IReadOnlyList<Share> TcpStates { get; init; } = [];

    /// <summary>True when the owner of any connection is known.</summary>
    public bool KnowsProcesses { get; init; }

    /// <summary>True when the place of any connection is known.</summary>
    public bool KnowsPlaces { get; init; }

    /// <summary>True when the service of any connection is known.</summary>
    public bool KnowsServices { get; init; }
}
