using NetMonitor.Monitoring;
using NetMonitor.Tests.Filtering;

namespace NetMonitor.Tests.Monitoring;

public sealed class ConnectionMeasureTests
{
    [Theory]
    [InlineData(MeasureKey.None, ":9")]
    [InlineData(MeasureKey.Process, ":5 firefox:2 nginx:1 ssh:1")]
    [InlineData(MeasureKey.Protocol, "ICMP:1 TCP:6 UDP:2")]
    [InlineData(MeasureKey.Country, ":7 DE:1 US:1")]
    [InlineData(MeasureKey.Port, "22:1 443:3 53:1 80:1 8443:1 873:1 :1")]
    [InlineData(MeasureKey.Application, ":4 DNS:1 HTTP:1 HTTPS:1 QUIC:1 SSH:1")]
    public void Connections_are_put_together(MeasureKey by, string groups) => Assert.Equal(
        groups,
        string.Join(' ', ConnectionMeasure.Of(Samples.All.Values, by).Select(measure => $"{measure.Name}:{measure.Connections}").Order(StringComparer.Ordinal)));

    [Fact]
    public void Sums_percentiles_and_loss_are_those_of_the_connections()
    {
        ConnectionMeasure all = Assert.Single(ConnectionMeasure.Of(Samples.All.Values, MeasureKey.None));
        Assert.Equal(Samples.All.Values.Sum(connection => connection.BytesReceived), all.BytesReceived);
        Assert.Equal(TimeSpan.FromMilliseconds(150), all.RttMedian);
        Assert.Equal(TimeSpan.FromMilliseconds(150), all.Rtt99);
        Assert.Equal(3, all.Retransmits);
        Assert.Equal(0.02, all.LossRatio!.Value, 6); // the other connection with a ratio has no packets, so no weight
        ConnectionMeasure first = ConnectionMeasure.Of(Samples.All.Values, MeasureKey.Host)[0];
        Assert.Equal("192.0.2.8", first.Name); // the most bytes
        Assert.Null(first.RttMedian);
    }

    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        NetConnection[] hundred = [.. Enumerable.Range(1, 100).Select(n => new NetConnection { Rtt = TimeSpan.FromMilliseconds(n) })];
        ConnectionMeasure all = Assert.Single(ConnectionMeasure.Of(hundred, MeasureKey.None));
        Assert.Equal([50, 90, 99], new[] { all.RttMedian, all.Rtt90, all.Rtt99 }.Select(rtt => rtt!.Value.TotalMilliseconds));
    }

    [Fact]
    public void A_process_has_its_traffic_and_peers()
    {
        ConnectionOwner owner = new() { ProcessId = 7, ProcessName = "rsync", Source = AttributionSource.SocketTable, Quality = AttributionQuality.Exact };
        NetConnection One(ulong low, long bytes, double minuteRate) => new()
        {
            Owner = owner, Remote = new(0, 0xFFFF_C000_0200UL | low), BytesSent = bytes, SendRates = new RateSet(0, 0, minuteRate), BytesReceived = 1,
        };
        ProcessActivity activity = Assert.Single(ProcessActivity.Of([One(1, 100, 10), One(2, 500, 0), One(1, 10, 0.5)], coverage: 0.9));
        Assert.Equal((7, "rsync", 3, 630L, 0L, 610L, 3L, 2), (activity.ProcessId!.Value, activity.ProcessName, activity.Connections,
            activity.EgressMinute, activity.IngressMinute, activity.EgressRetained, activity.IngressRetained, activity.PeerCount));
        Assert.Equal("192.0.2.2 501, 192.0.2.1 112", string.Join(", ", activity.Peers.Select(peer => $"{peer} {peer.Bytes}")));
        Assert.Equal(0.9, activity.Coverage);
        Assert.Equal(4, ProcessActivity.Of(Samples.All.Values).Count); // firefox, ssh, nginx and nobody
    }
}
