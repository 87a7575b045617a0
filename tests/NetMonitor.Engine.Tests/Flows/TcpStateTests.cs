using NetMonitor.Packets;
using static NetMonitor.ConnectionState;

namespace NetMonitor.Tests.Flows;

public sealed class TcpStateTests
{
    private const TcpFlags Syn = TcpFlags.Syn;
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags Fin = TcpFlags.Fin | TcpFlags.Ack;
    private const TcpFlags Rst = TcpFlags.Rst;

    /// <summary>c/s: who sends; S SYN, s SYN+ACK, A ACK, F FIN+ACK, R RST, D data; after each step the state of the client and of the server.</summary>
    [Theory]
    [InlineData("open", "cS:SYN_SENT/SYN_RECV ss:ESTABLISHED/SYN_RECV cA:ESTABLISHED/ESTABLISHED")]
    [InlineData("client closes first", "cS ss cA cF:FIN_WAIT1/CLOSE_WAIT sA:FIN_WAIT2/CLOSE_WAIT sF:TIME_WAIT/LAST_ACK cA:TIME_WAIT/CLOSED")]
    [InlineData("server closes first", "cS ss cA sF:CLOSE_WAIT/FIN_WAIT1 cA:CLOSE_WAIT/FIN_WAIT2 cF:LAST_ACK/TIME_WAIT sA:CLOSED/TIME_WAIT")]
    [InlineData("FIN, FIN+ACK, ACK", "cS ss cA cF sF:TIME_WAIT/LAST_ACK cA:TIME_WAIT/CLOSED")]
    [InlineData("refused", "cS sR:CLOSED/CLOSED")]
    [InlineData("reset later", "cS ss cA cD sR:CLOSED/CLOSED")]
    [InlineData("half open, server still sends", "cS ss cA cF sA sD:FIN_WAIT2/CLOSE_WAIT cA:FIN_WAIT2/CLOSE_WAIT")]
    [InlineData("picked up in the middle", "cD:ESTABLISHED/ESTABLISHED sA:ESTABLISHED/ESTABLISHED")]
    [InlineData("only the client is seen", "cS:SYN_SENT/SYN_RECV cA:ESTABLISHED/ESTABLISHED")]
    [InlineData("SYN sent again", "cS cS:SYN_SENT/SYN_RECV ss:ESTABLISHED/SYN_RECV")]
    public void Follows_both_sides(string because, string script)
    {
        foreach (bool clientIsLocal in new[] { true, false })
        {
            var talk = new Conversation(clientIsLocal ? Conversation.Client : Conversation.Server);
            foreach (string step in script.Split(' '))
            {
                string[] parts = step.Split(':');
                Play(talk, parts[0]);
                if (parts.Length == 2)
                {
                    string[] states = parts[1].Split('/');
                    Assert.True(states[clientIsLocal ? 0 : 1] == talk.Only.State.ToString(), $"{because}: after {step} {talk.Only.State}, local is client: {clientIsLocal}");
                }
            }
        }
    }

    [Fact]
    public void Simultaneous_open_ends_established()
    {
        var talk = new Conversation();
        talk.Segment(fromClient: true, Syn, 100, 0, 0);
        talk.Segment(fromClient: false, Syn, 900, 0, 0);
        Assert.Equal(SYN_RECV, talk.Only.State);
        talk.Segment(fromClient: true, Syn | Ack, 100, 901, 0);
        talk.Segment(fromClient: false, Syn | Ack, 900, 101, 0);
        Assert.Equal(ESTABLISHED, talk.Only.State);
    }

    [Fact]
    public void Simultaneous_close_goes_through_CLOSING()
    {
        var talk = new Conversation().Handshake();
        talk.Segment(fromClient: true, Fin, 1001, 5001, 0);
        talk.Segment(fromClient: false, Fin, 5001, 1001, 0); // does not acknowledge the client's FIN
        Assert.Equal(CLOSING, talk.Only.State);
        talk.Segment(fromClient: false, Ack, 5002, 1002, 0);
        Assert.Equal(TIME_WAIT, talk.Only.State);
    }

    [Fact]
    public void Handshake_rtt_is_SYN_to_the_last_ACK()
    {
        TcpNumbers numbers = new Conversation().Handshake().Only.Tcp!;
        Assert.Equal(TimeSpan.FromMilliseconds(21), numbers.HandshakeRtt);
        Assert.Equal(TimeSpan.FromMilliseconds(20), numbers.ServerHandshakeRtt);
        Assert.Equal(TimeSpan.FromMilliseconds(1), numbers.ClientHandshakeRtt);
    }

    [Fact]
    public void A_SYN_sent_again_restarts_the_handshake_clock()
    {
        Conversation talk = new Conversation().FromClient(Syn).Wait(Conversation.Second).FromClient(Syn, again: true)
            .Wait(10 * Conversation.Millisecond).FromServer(Syn | Ack).FromClient(Ack);
        Assert.Equal(TimeSpan.FromMilliseconds(10), talk.Only.Tcp!.HandshakeRtt);
        Assert.Null(talk.Only.Tcp!.ServerHandshakeRtt); // Which of the two SYNs was answered cannot be told.
        Assert.Equal(1, talk.Only.Retransmits);
    }

    [Fact]
    public void A_segment_sent_again_late_is_a_retransmission_and_one_overtaken_is_out_of_order()
    {
        Conversation talk = new Conversation().Handshake();
        talk.Segment(fromClient: true, Ack, 1101, 5001, 100);
        talk.Wait(Conversation.Millisecond).Segment(fromClient: true, Ack, 1001, 5001, 100);
        Assert.Equal((0L, 1L), (talk.Only.Retransmits, talk.Only.OutOfOrder));
        talk.Wait(Conversation.Second).Segment(fromClient: true, Ack, 1101, 5001, 100);
        Assert.Equal((1L, 1L), (talk.Only.Retransmits, talk.Only.OutOfOrder));
    }

    [Fact]
    public void A_keep_alive_is_neither()
    {
        Conversation talk = new Conversation().Handshake().FromClient(Ack, payload: 10).FromServer(Ack);
        talk.Wait(60 * Conversation.Second).Segment(fromClient: true, Ack, 1010, 5001, 0);
        talk.Segment(fromClient: true, Ack, 1010, 5001, 1);
        Assert.Equal((0L, 0L), (talk.Only.Retransmits, talk.Only.OutOfOrder));
    }

    [Fact]
    public void Sequence_numbers_wrap_around()
    {
        var talk = new Conversation();
        talk.Segment(fromClient: true, Syn, uint.MaxValue - 1, 0, 0);
        talk.Segment(fromClient: false, Syn | Ack, uint.MaxValue, uint.MaxValue, 0);
        talk.Segment(fromClient: true, Ack, uint.MaxValue, 0, 10);
        talk.Segment(fromClient: true, Fin, 9, 0, 0);
        talk.Segment(fromClient: false, Ack, 0, 10, 0);
        Assert.Equal(FIN_WAIT2, talk.Only.State);
        Assert.Equal(0, talk.Only.Retransmits);
    }

    private static void Play(Conversation talk, string step)
    {
        bool client = step[0] == 'c';
        (TcpFlags flags, int payload) = step[1] switch
        {
            'S' => (Syn, 0),
            's' => (Syn | Ack, 0),
            'A' => (Ack, 0),
            'F' => (Fin, 0),
            'R' => (Rst | Ack, 0),
            'D' => (Ack | TcpFlags.Psh, 100),
            _ => throw new ArgumentException(step),
        };
        bool again = step == "cS" && talk.Rows().Count > 0;
        if (client)
        {
            talk.FromClient(flags, payload, again);
        }
        else
        {
            talk.FromServer(flags, payload);
        }
    }
}
