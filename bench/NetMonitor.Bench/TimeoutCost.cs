using System.Diagnostics;
using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Bench;

/// <summary>What it costs each second to know which of many connections have timed out, beside looking at each of them.</summary>
internal static class TimeoutCost
{
    private const int Seconds = 250; // less than the timeout of an established connection

    public static string Take(string path)
    {
        var shard = new Shard(new ShardSettings { LocalAddresses = new NoLocalAddresses(), InterfaceName = static _ => null, Seed = 1 });
        var dealer = new Dealer(shards: 1, seed: 1);
        using (CaptureFile file = CaptureFile.Open(path))
        {
            var deal = new Deal(shards: 1);
            while (file.Read(deal.Frames))
            {
                dealer.Play(deal, 0, deal.Frames.Count);
                shard.Process(deal.Hands[0], deal.Frames);
            }
        }

        long end = shard.Now;
        int connections = shard.Connections;
        long start = Stopwatch.GetTimestamp();
        TimeSpan longest = default;
        for (int second = 1; second <= Seconds; second++)
        {
            long one = Stopwatch.GetTimestamp();
            shard.Advance(end + (second * UnixTime.NanosecondsPerSecond));
            TimeSpan took = Stopwatch.GetElapsedTime(one);
            longest = took > longest ? took : longest;
        }

        TimeSpan advance = Stopwatch.GetElapsedTime(start) / Seconds;
        int left = shard.Connections;
        start = Stopwatch.GetTimestamp();
        shard.Policy = TimeoutPolicy.Default; // looks at all
        TimeSpan all = Stopwatch.GetElapsedTime(start);
        return $"""
            | {connections:N0} connections | time |
            |---|---:|
            | one second of {Seconds}, mean | {advance.TotalMicroseconds:N0} µs |
            | the longest | {longest.TotalMicroseconds:N0} µs |
            | looking at each of the {left:N0} that are left | {all.TotalMicroseconds:N0} µs |
            """;
    }

    private sealed class NoLocalAddresses : NetMonitor.Flows.ILocalAddresses
    {
        public bool IsLocal(NetMonitor.Packets.IPAddressValue address) => false;
    }
}
