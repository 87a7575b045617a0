namespace NetMonitor.Monitoring;

/// <summary>What connections are put together by.</summary>
public enum MeasureKey
{
    /// <summary>All together.</summary>
    None,

    /// <summary>The name of the owning process.</summary>
    Process,

    /// <summary>The remote host's name, else its address.</summary>
    Host,

    /// <summary>The application protocol.</summary>
    Application,

    /// <summary>The country of the remote address.</summary>
    Country,

    /// <summary>The server's port: the remote one, of an incoming connection the local one.</summary>
    Port,

    /// <summary>The transport protocol.</summary>
    Protocol,
}

/// <summary>Connections put together: how many, how much, how fast, how healthy.</summary>
public sealed record ConnectionMeasure
{
    /// <summary>What they have in common; null where it is not known, or for all together.</summary>
    public string? Name { get; private init; }

    /// <summary>What they were put together by.</summary>
    public MeasureKey By { get; private init; }

    /// <summary>How many.</summary>
    public int Connections { get; private init; }

    /// <summary>Bytes sent, IP headers included.</summary>
    public long BytesSent { get; private init; }

    /// <summary>Bytes received.</summary>
    public long BytesReceived { get; private init; }

    /// <summary>Bytes per second sent.</summary>
    public double SendRate { get; private init; }

    /// <summary>Bytes per second received.</summary>
    public double ReceiveRate { get; private init; }

    /// <summary>The median of the round-trip times that are known (nearest rank), or null.</summary>
    public TimeSpan? RttMedian { get; private init; }

    /// <summary>Nine tenths of the known round-trip times are at most this; null when none is known.</summary>
    public TimeSpan? Rtt90 { get; private init; }

    /// <summary>99 of a hundred known round-trip times are at most this; null when none is known.</summary>
    public TimeSpan? Rtt99 { get; private init; }

    /// <summary>TCP segments sent again.</summary>
    public long Retransmits { get; private init; }

    /// <summary>Share of segments that had to be sent again, 0 to 1, weighted by the packets of each connection; null where it cannot be told.</summary>
    public double? LossRatio { get; private init; }

    /// <summary>Puts connections together, those with the most bytes first.</summary>
    public static IReadOnlyList<ConnectionMeasure> Of(IEnumerable<NetConnection> connections, MeasureKey by) =>
    [
        .. connections.GroupBy(connection => KeyOf(connection, by), StringComparer.OrdinalIgnoreCase)
            .Select(group => Of([.. group], group.Key, by))
            .OrderByDescending(measure => measure.BytesSent + measure.BytesReceived)
            .ThenBy(measure => measure.Name, StringComparer.OrdinalIgnoreCase),
    ];

    private static ConnectionMeasure Of(NetConnection[] connections, string? name, MeasureKey by)
    {
        TimeSpan[] rtts = [.. connections.Select(connection => connection.Rtt).OfType<TimeSpan>().Order()];
        double weight = connections.Where(connection => connection.LossRatio is not null).Sum(Packets);
        return new ConnectionMeasure
        {
            Name = name,
            By = by,
            Connections = connections.Length,
            BytesSent = connections.Sum(connection => connection.BytesSent),
            BytesReceived = connections.Sum(connection => connection.BytesReceived),
            SendRate = connections.Sum(connection => connection.SendRate),
            ReceiveRate = connections.Sum(connection => connection.ReceiveRate),
            RttMedian = Percentile(rtts, 0.5),
            Rtt90 = Percentile(rtts, 0.9),
            Rtt99 = Percentile(rtts, 0.99),
            Retransmits = connections.Sum(connection => connection.Retransmits ?? 0),
            LossRatio = weight > 0 ? connections.Sum(connection => (connection.LossRatio ?? 0) * Packets(connection)) / weight : null,
        };
    }

    private static double Packets(NetConnection connection) => connection.PacketsSent + connection.PacketsReceived;

    private static TimeSpan? Percentile(TimeSpan[] sorted, double share) =>
        sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private static string? KeyOf(NetConnection connection, MeasureKey by) => by switch
    {
        MeasureKey.Process => connection.ProcessName,
        MeasureKey.Host => connection.HostName ?? connection.Remote.ToString(),
        MeasureKey.Application => connection.Application,
        MeasureKey.Country => connection.Country,
        MeasureKey.Port => (connection.Direction == ConnectionDirection.Incoming ? connection.LocalPort : connection.RemotePort)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        MeasureKey.Protocol => connection.Protocol.ToString(),
        _ => null,
    };
}
