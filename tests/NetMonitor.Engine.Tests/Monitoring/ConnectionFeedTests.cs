using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Monitoring;

public sealed class ConnectionFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    [Fact]
    public void Changes_come_in_order_and_only_those_that_are_wanted()
    {
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = SessionTests.Start(source);
        using var feed = new ConnectionFeed([session], connection => connection.LocalPort != 40002 && connection.RemotePort != 40002, [ConnectionChange.Opened]);
        source.Add([.. Enumerable.Range(0, 5).Select(port => (Now, SessionTests.Udp(1, port)))]);
        var ports = new List<int?>();
        while (ports.Count < 4 && feed.TryTake(out ConnectionEvent? change, Patience))
        {
            Assert.Equal(ConnectionChange.Opened, change.Change);
            ports.Add(Math.Max(change.Connection.LocalPort!.Value, change.Connection.RemotePort!.Value));
        }

        Assert.Equal([40000, 40001, 40003, 40004], ports.Order());
        Assert.False(feed.TryTake(out _, TimeSpan.Zero));
        Assert.False(feed.IsOver);
        session.Stop();
        Assert.True(feed.IsOver);
        Assert.False(feed.TryTake(out _, Patience)); // at once: nothing can come
    }

    [Fact]
    public void What_finds_the_queue_full_is_counted_and_harms_nobody()
    {
        const int More = 50;
        using var source = new MemorySource(isLive: false);
        using NetMonitorSession session = SessionTests.Start(source);
        using var feed = new ConnectionFeed([session], changes: [ConnectionChange.Opened]);
        for (int client = 0; client < (ConnectionFeed.Capacity / 100) + 1; client++)
        {
            source.Add([.. Enumerable.Range(0, client < ConnectionFeed.Capacity / 100 ? 100 : More).Select(port => (Now, SessionTests.Udp(client, port)))]);
        }

        source.End();
        Assert.True(session.WaitForCompletion(Patience));
        Assert.Equal(More, feed.Dropped);
        Assert.Equal(ConnectionFeed.Capacity + More, session.Snapshot().Count);
        int taken = 0;
        while (feed.TryTake(out _, TimeSpan.Zero))
        {
            taken++;
        }

        Assert.Equal(ConnectionFeed.Capacity, taken);
        Assert.True(feed.IsOver);
    }

    [Fact]
    public void Packets_of_a_known_connection_are_an_update()
    {
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = SessionTests.Start(source);
        source.Add((Now, SessionTests.Udp(1, 1)));
        Assert.True(SpinWait.SpinUntil(() => session.Snapshot().Count == 1, Patience));
        using var feed = new ConnectionFeed([session], changes: [ConnectionChange.Updated]);
        source.Add((Now, SessionTests.Udp(1, 1)), (Now, SessionTests.Udp(1, 1)));
        Assert.True(feed.TryTake(out ConnectionEvent? change, Patience));
        Assert.Equal(ConnectionChange.Updated, change.Change);
        Assert.Equal(3, change.Connection.PacketsSent + change.Connection.PacketsReceived);
        Assert.False(feed.TryTake(out _, TimeSpan.Zero)); // once for both packets
    }

    [Fact]
    public void What_a_connection_becomes_in_its_first_second_is_an_update()
    {
        // It opens as what nobody waits for, grows between two looks and falls silent.
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = SessionTests.Start(source);
        using var feed = new ConnectionFeed([session], changes: [ConnectionChange.Updated]);
        source.Add((Now, SessionTests.Udp(1, 1)), (Now, SessionTests.Udp(1, 2)), (Now, SessionTests.Udp(1, 2)), (Now, SessionTests.Udp(1, 2)));
        Assert.True(feed.TryTake(out ConnectionEvent? change, Patience));
        Assert.Equal(3, change.Connection.PacketsSent + change.Connection.PacketsReceived);
        Assert.False(feed.TryTake(out _, TimeSpan.Zero)); // the other one has no more than the packet that opened it
    }

    [Fact]
    public void A_wait_can_be_canceled_and_a_feed_disposed_of_hears_nothing()
    {
        using var source = new MemorySource(isLive: true);
        using NetMonitorSession session = SessionTests.Start(source);
        var feed = new ConnectionFeed([session]);
        Assert.Throws<OperationCanceledException>(() => feed.TryTake(out _, Patience, new CancellationToken(canceled: true)));
        feed.Dispose();
        feed.Dispose();
        source.Add((Now, SessionTests.Udp(1, 1)));
        Assert.True(SpinWait.SpinUntil(() => session.Snapshot().Count == 1, Patience));
        Assert.False(feed.TryTake(out _, TimeSpan.Zero));
    }
}
