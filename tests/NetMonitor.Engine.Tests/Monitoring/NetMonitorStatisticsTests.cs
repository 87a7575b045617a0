using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Monitoring;

public sealed class NetMonitorStatisticsTests
{
    [Fact]
    public void Percentiles_are_times_that_were_measured()
    {
        RttPercentiles rtt = RttPercentiles.Of([.. Enumerable.Range(1, 200).Reverse().Select(i => TimeSpan.FromMilliseconds(i))])!;
        Assert.Equal(200, rtt.Count);
        Assert.Equal([1, 100, 180, 198, 200], new[] { rtt.Minimum, rtt.P50, rtt.P90, rtt.P99, rtt.Maximum }.Select(time => time.TotalMilliseconds));
        Assert.Null(RttPercentiles.Of([]));
        Assert.Equal(TimeSpan.FromTicks(7), RttPercentiles.Of([TimeSpan.FromTicks(7)])!.P99);
    }

    [Fact]
    public void Loss_is_weighted_by_packets_and_rates_are_added_up()
    {
        NetConnection[] rows =
        [
            new() { LossRatio = 0.1, PacketsSent = 100, PacketsReceived = 0, Rtt = TimeSpan.FromMilliseconds(5) },
            new() { LossRatio = 0.0, PacketsSent = 200, PacketsReceived = 100 },
            new() { PacketsSent = 1000 },
        ];
        var one = new RateSet(1, 2, 3);
        var shard = new ShardRates(10, 20, one, one, one, one);
        NetMonitorStatistics statistics = NetMonitorStatistics.From("x", 0, rows, [shard, shard], []);
        Assert.Equal(0.025, statistics.LossRatio);
        Assert.Equal((3, 20.0, 40.0, 1), (statistics.Connections, statistics.SendRate, statistics.ReceiveRate, statistics.Rtt!.Count));
        Assert.Equal(new RateSet(2, 4, 6), statistics.OpenedRates);
    }

    [Fact]
    public void What_cannot_be_told_is_null()
    {
        NetMonitorStatistics statistics = NetMonitorStatistics.From("x", 0, [], [], []);
        Assert.Null(statistics.LossRatio);
        Assert.Null(statistics.Rtt);
    }

    [Fact]
    public void Interfaces_are_read_from_the_operating_system()
    {
        string loopback = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .First(one => one.NetworkInterfaceType == System.Net.NetworkInformation.NetworkInterfaceType.Loopback).Name;
        InterfaceStatistics statistics = Assert.Single(InterfaceStatistics.Read([loopback]));
        Assert.Equal(loopback, statistics.Name);
        Assert.Equal(statistics.BytesReceived is null, statistics.BytesSent is null);
        Assert.Contains(InterfaceStatistics.Read(["any"]), one => one.Name == loopback);
        Assert.Empty(InterfaceStatistics.Read(["none such"]));
    }
}
