namespace NetMonitor.Monitoring;

/// <summary>How a whole host fares, as one monitor sees it at one moment. Immutable. What cannot be told is null.</summary>
public sealed record NetMonitorStatistics
{
    /// <summary>The monitor's name.</summary>
    public required string Name { get; init; }

    /// <summary>The moment: now for a live monitor, the last packet's for a file.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Connections that are open or have not timed out yet.</summary>
    public int Connections { get; init; }

    /// <summary>Bytes per second sent by the local side of all connections: the rate that displays show.</summary>
    public double SendRate { get; init; }

    /// <summary>Bytes per second received, likewise.</summary>
    public double ReceiveRate { get; init; }

    /// <summary>Bytes per second sent over the last 1, 10 and 60 seconds.</summary>
    public RateSet SendRates { get; init; }

    /// <summary>Bytes per second received over the last 1, 10 and 60 seconds.</summary>
    public RateSet ReceiveRates { get; init; }

    /// <summary>Connections opened per second, over the last 1, 10 and 60 seconds.</summary>
    public RateSet OpenedRates { get; init; }

    /// <summary>Connections closed, timed out or evicted per second, over the last 1, 10 and 60 seconds.</summary>
    public RateSet ClosedRates { get; init; }

    /// <summary>Share of TCP segments that had to be sent again, 0 to 1: the connections' own, weighted by their packets.</summary>
    public double? LossRatio { get; init; }

    /// <summary>The round-trip times of the connections that have one; null when none has.</summary>
    public RttPercentiles? Rtt { get; init; }

    /// <summary>What the operating system counts on the interfaces; empty for a file.</summary>
    public IReadOnlyList<InterfaceStatistics> Interfaces { get; init; } = [];

    internal static NetMonitorStatistics From(
        string name, long now, IReadOnlyList<NetConnection> rows, IReadOnlyList<ShardRates> rates, IReadOnlyList<InterfaceStatistics> interfaces)
    {
        double lost = 0;
        double weight = 0;
        var times = new List<TimeSpan>();
        foreach (NetConnection row in rows)
        {
            if (row.LossRatio is { } loss)
            {
                long packets = row.PacketsSent + row.PacketsReceived;
                lost += loss * packets;
                weight += packets;
            }

            if (row.Rtt is { } rtt)
            {
                times.Add(rtt);
            }
        }

        return new NetMonitorStatistics
        {
            Name = name,
            Time = UnixTime.ToDateTimeOffset(now),
            Connections = rows.Count(row => !row.IsHistoric),
            SendRate = rates.Sum(shard => shard.Send),
            ReceiveRate = rates.Sum(shard => shard.Receive),
            SendRates = Sum(rates, shard => shard.Sent),
            ReceiveRates = Sum(rates, shard => shard.Received),
            OpenedRates = Sum(rates, shard => shard.Opened),
            ClosedRates = Sum(rates, shard => shard.Closed),
            LossRatio = weight > 0 ? lost / weight : null,
            Rtt = RttPercentiles.Of(times),
            Interfaces = interfaces,
        };
    }

    private static RateSet Sum(IReadOnlyList<ShardRates> rates, Func<ShardRates, RateSet> part) => rates.Select(part).Aggregate(
        default(RateSet),
        (sum, one) => new RateSet(sum.OneSecond + one.OneSecond, sum.TenSeconds + one.TenSeconds, sum.SixtySeconds + one.SixtySeconds));
}

/// <summary>How round-trip times are spread over connections. Each percentile is a time that was measured (nearest rank).</summary>
/// <param name="Count">Connections with a round-trip time.</param>
/// <param name="Minimum">The shortest.</param>
/// <param name="P50">Half of them are not longer.</param>
/// <param name="P90">90 % of them are not longer.</param>
/// <param name="P99">99 % of them are not longer.</param>
/// <param name="Maximum">The longest.</param>
public sealed record RttPercentiles(int Count, TimeSpan Minimum, TimeSpan P50, TimeSpan P90, TimeSpan P99, TimeSpan Maximum)
{
    /// <summary>Sorts the list.</summary>
    internal static RttPercentiles? Of(List<TimeSpan> times)
    {
        times.Sort();
        return times.Count == 0 ? null : new RttPercentiles(times.Count, times[0], At(50), At(90), At(99), times[^1]);

        TimeSpan At(int percent) => times[(int)(((long)times.Count * percent) + 99) / 100 - 1];
    }
}
