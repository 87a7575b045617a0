using System.Net;
using NetMonitor.Monitoring;
using NetMonitor.Packets;
using NetMonitor.Tests.Flows;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Monitoring;

[Collection(Alone.Name)] // it counts garbage
public sealed class ShardTests
{
    [Fact]
    public void The_local_side_is_the_hosts_own_whoever_opened()
    {
        NetConnection outgoing = new Conversation(local: Conversation.Client).Handshake().Only;
        Assert.Equal((IPAddress.Parse(Conversation.Client), 50000, ConnectionDirection.Outgoing), (outgoing.LocalAddress, outgoing.LocalPort, outgoing.Direction));

        NetConnection incoming = new Conversation(local: Conversation.Server).Handshake().Only;
        Assert.Equal((IPAddress.Parse(Conversation.Server), 443, ConnectionDirection.Incoming), (incoming.LocalAddress, incoming.LocalPort, incoming.Direction));
    }

    [Fact]
    public void With_no_local_address_known_the_side_that_opened_is_local()
    {
        Conversation talk = new(local: null);
        talk.FromServer(TcpFlags.Syn | TcpFlags.Ack); // the answer is the first thing seen
        Assert.Equal(50000, talk.Only.LocalPort);
        Assert.Equal(ConnectionDirection.Outgoing, talk.Only.Direction);
    }

    [Fact]
    public void A_connection_picked_up_in_the_middle_has_no_direction()
    {
        NetConnection row = new Conversation(local: null).FromServer(TcpFlags.Ack, 100).Only;
        Assert.Null(row.Direction);
        Assert.Equal(50000, row.LocalPort);
        Assert.Null(row.Rtt);
    }

    [Fact]
    public void Bytes_and_packets_count_at_IP_level_by_direction()
    {
        NetConnection row = new Conversation().Handshake().FromClient(TcpFlags.Ack, 100).FromServer(TcpFlags.Ack, 1000).FromServer(TcpFlags.Ack, 500).Only;
        Assert.Equal((220L, 3L, 100L), (row.BytesSent, row.PacketsSent, row.PayloadSent));
        Assert.Equal((1620L, 3L, 1500L), (row.BytesReceived, row.PacketsReceived, row.PayloadReceived));
    }

    [Fact]
    public void A_snapshot_of_many_connections_has_each_once_in_the_order_they_were_opened()
    {
        const int Many = 20_000; // several parts, which several cores build
        Conversation talk = new();
        for (int port = 1; port <= Many; port++)
        {
            talk.ClientPort = (ushort)port;
            talk.Udp(fromClient: true, payload: port % 100).Wait(1);
        }

        Assert.Equal(Enumerable.Range(1, Many), talk.Rows().Select(row => row.LocalPort!.Value));
        var some = new List<NetConnection>();
        talk.Shard.Snapshot(some, filter: row => row.LocalPort % 1000 == 0, loopback: true, historic: false, talk.Now);
        Assert.Equal(Enumerable.Range(1, Many / 1000).Select(i => i * 1000), some.Select(row => row.LocalPort!.Value));
    }

    [Fact]
    public void A_SYN_on_a_closed_connection_opens_a_new_one_and_archives_the_old()
    {
        Conversation talk = new Conversation().Handshake().FromServer(TcpFlags.Rst | TcpFlags.Ack);
        string first = talk.Only.Id;
        talk.Wait(Conversation.Millisecond).Reopen().FromClient(TcpFlags.Syn);
        Assert.Equal(ConnectionState.SYN_SENT, talk.Only.State);
        Assert.NotEqual(first, talk.Only.Id);
        Assert.Equal(1, talk.Only.PacketsSent);
        Assert.Equal(first, talk.Rows(historic: true).Single(row => row.IsHistoric).Id);
    }

    [Fact]
    public void A_SYN_sent_again_does_not()
    {
        Conversation talk = new Conversation().FromClient(TcpFlags.Syn).FromClient(TcpFlags.Syn, again: true);
        Assert.Equal(2, talk.Only.PacketsSent);
        Assert.Single(talk.Rows(historic: true));
    }

    [Fact]
    public void History_forgets_the_oldest_beyond_its_limit()
    {
        var talk = new Conversation(historyLimit: 3);
        for (ushort port = 1000; port < 1010; port++)
        {
            talk.ClientPort = port;
            talk.FromClient(TcpFlags.Syn).FromServer(TcpFlags.Rst | TcpFlags.Ack).Wait(1);
        }

        talk.Shard.Advance(talk.Now + (6 * Conversation.Second));
        Assert.Equal([1007, 1008, 1009], talk.Rows(historic: true).Select(row => (int)row.LocalPort!));
        Assert.Equal(10, talk.Shard.Closed);
    }

    [Fact]
    public void A_full_table_counts_what_makes_room()
    {
        var talk = new Conversation(flowLimit: 2);
        for (ushort port = 1000; port < 1005; port++)
        {
            talk.ClientPort = port;
            talk.FromClient(TcpFlags.Syn);
        }

        Assert.Equal(2, talk.Rows().Count);
        Assert.Equal(3, talk.Shard.EvictedHalfOpen);
    }

    [Fact]
    public void Rates_are_those_of_the_last_second()
    {
        var talk = new Conversation();
        talk.Now -= talk.Now % Conversation.Second;
        for (int i = 0; i < 20; i++)
        {
            talk.Udp(fromClient: true, 972).Wait(100 * Conversation.Millisecond); // 1000 bytes at IP level, ten times a second
        }

        Assert.Equal(10_000, talk.Only.SendRates.OneSecond, tolerance: 1_000);
        Assert.Equal(0, talk.Only.ReceiveRates.OneSecond);
        Assert.Equal(0, talk.Wait(2 * Conversation.Second).Only.SendRates.OneSecond);
    }

    [Fact]
    public void An_established_flow_costs_no_garbage_per_packet()
    {
        var talk = new Conversation(inspect: false).Handshake();
        var batch = new PacketBatch { Count = 200 };
        for (int i = 0; i < batch.Count; i++)
        {
            ref Packet packet = ref batch.Packets[i];
            packet = new Packet
            {
                Source = Conversation.Address(Conversation.Client),
                Destination = Conversation.Address(Conversation.Server),
                SourcePort = 50000,
                DestinationPort = 443,
                Protocol = TransportProtocol.TCP,
                Traits = PacketTraits.HasPorts,
                Flags = TcpFlags.Ack,
                Sequence = (uint)(1001 + (i * 10)),
                Acknowledgment = 5001,
                IpLength = 50,
                IpPackets = 1,
                WirePayloadLength = 10,
                Timestamp = talk.Now + i,
            };
            batch.Routes[i].Key = NetMonitor.Flows.FlowKey.Of(packet, out int sender);
            batch.Routes[i].Hash = batch.Routes[i].Key.Hash(1);
            batch.Routes[i].Sender = (byte)sender;
        }

        var frames = new NetMonitor.Capture.FrameBatch(1, 1);
        talk.Shard.Process(batch, frames);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            talk.Shard.Process(batch, frames);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 + (101 * 200), talk.Only.PacketsSent);
    }

    [Fact]
    public void Listeners_hear_of_opening_and_closing()
    {
        var talk = new Conversation();
        var heard = new List<ConnectionChange>();
        talk.Shard.Listener = e => heard.Add(e.Change);
        talk.Handshake().FromServer(TcpFlags.Rst | TcpFlags.Ack);
        talk.Shard.Advance(talk.Now + (6 * Conversation.Second));
        Assert.Equal([ConnectionChange.Opened, ConnectionChange.Closed], heard);
    }

    [Fact]
    public void The_same_packets_give_the_same_ids()
    {
        Assert.Equal(new Conversation().Handshake().Only.Id, new Conversation().Handshake().Only.Id);
        Assert.Matches("^[0-9a-z]{13}$", new Conversation().Handshake().Only.Id);
    }

    /// <summary>Whoever cuts a connection short (a middlebox that does not like its name) does not hide that name.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hello_that_a_reset_or_the_end_of_the_file_cuts_has_its_name(bool isReset)
    {
        byte[] hello = TlsBytes.Record(22, TlsBytes.ModernClientHello);
        Conversation talk = new Conversation().Handshake().Data(fromClient: true, hello.AsSpan(0, 300));
        Assert.Null(talk.Only.Sni);
        if (isReset)
        {
            talk.FromServer(TcpFlags.Rst | TcpFlags.Ack);
        }
        else
        {
            talk.Shard.EndInspections();
        }

        Assert.Equal(("www.example.com", "HTTPS"), (talk.Only.Sni, talk.Only.Application));
    }

    [Fact]
    public void A_reset_that_nobody_takes_ends_no_inspection()
    {
        byte[] hello = TlsBytes.Record(22, TlsBytes.ModernClientHello);
        Conversation talk = new Conversation().Handshake().Data(fromClient: true, hello.AsSpan(0, 300));
        talk.Segment(fromClient: false, TcpFlags.Rst, sequence: 3_000_000_000, acknowledgment: 0, payload: 0);
        talk.Data(fromClient: true, hello.AsSpan(300));
        Assert.NotNull(Assert.IsType<TlsDetails>(talk.Only.Details).Ja4);
    }
}
