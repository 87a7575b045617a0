using NetMonitor.Flows;
using NetMonitor.Packets;
using static NetMonitor.ConnectionState;

namespace NetMonitor.Tests.Flows;

/// <summary>What a connection takes and what leaves it as it is: forged resets, late segments, reused ports.</summary>
public sealed class TcpAcceptanceTests
{
    private const TcpFlags Syn = TcpFlags.Syn;
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags Fin = TcpFlags.Fin | TcpFlags.Ack;
    private const TcpFlags Rst = TcpFlags.Rst;

    // After Conversation.Handshake: client at 1001, server at 5001, both windows 1000 and unscaled (no SYN has the option).
    [Theory]
    [InlineData(1001u, CLOSED)] // exactly what the server expects
    [InlineData(2001u, CLOSED)] // at the end of its window
    [InlineData(2002u, ESTABLISHED)] // past it
    [InlineData(1000u, ESTABLISHED)] // before it
    [InlineData(3_000_000_000u, ESTABLISHED)]
    public void A_reset_counts_in_the_window_only(uint sequence, ConnectionState state)
    {
        Conversation talk = Established();
        talk.Segment(fromClient: true, Rst, sequence, 0, 0, window: 1000);
        Assert.Equal(state, talk.Only.State);
    }

    /// <summary>The acknowledgments of the other side were not captured: its window is an old one, but the reset is where its sender is.</summary>
    [Theory]
    [InlineData(0, CLOSED)]
    [InlineData(1, ESTABLISHED)]
    public void A_reset_counts_where_its_sender_stands(int beyond, ConnectionState state)
    {
        Conversation talk = Established();
        for (int i = 0; i < 100; i++)
        {
            talk.FromServer(Ack, payload: 1000);
        }

        talk.Segment(fromClient: false, Rst | Ack, (uint)(5001 + 100_000 + beyond), 1001, 0);
        Assert.Equal(state, talk.Only.State);
    }

    [Fact]
    public void A_segment_whose_header_was_cut_says_nothing_of_the_connection()
    {
        byte[] whole = Packets.Wire.IPv4(6, Packets.Wire.Tcp);
        Conversation talk = new(local: null);
        talk.Frames(LinkType.Raw, whole[..32], whole[..32]);
        Assert.Equal((0u, null, 2L), (talk.Only.Tcp!.ZeroWindows, talk.Only.Tcp.RemoteWindow, talk.Only.PacketsSent + talk.Only.PacketsReceived));
        Assert.Null(talk.Only.History);
    }

    [Fact]
    public void A_reset_of_a_SYN_must_acknowledge_it()
    {
        Conversation talk = new Conversation().FromClient(Syn);
        talk.Segment(fromClient: false, Rst | Ack, 0, 999_999, 0);
        talk.Segment(fromClient: false, Rst, 1001, 0, 0);
        Assert.Equal(SYN_SENT, talk.Only.State);
        talk.Segment(fromClient: false, Rst | Ack, 0, 1001, 0);
        Assert.Equal(CLOSED, talk.Only.State);
    }

    [Fact]
    public void A_FIN_outside_the_window_closes_nothing()
    {
        Conversation talk = Established();
        talk.Segment(fromClient: false, Fin, 90_000, 1001, 0, window: 1000);
        Assert.Equal(ESTABLISHED, talk.Only.State);
        talk.Segment(fromClient: false, Fin, 5001, 1001, 0, window: 1000);
        Assert.Equal(CLOSE_WAIT, talk.Only.State);
    }

    [Fact]
    public void A_challenge_ACK_to_a_SYN_opens_nothing()
    {
        Conversation talk = new Conversation().FromClient(Syn);
        talk.Segment(fromClient: false, Ack, 77, 88, 0); // of a connection the client has forgotten
        Assert.Equal(SYN_SENT, talk.Only.State);
    }

    [Fact]
    public void A_SYN_refused_and_sent_again_may_still_open()
    {
        Conversation talk = new Conversation().FromClient(Syn).FromServer(Rst | Ack);
        Assert.Equal(CLOSED, talk.Only.State);
        talk.FromClient(Syn, again: true);
        Assert.Equal(SYN_SENT, talk.Only.State);
        talk.FromServer(Syn | Ack).FromClient(Ack);
        Assert.Equal(ESTABLISHED, talk.Only.State);
    }

    [Fact]
    public void A_SYN_with_another_number_begins_a_new_connection_and_archives_the_old()
    {
        Conversation talk = Established();
        talk.Reopen().FromClient(Syn);
        Assert.Equal(SYN_SENT, talk.Only.State);
        Assert.Equal([true, false], talk.Rows(historic: true).Select(row => row.IsHistoric));
    }

    [Fact]
    public void Late_segments_of_a_closed_connection_do_not_bring_it_back_for_30_seconds()
    {
        Conversation talk = Established().FromClient(Rst | Ack);
        talk.Shard.Advance(talk.Now + (6 * Conversation.Second));
        talk.Wait(6 * Conversation.Second);
        Assert.Empty(talk.Rows());
        talk.Wait(30 * Conversation.Second).FromServer(Ack).FromServer(Fin).FromClient(Ack, payload: 10);
        Assert.Empty(talk.Rows());
        talk.Wait(1).FromServer(Ack);
        Assert.Single(talk.Rows());
    }

    [Fact]
    public void A_SYN_opens_again_at_once()
    {
        Conversation talk = Established().FromClient(Rst | Ack);
        talk.Shard.Advance(talk.Now + (6 * Conversation.Second));
        talk.Wait(6 * Conversation.Second).Reopen().FromClient(Syn);
        Assert.Equal(SYN_SENT, talk.Only.State);
    }

    [Fact]
    public void Of_two_tombstones_in_one_place_the_later_stays()
    {
        var tombstones = new Tombstones();
        Assert.False(tombstones.Has(5, 0));
        tombstones.Add(5, 0);
        tombstones.Add(5 + Tombstones.Places, 0);
        Assert.False(tombstones.Has(5, 0));
        Assert.True(tombstones.Has(5 + Tombstones.Places, Tombstones.Lifetime));
        Assert.False(tombstones.Has(5 + Tombstones.Places, Tombstones.Lifetime + 1));
    }

    private static Conversation Established()
    {
        var talk = new Conversation();
        talk.Segment(fromClient: true, Syn, 1000, 0, 0, window: 1000);
        talk.Segment(fromClient: false, Syn | Ack, 5000, 1001, 0, window: 1000);
        talk.Segment(fromClient: true, Ack, 1001, 5001, 0, window: 1000);
        talk.SkipHandshake();
        return talk;
    }
}
