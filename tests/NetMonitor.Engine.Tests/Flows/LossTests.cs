using NetMonitor.Packets;
using static NetMonitor.Tests.Flows.Conversation;

namespace NetMonitor.Tests.Flows;

/// <summary>What counts as lost, and what a time is not measured by.</summary>
public sealed class LossTests
{
    private const TcpFlags Syn = TcpFlags.Syn;
    private const TcpFlags Ack = TcpFlags.Ack;

    [Fact]
    public void A_SYN_sent_again_is_no_loss_of_data()
    {
        Conversation talk = new Conversation().FromClient(Syn).Wait(Second).FromClient(Syn, again: true).Wait(Second).FromClient(Syn, again: true)
            .FromServer(Syn | Ack).FromClient(Ack).FromClient(Ack, payload: 100).Wait(Millisecond).FromServer(Ack, payload: 100);
        Assert.Equal((2u, 0.0), (talk.Only.Tcp!.Retransmissions, talk.Only.LossRatio));
    }

    [Fact]
    public void Data_sent_again_is()
    {
        Conversation talk = new Conversation().Handshake().FromClient(Ack, payload: 100).Wait(Second).FromClient(Ack, payload: 100, again: true);
        Assert.Equal((1u, 0.5), (talk.Only.Tcp!.Retransmissions, talk.Only.LossRatio));
    }

    /// <summary>Wireshark's rule calls a segment overtaken that comes within a round trip; of a host of this machine, seen as it sends, it cannot be.</summary>
    [Theory]
    [InlineData(false, Client, 0.0)]
    [InlineData(true, Client, 1 / 3.0)]
    [InlineData(true, Server, 0.0)]
    public void What_looks_overtaken_is_a_loss_where_nothing_can_overtake(bool isLive, string local, double loss)
    {
        Conversation talk = new Conversation(local, isLive: isLive).Handshake();
        talk.FromClient(Ack, payload: 100).FromClient(Ack, payload: 100).Wait(Millisecond);
        talk.Segment(fromClient: true, Ack, 1001, 5001, payload: 100);
        NetConnection row = talk.Only;
        Assert.Equal((0u, 1u), (row.Tcp!.Retransmissions, row.Tcp.OutOfOrder));
        Assert.Equal(loss, row.LossRatio!.Value, 6);
    }

    /// <summary>Karn's rule (RFC 6298 section 3) holds for it too: the acknowledgment may be for either.</summary>
    [Fact]
    public void A_segment_that_looks_overtaken_is_not_timed()
    {
        Conversation talk = new Conversation().Handshake().FromClient(Ack, payload: 100).Wait(10 * Millisecond).FromServer(Ack);
        TimeSpan before = talk.Only.Tcp!.MaximumRtt!.Value;
        talk.FromClient(Ack, payload: 100).Wait(Millisecond).FromClient(Ack, payload: 100).Wait(10 * Millisecond);
        talk.Segment(fromClient: true, Ack, 1101, 5001, payload: 100);
        talk.Wait(200 * Millisecond).FromServer(Ack);
        Assert.Equal((1u, before), (talk.Only.Tcp!.OutOfOrder, talk.Only.Tcp.MaximumRtt!.Value));
    }

    [Fact]
    public void A_connection_begins_with_its_earliest_packet_whatever_the_order_of_the_capture()
    {
        Conversation talk = new Conversation().Udp(fromClient: true, payload: 10);
        NetConnection first = talk.Only;
        talk.Wait(-5 * Second).Udp(fromClient: true, payload: 10).Wait(2 * Second).Udp(fromClient: false, payload: 10);
        talk.Wait(4 * Second);
        Assert.Equal((first.Id, first.CreationTime.AddSeconds(-5), TimeSpan.FromSeconds(5)), (talk.Only.Id, talk.Only.CreationTime, talk.Only.Duration));
    }
}
