using NetMonitor.Export;

namespace NetMonitor.Tests.Export.Report;

/// <summary>Bytes over time: nothing is lost, whatever the times are.</summary>
public sealed class TrafficSeriesTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_700_000_000 * Second;

    [Fact]
    public void A_packet_is_counted_in_its_interval()
    {
        var series = new TrafficSeries();
        series.Add(Start, 100, isSent: true);
        series.Add(Start + 2_500_000, 40, isSent: false);
        Assert.Equal(TimeSpan.FromMilliseconds(1), series.Interval);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), series.Start);
        Assert.Equal(new long[] { 100, 0, 0 }, series.Sent.ToArray());
        Assert.Equal(new long[] { 0, 0, 40 }, series.Received.ToArray());
    }

    [Theory]
    [InlineData(new long[] { 0, 1, 3_600, 86_400 })]
    [InlineData(new long[] { 86_400, 0, 5, 90_000, 1 })]
    [InlineData(new long[] { 0, 3_000_000_000, -1_700_000_000, -9_000_000_000 })]
    public void Wider_times_make_wider_intervals_and_lose_nothing(long[] seconds)
    {
        var series = new TrafficSeries();
        foreach (long second in seconds)
        {
            long at = Math.Max(long.MinValue / Second, second + 1_700_000_000) * Second;
            series.Add(at, 7, isSent: true);
            Assert.True(series.Start.ToUnixTimeMilliseconds() <= at / 1_000_000);
        }

        Assert.InRange(series.Sent.Length, 1, TrafficSeries.Intervals);
        Assert.Equal(7 * seconds.Length, series.Sent.ToArray().Sum());
    }

    [Fact]
    public void Bytes_of_a_connection_are_spread_over_its_life()
    {
        var series = new TrafficSeries();
        series.AddOver(Start, Start + (4 * Second), 4_000, 9);
        Assert.Equal(4_000, series.Sent.ToArray().Sum());
        Assert.Equal(9, series.Received.ToArray().Sum());
        int half = series.Sent.Length / 2;
        Assert.InRange(series.Sent[..half].ToArray().Sum(), 1_900, 2_100);
        series.AddOver(Start, Start - 1, 5, 0); // a clock that went back
        Assert.Equal(4_005, series.Sent.ToArray().Sum());
    }
}
