using System.Net;
using NetMonitor.Flows;
using NetMonitor.Monitoring;
using NetMonitor.Packets;
using NetMonitor.Tests.Flows;

namespace NetMonitor.Tests.Monitoring;

public sealed class ShardOwnerTests
{
    private readonly Conversation _wire = new();

    [Fact]
    public void A_row_has_the_owner_and_numbers_that_were_found()
    {
        _wire.FromClient(TcpFlags.Syn);
        Attribute(Finding(1, kernel: new KernelNumbers { Rtt = TimeSpan.FromMilliseconds(3) }));
        Assert.Equal(1, _wire.Only.OwningProcess);
        Assert.Equal("p1", _wire.Only.ProcessName);
        Assert.Equal(TimeSpan.FromMilliseconds(3), _wire.Only.Kernel!.Rtt);
    }

    [Fact]
    public void What_was_found_before_a_flow_began_is_of_another_flow()
    {
        _wire.FromClient(TcpFlags.Syn);
        _wire.Shard.Attribute([Finding(1)], _wire.Now - Conversation.Second, listing: true, addMissing: false, pass: 1);
        Assert.Null(_wire.Only.OwningProcess);
    }

    [Fact]
    public void An_owner_that_is_likely_gives_way_to_one_that_is_sure_and_not_the_other_way()
    {
        _wire.FromClient(TcpFlags.Syn);
        Attribute(Finding(1, quality: AttributionQuality.Listener));
        Attribute(Finding(2));
        Attribute(Finding(3, quality: AttributionQuality.Listener));
        Assert.Equal(2, _wire.Only.OwningProcess);
    }

    [Fact]
    public void The_other_ends_socket_is_not_the_rows()
    {
        _wire.FromClient(TcpFlags.Syn);
        OwnerFinding finding = Finding(1);
        Attribute(finding with { LocalSide = 1 - finding.LocalSide });
        Assert.Null(_wire.Only.OwningProcess);
    }

    [Fact]
    public void A_new_monitor_shows_what_the_kernel_has_with_its_state()
    {
        _wire.Shard.Attribute([Finding(1, ConnectionState.CLOSE_WAIT)], _wire.Now, listing: true, addMissing: true, pass: 1);
        Assert.Equal((ConnectionState.CLOSE_WAIT, 1, 443), (_wire.Only.State, _wire.Only.OwningProcess, _wire.Only.RemotePort));
        Assert.Equal(ConnectionDirection.Outgoing, _wire.Only.Direction);
        _wire.FromClient(TcpFlags.Ack, payload: 10);
        Assert.Equal(ConnectionState.ESTABLISHED, _wire.Only.State); // From now on the packets tell.
        Assert.Equal(1, _wire.Only.PacketsSent);
    }

    [Fact]
    public void What_the_kernel_still_has_does_not_time_out()
    {
        _wire.Shard.Attribute([Finding(1)], _wire.Now, listing: true, addMissing: true, pass: 1);
        for (int minute = 1; minute <= 20; minute++)
        {
            _wire.Wait(60 * Conversation.Second);
            Attribute(Finding(1));
            _wire.Shard.Advance(_wire.Now);
        }

        Assert.Equal(1, _wire.Only.OwningProcess);
        _wire.Wait(20 * 60 * Conversation.Second);
        _wire.Shard.Advance(_wire.Now);
        Assert.Empty(_wire.Rows());
    }

    [Fact]
    public void Without_packets_the_kernels_bytes_and_list_are_followed()
    {
        _wire.Shard.FollowKernel([Finding(1, kernel: new KernelNumbers { BytesSent = 100, BytesReceived = 50 })], _wire.Now, pass: 1);
        Assert.Equal(0, _wire.Only.SendRate);
        _wire.Wait(2 * Conversation.Second);
        _wire.Shard.FollowKernel([Finding(1, kernel: new KernelNumbers { BytesSent = 700, BytesReceived = 50 })], _wire.Now, pass: 2);
        Assert.Equal((700, 50), (_wire.Only.BytesSent, _wire.Only.BytesReceived));
        Assert.True(_wire.Only.SendRate > 0);
        _wire.Shard.FollowKernel([], _wire.Now, pass: 3);
        NetConnection gone = Assert.Single(_wire.Rows(historic: true));
        Assert.Equal((true, ConnectionState.CLOSED, "p1"), (gone.IsHistoric, gone.State, gone.ProcessName));
    }

    /// <summary>Whether only the kernel knows the connection, or a packet of it came first, of either side.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_opened_an_old_connection_is_told_by_who_listens_and_by_its_ports(bool? first)
    {
        Assert.Equal(ConnectionDirection.Outgoing, Joined(50_000, 443, remoteOpened: false).Direction);
        Assert.Equal(ConnectionDirection.Incoming, Joined(8080, 50_000, remoteOpened: true).Direction);
        Assert.Equal(ConnectionDirection.Incoming, Joined(40_000, 50_000, remoteOpened: true).Direction);
        Assert.Null(Joined(50_000, 50_001, remoteOpened: false).Direction); // Neither port tells, and who listened then may not now.
        Assert.Null(Joined(4444, 50_000, remoteOpened: false).Direction);
        Assert.Null(Joined(50_000, 443, remoteOpened: true).Direction);     // It says both.

        NetConnection Joined(ushort localPort, ushort remotePort, bool remoteOpened)
        {
            var wire = new Conversation { ClientPort = localPort, ServerPort = remotePort };
            if (first is { } fromLocal)
            {
                _ = fromLocal ? wire.FromClient(TcpFlags.Ack) : wire.FromServer(TcpFlags.Ack);
                Assert.Null(wire.Only.Direction);
            }

            FlowKey key = FlowKey.Of(TransportProtocol.TCP, Address(Conversation.Client), localPort, Address(Conversation.Server), remotePort, out int side);
            var finding = new OwnerFinding(key, side, null, null, ConnectionState.ESTABLISHED, remoteOpened, Created: 0);
            wire.Shard.Attribute([finding], wire.Now, listing: true, addMissing: true, pass: 1);
            NetConnection before = wire.Only;

            // What is inspected afterwards has its sides where they belong.
            wire.Data(fromClient: !remoteOpened, "GET / HTTP/1.1\r\nHost: www.example.test\r\n\r\n"u8);
            wire.Data(fromClient: remoteOpened, "HTTP/1.1 204 No Content\r\n\r\n"u8);
            HttpDetails http = Assert.IsType<HttpDetails>(wire.Only.Details);
            Assert.Equal(("www.example.test", 204), (http.Host, http.Status));
            return before;
        }
    }

    private void Attribute(OwnerFinding finding) => _wire.Shard.Attribute([finding], _wire.Now, listing: true, addMissing: false, pass: 1);

    private static OwnerFinding Finding(
        int process, ConnectionState state = ConnectionState.ESTABLISHED, AttributionQuality quality = AttributionQuality.Exact, KernelNumbers? kernel = null)
    {
        FlowKey key = FlowKey.Of(
            TransportProtocol.TCP, Address(Conversation.Client), 50_000, Address(Conversation.Server), 443, out int side);
        var owner = new ConnectionOwner { ProcessId = process, ProcessName = $"p{process}", Source = AttributionSource.SocketTable, Quality = quality };
        return new OwnerFinding(key, side, owner, kernel, state, RemoteOpened: false, Created: 0);
    }

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
