using NetMonitor.Monitoring;

namespace NetMonitor.View;

/// <summary>What the view draws: connections and counts of one moment, of one monitor or of several.</summary>
public sealed record LiveSnapshot
{
    /// <summary>The moment; for a capture file by the capture's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What is watched: interfaces, or a file's name.</summary>
    public required string Source { get; init; }

    /// <summary>Where the monitor is in its life.</summary>
    public SessionStatus Status { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Packets seen.</summary>
    public long Packets { get; init; }

    /// <summary>Frames lost on the way, wherever.</summary>
    public long Dropped { get; init; }

    /// <summary>The connections, in any order.</summary>
    public required IReadOnlyList<NetConnection> Connections { get; init; }

    /// <summary>Takes the snapshot of monitors.</summary>
    /// <param name="sessions">The monitors; at least one.</param>
    /// <param name="now">The time, for those that watch an interface.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public static LiveSnapshot Take(IReadOnlyList<NetMonitorSession> sessions, DateTimeOffset now, CancellationToken cancellation)
    {
        var connections = new List<NetConnection>();
        long packets = 0;
        long dropped = 0;
        foreach (NetMonitorSession session in sessions)
        {
            connections.AddRange(session.Snapshot(filter: null, cancellation));
            SessionCounters counters = session.Counters;
            packets += counters.Received;
            dropped += (counters.KernelDropped ?? 0) + (counters.InterfaceDropped ?? 0) + counters.QueueDropped;
        }

        bool offline = sessions.All(session => session.Options.Path is not null);
        return new LiveSnapshot
        {
            Now = offline && connections.Count > 0 ? connections.Max(connection => connection.LastActivity) : now,
            Source = string.Join(", ", sessions.SelectMany(SourceNames).Distinct()),
            Status = sessions.Max(session => session.Status),
            Failure = sessions.FirstOrDefault(session => session.Failure is not null)?.Failure?.Message,
            Packets = packets,
            Dropped = dropped,
            Connections = connections,
        };
    }

    private static IEnumerable<string> SourceNames(NetMonitorSession session) =>
        session.Options.Path is { } path ? [Path.GetFileName(path)] : session.Interfaces;
}
