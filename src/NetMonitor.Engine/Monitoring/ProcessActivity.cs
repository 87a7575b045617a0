using System.Net;
using System.Net.NetworkInformation;
using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>A remote end of a process: who, and how much.</summary>
/// <param name="Address">Its address.</param>
/// <param name="HostName">Its name, or null.</param>
/// <param name="Bytes">Bytes in both directions.</param>
public sealed record ProcessPeer(IPAddress Address, string? HostName, long Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => HostName ?? Address.ToString();
}

/// <summary>What a process sends and receives: over the last minute, and over all connections that are remembered.</summary>
public sealed record ProcessActivity
{
    private const int MostPeers = 10;

    /// <summary>Its id; null for the connections without a known owner.</summary>
    public int? ProcessId { get; private init; }

    /// <summary>Its name, or null.</summary>
    public string? ProcessName { get; private init; }

    /// <summary>Its connections.</summary>
    public int Connections { get; private init; }

    /// <summary>Bytes sent over the last 60 seconds.</summary>
    public long EgressMinute { get; private init; }

    /// <summary>Bytes received over the last 60 seconds.</summary>
    public long IngressMinute { get; private init; }

    /// <summary>Bytes sent by all its connections that are remembered.</summary>
    public long EgressRetained { get; private init; }

    /// <summary>Bytes received by all its connections that are remembered.</summary>
    public long IngressRetained { get; private init; }

    /// <summary>Bytes per second sent now.</summary>
    public double SendRate { get; private init; }

    /// <summary>Bytes per second received now.</summary>
    public double ReceiveRate { get; private init; }

    /// <summary>The remote ends it exchanged the most bytes with, at most 10.</summary>
    public IReadOnlyList<ProcessPeer> Peers { get; private init; } = [];

    /// <summary>How many remote addresses it has.</summary>
    public int PeerCount { get; private init; }

    /// <summary>How much of what the interfaces counted is in connections with a known owner, 0 to 1, the same for all rows; null when it was not measured.</summary>
    public double? Coverage { get; init; }

    /// <summary>Puts connections together by their process, those that moved the most bytes in the last minute first.</summary>
    public static IReadOnlyList<ProcessActivity> Of(IEnumerable<NetConnection> connections, double? coverage = null) =>
    [
        .. connections.GroupBy(connection => (connection.OwningProcess, connection.ProcessName))
            .Select(group => Of([.. group], group.Key.OwningProcess, group.Key.ProcessName) with { Coverage = coverage })
            .OrderByDescending(activity => activity.EgressMinute + activity.IngressMinute)
            .ThenByDescending(activity => activity.EgressRetained + activity.IngressRetained),
    ];

    private static ProcessActivity Of(NetConnection[] connections, int? id, string? name)
    {
        ProcessPeer[] peers =
        [
            .. connections.GroupBy(connection => connection.Remote)
                .Select(peer => new ProcessPeer(
                    peer.Key.ToIPAddress(),
                    peer.Select(connection => connection.HostName).FirstOrDefault(host => host is not null),
                    peer.Sum(connection => connection.BytesSent + connection.BytesReceived)))
                .OrderByDescending(peer => peer.Bytes),
        ];
        return new ProcessActivity
        {
            ProcessId = id,
            ProcessName = name,
            Connections = connections.Length,
            EgressMinute = (long)connections.Sum(connection => connection.SendRates.SixtySeconds * 60),
            IngressMinute = (long)connections.Sum(connection => connection.ReceiveRates.SixtySeconds * 60),
            EgressRetained = connections.Sum(connection => connection.BytesSent),
            IngressRetained = connections.Sum(connection => connection.BytesReceived),
            SendRate = connections.Sum(connection => connection.SendRate),
            ReceiveRate = connections.Sum(connection => connection.ReceiveRate),
            Peers = [.. peers.Take(MostPeers)],
            PeerCount = peers.Length,
        };
    }
}

/// <summary>
/// Compares what the interfaces count with what connections of known processes moved, between its making and <see cref="Measure"/>. Interfaces count
/// link-layer headers too, so a share near 0.97 is all there is.
/// </summary>
public sealed class ProcessCoverage
{
    private readonly IReadOnlyList<NetMonitorSession> _sessions;
    private readonly long? _counted;
    private readonly Dictionary<ulong, long> _owned;

    /// <summary>Takes the first reading.</summary>
    public ProcessCoverage(IReadOnlyList<NetMonitorSession> sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        _sessions = sessions;
        _counted = Counted();
        _owned = Owned();
    }

    /// <summary>The share since the first reading, 0 to 1; null when the interfaces counted nothing or cannot be read.</summary>
    public double? Measure()
    {
        long counted = (Counted() - _counted) ?? 0;
        long owned = Owned().Sum(now => now.Value - _owned.GetValueOrDefault(now.Key));
        return counted > 0 ? Math.Clamp((double)owned / counted, 0, 1) : null;
    }

    private long? Counted()
    {
        HashSet<string> names = [.. _sessions.Where(session => session.Options.Path is null).SelectMany(session => session.Interfaces)];
        return NetworkInterface.GetAllNetworkInterfaces().Where(device => names.Contains(device.Name))
            .Select(InterfaceCounters.Read).Sum(counters => counters.BytesReceived + counters.BytesSent);
    }

    private Dictionary<ulong, long> Owned()
    {
        var owned = new Dictionary<ulong, long>();
        foreach (NetConnection connection in _sessions.SelectMany(session => session.Snapshot(connection => connection.OwningProcess is not null)))
        {
            owned[connection.IdValue] = connection.BytesSent + connection.BytesReceived;
        }

        return owned;
    }
}
