using NetMonitor.Monitoring;

namespace NetMonitor.View;

/// <summary>What the view draws: connections and counts of one moment, of one monitor or of several.</summary>
public sealed record LiveSnapshot
{
    /// <summary>The moment; for a capture file by the capture's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What is watched: interfaces, or a file's name.</summary>
    public required string Source { get; init; }

    /// <summary>True when capture files are read instead of interfaces.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Where the monitor is in its life.</summary>
    public SessionStatus Status { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Frames received, of all monitors.</summary>
    public long Packets { get; init; }

    /// <summary>Frames the kernel or the interface dropped; null where that is not known.</summary>
    public long? KernelDropped { get; init; }

    /// <summary>Frames dropped because a queue of the monitor was full.</summary>
    public long QueueDropped { get; init; }

    /// <summary>Connections opened since the start.</summary>
    public long Opened { get; init; }

    /// <summary>Connections closed or timed out since the start.</summary>
    public long Closed { get; init; }

    /// <summary>Connections not tracked because the table was full.</summary>
    public long TableFull { get; init; }

    /// <summary>Frames lost on the way, wherever.</summary>
    public long Dropped => (KernelDropped ?? 0) + QueueDropped;

    /// <summary>The connections, oldest first.</summary>
    public required IReadOnlyList<NetConnection> Connections { get; init; }

    /// <summary>The interfaces of this machine, or empty when they were not asked for.</summary>
    public IReadOnlyList<InterfaceReading> Interfaces { get; init; } = [];

    /// <summary>Takes the snapshot of monitors.</summary>
    /// <param name="sessions">The monitors; at least one.</param>
    /// <param name="now">The time, for those that watch an interface.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public static LiveSnapshot Take(IReadOnlyList<NetMonitorSession> sessions, DateTimeOffset now, CancellationToken cancellation)
    {
        IReadOnlyList<NetConnection> connections = Connected(sessions, cancellation);
        SessionCounters[] counters = [.. sessions.Select(session => session.Counters)];
        bool offline = sessions.All(session => session.Options.Path is not null);
        return new LiveSnapshot
        {
            Now = offline && connections.Count > 0 ? connections.Max(connection => connection.LastActivity) : now,
            Source = string.Join(", ", sessions.SelectMany(SourceNames).Distinct()),
            IsOffline = offline,
            Status = sessions.Max(session => session.Status),
            Failure = sessions.FirstOrDefault(session => session.Failure is not null)?.Failure?.Message,
            Packets = counters.Sum(counter => counter.Received),
            KernelDropped = counters.All(counter => counter.KernelDropped is null && counter.InterfaceDropped is null)
                ? null
                : counters.Sum(counter => (counter.KernelDropped ?? 0) + (counter.InterfaceDropped ?? 0)),
            QueueDropped = counters.Sum(counter => counter.QueueDropped),
            Opened = counters.Sum(counter => counter.Opened),
            Closed = counters.Sum(counter => counter.Closed),
            TableFull = counters.Sum(counter => counter.TableFull),
            Connections = connections,
        };
    }

    private static IReadOnlyList<NetConnection> Connected(IReadOnlyList<NetMonitorSession> sessions, CancellationToken cancellation)
    {
        if (sessions is [NetMonitorSession one])
        {
            return one.Snapshot(filter: null, cancellation);
        }

        var all = new List<NetConnection>();
        foreach (NetMonitorSession session in sessions)
        {
            all.AddRange(session.Snapshot(filter: null, cancellation));
        }

        NetConnection.SortByCreation(all);
        return all;
    }

    private static IEnumerable<string> SourceNames(NetMonitorSession session) =>
        session.Options.Path is { } path ? [Path.GetFileName(path)] : session.Interfaces;
}

/// <summary>An interface and its counters at one moment, as the operating system keeps them since it came up.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LinkType">What kind of link it is.</param>
/// <param name="IsUp">True when it is up.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record InterfaceReading(string Name, string LinkType, bool IsUp, string Addresses)
{
    /// <summary>True for the interface of the default route.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Bits per second, or null.</summary>
    public long? Speed { get; init; }

    /// <summary>Bytes received, or null where that is not counted.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Packets received.</summary>
    public long? PacketsReceived { get; init; }

    /// <summary>Packets sent.</summary>
    public long? PacketsSent { get; init; }

    /// <summary>Errors, both directions.</summary>
    public long? Errors { get; init; }

    /// <summary>Packets dropped, both directions.</summary>
    public long? Dropped { get; init; }
}
