using System.Net;
using System.Net.NetworkInformation;
using NetMonitor.Capture;
using NetMonitor.Monitoring;
using PacketDotNet;

namespace NetMonitor.Tests.Monitoring;

public sealed class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_file_is_complete_only_when_its_last_packet_was_tracked()
    {
        using var source = new MemorySource(isLive: false);
        using NetMonitorSession session = Start(source);
        for (int i = 0; i < 100; i++)
        {
            source.Add([.. Enumerable.Range(0, 50).Select(n => (Time(i), Udp(i, n)))]);
        }

        source.End();
        Assert.True(session.WaitForCompletion(Patience));
        Assert.Equal(SessionStatus.Completed, session.Status);
        Assert.Equal(5000, session.Snapshot().Count);
        Assert.Equal(5000, session.Counters.Packets);
        Assert.Equal(0, session.Counters.QueueDropped);
        Assert.True(source.IsDisposed);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_shards_gives_the_same_connections(int shards)
    {
        Assert.Equal(Lines(1), Lines(shards));

        static List<string> Lines(int shards)
        {
            using var source = new MemorySource(isLive: false);
            using NetMonitorSession session = Start(source, new SessionOptions { Path = "memory", Shards = shards });
            var random = new Random(5);
            for (int i = 0; i < 200; i++)
            {
                source.Add([.. Enumerable.Range(0, 100).Select(n => (Time(i), Udp(random.Next(40), random.Next(40), answer: random.Next(2) == 1)))]);
            }

            source.End();
            Assert.True(session.WaitForCompletion(Patience));
            return [.. session.Snapshot().Select(row => $"{row.Id} {row} {row.BytesSent} {row.BytesReceived} {row.PacketsSent} {row.Direction} {row.Duration}").Order()];
        }
    }

    [Fact]
    public void Snapshots_can_be_taken_while_it_runs_and_after_it_stopped()
    {
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = Start(source);
        Assert.Empty(session.Snapshot());
        long now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        source.Add((now, Udp(1, 1)));
        Assert.True(SpinWait.SpinUntil(() => session.Snapshot().Count == 1, Patience));
        Assert.Equal("memory", session.Snapshot()[0].Interface);
        session.Stop();
        session.Stop();
        Assert.Equal(SessionStatus.Stopped, session.Status);
        Assert.Single(session.Snapshot());
    }

    [Fact]
    public void A_failing_source_is_reported_and_what_it_gave_is_kept()
    {
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = Start(source);
        source.Add(((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100, Udp(1, 1)));
        source.Fail(new CaptureException(CaptureError.CaptureStopped, "The interface went away."));
        Assert.True(session.WaitForCompletion(Patience));
        Assert.Equal(SessionStatus.Failed, session.Status);
        Assert.Equal(CaptureError.CaptureStopped, Assert.IsType<CaptureException>(session.Failure).Error);
        Assert.Single(session.Snapshot());
    }

    [Fact]
    public void A_live_source_is_never_kept_waiting()
    {
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = Start(source);
        using var release = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        session.ConnectionChanged += _ =>
        {
            blocked.Set();
            release.Wait();
        };
        long now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        source.Add((now, Udp(0, 0)));
        Assert.True(blocked.Wait(Patience)); // the shard is busy from here on
        const int batches = 100;
        for (int i = 0; i < batches; i++)
        {
            source.Add((now, Udp(1, i)), (now, Udp(2, i)));
        }

        // All was read although nobody worked it off: some deals wait, the others were dropped, and every frame is in one of the counts.
        Assert.True(SpinWait.SpinUntil(() => session.Counters.Received == 1 + (2 * batches), Patience));
        release.Set();
        session.Stop();
        Assert.True(session.Counters.QueueDropped > 0);
        Assert.Equal(session.Counters.Received, session.Counters.Packets + session.Counters.QueueDropped);
    }

    [Fact]
    public void A_listener_that_throws_harms_nobody()
    {
        using var source = new MemorySource(isLive: false);
        using NetMonitorSession session = Start(source);
        session.ConnectionChanged += _ => throw new InvalidOperationException("mine");
        source.Add((Time(0), Udp(1, 1)));
        source.End();
        Assert.True(session.WaitForCompletion(Patience));
        Assert.Null(session.Failure);
        Assert.Single(session.Snapshot());
    }

    [Fact]
    public void Stopping_a_file_midway_is_not_completion()
    {
        using var source = new MemorySource(isLive: false);
        using NetMonitorSession session = Start(source);
        session.Stop();
        Assert.Equal(SessionStatus.Stopped, session.Status);
    }

    [Fact]
    public void Pace_follows_the_captures_clock()
    {
        using var inner = new MemorySource(isLive: false);
        using var paced = new PacedSource(inner);
        inner.Add((Time(0), Udp(1, 1)), (Time(0) + 300_000_000, Udp(1, 2)));
        inner.End();
        var batch = new FrameBatch();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.True(paced.Read(batch));
        Assert.Equal(1, batch.Count);
        Assert.True(paced.Read(batch));
        Assert.Equal(Time(0) + 300_000_000, batch.Frames[0].Timestamp);
        Assert.True(clock.ElapsedMilliseconds >= 290, $"{clock.ElapsedMilliseconds} ms");
        Assert.False(paced.Read(batch));
    }

    [Fact]
    public async Task A_paced_source_that_waits_can_be_cancelled()
    {
        using var inner = new MemorySource(isLive: false);
        using var paced = new PacedSource(inner);
        inner.Add((Time(0), Udp(1, 1)), (Time(3600), Udp(1, 2)));
        var batch = new FrameBatch();
        Assert.True(paced.Read(batch));
        Task<bool> waiting = Task.Run(() => paced.Read(batch));
        paced.Cancel();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private static long Time(long second) => (1_700_000_000 + second) * 1_000_000_000;

    internal static NetMonitorSession Start(MemorySource source, SessionOptions? options = null) =>
        NetMonitorSession.Start(options ?? new SessionOptions { Path = source.IsLive ? null : "memory", IncludeLoopback = true }, [source]);

    internal static byte[] Udp(int client, int port, bool answer = false)
    {
        var from = new IPAddress([10, 0, (byte)(client >> 8), (byte)client]);
        var to = IPAddress.Parse("192.0.2.1");
        var udp = answer ? new UdpPacket(5000, (ushort)(40000 + port)) : new UdpPacket((ushort)(40000 + port), 5000);
        udp.PayloadData = [1, 2, 3];
        var ip = answer ? new IPv4Packet(to, from) : new IPv4Packet(from, to);
        ip.PayloadPacket = udp;
        var mac = PhysicalAddress.Parse("020000000001");
        return new EthernetPacket(mac, mac, EthernetType.IPv4) { PayloadPacket = ip }.Bytes;
    }
}
