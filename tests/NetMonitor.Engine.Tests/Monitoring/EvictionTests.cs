using NetMonitor.Packets;
using NetMonitor.Tests.Flows;

namespace NetMonitor.Tests.Monitoring;

public sealed class EvictionTests
{
    [Fact]
    public void A_flood_of_SYNs_pushes_out_no_established_connection()
    {
        var talk = new Conversation(flowLimit: 128);
        for (ushort port = 1; port <= 100; port++)
        {
            talk.ClientPort = port;
            talk.Handshake();
        }

        for (ushort port = 1000; port < 11_000; port++)
        {
            talk.ClientPort = port;
            talk.Wait(1000).FromClient(TcpFlags.Syn);
        }

        Assert.Equal(128, talk.Shard.Connections);
        Assert.Equal(100, talk.Rows().Count(row => row.State == ConnectionState.ESTABLISHED));
        Assert.Equal([.. Enumerable.Range(10_972, 28)], talk.Rows().Where(row => row.State == ConnectionState.SYN_SENT).Select(row => row.LocalPort!.Value).Order());
        Assert.Equal((10_000 - 28, 0, 0), (talk.Shard.EvictedHalfOpen, talk.Shard.EvictedOther, talk.Shard.TableFull));
        Assert.DoesNotContain(talk.Rows(historic: true), row => row.IsHistoric);
    }

    [Fact]
    public void A_new_connection_finds_its_way_into_a_table_full_of_established_ones()
    {
        var talk = new Conversation(flowLimit: 128);
        for (ushort port = 1; port <= 200; port++)
        {
            talk.ClientPort = port;
            talk.Wait(Conversation.Second).Handshake();
            talk.Shard.Advance(talk.Now);
        }

        List<NetConnection> rows = talk.Rows();
        Assert.Equal(126, rows.Count); // all but one in 64
        Assert.Equal(75, rows.Min(row => row.LocalPort)); // the silent ones went
        Assert.Equal((0, 74), (talk.Shard.EvictedHalfOpen, talk.Shard.EvictedOther));
        Assert.All(talk.Rows(historic: true).Where(row => row.IsHistoric), row => Assert.Equal(CloseReason.Evicted, row.CloseReason));
    }

    [Fact]
    public void What_is_in_use_stays_and_what_is_silent_goes()
    {
        var talk = new Conversation(flowLimit: 64);
        for (ushort port = 1; port <= 500; port++)
        {
            talk.ClientPort = port;
            talk.Wait(Conversation.Second).Handshake();
            talk.ClientPort = 1;
            talk.FromClient(TcpFlags.Ack, 10);
        }

        Assert.Contains(talk.Rows(), row => row.LocalPort == 1);
    }

    [Fact]
    public void What_is_over_goes_before_what_is_open()
    {
        var talk = new Conversation(flowLimit: 8);
        for (ushort port = 1; port <= 8; port++)
        {
            talk.ClientPort = port;
            talk.Handshake();
            if (port is 3 or 4)
            {
                talk.FromServer(TcpFlags.Rst);
            }
        }

        talk.ClientPort = 9;
        talk.FromClient(TcpFlags.Syn);
        Assert.Equal([1, 2, 4, 5, 6, 7, 8, 9], talk.Rows().Select(row => row.LocalPort!.Value).Order());
        NetConnection gone = talk.Rows(historic: true).Single(row => row.IsHistoric);
        Assert.Equal((3, CloseReason.Reset), (gone.LocalPort, gone.CloseReason)); // why it was over, not why it went early
    }

    [Fact]
    public void A_new_connection_is_refused_when_nothing_may_go()
    {
        var talk = new Conversation(flowLimit: 1);
        talk.Handshake();
        talk.ClientPort++;
        talk.FromClient(TcpFlags.Syn);
        Assert.Equal(ConnectionState.ESTABLISHED, talk.Only.State);
        Assert.Equal(1, talk.Shard.TableFull);
    }

    [Fact]
    public void A_connection_of_the_same_ends_replaces_the_one_before()
    {
        Conversation talk = new Conversation().Handshake().Reopen().FromClient(TcpFlags.Syn);
        Assert.Equal(CloseReason.Replaced, talk.Rows(historic: true).Single(row => row.IsHistoric).CloseReason);
    }

    [Fact]
    public void Without_a_history_nothing_is_remembered()
    {
        Conversation talk = new Conversation(historyLimit: 0).Handshake();
        talk.Shard.Advance(talk.Now + (301 * Conversation.Second));
        Assert.Empty(talk.Rows(historic: true));
        Assert.Equal(1, talk.Shard.Closed);
    }

    [Fact]
    public void Clearing_forgets_open_and_closed_connections_and_goes_on()
    {
        Conversation talk = new Conversation().Handshake().Reopen().Handshake();
        Assert.Equal(2, talk.Shard.Clear());
        Assert.Empty(talk.Rows(historic: true));
        talk.FromClient(TcpFlags.Ack, 10);
        Assert.Equal(1, talk.Only.PacketsSent);
        talk.Shard.Advance(talk.Now + (301 * Conversation.Second));
        Assert.Empty(talk.Rows());
    }
}
