using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

/// <summary>ConnState and History, and the tables of docs/numbers.md.</summary>
public sealed class ZeekTests
{
    private const TcpFlags Syn = TcpFlags.Syn;
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags Fin = TcpFlags.Fin | TcpFlags.Ack;
    private const TcpFlags Rst = TcpFlags.Rst | TcpFlags.Ack;

    [Theory]
    [InlineData("cS", "S0", "S")]
    [InlineData("cS sR", "REJ", "Sr")]
    [InlineData("cS ss cA", "S1", "ShA")]
    [InlineData("cS ss cA cD sA sD cA cF sF cA", "SF", "ShADadFf")]
    [InlineData("cS ss cA cF", "S2", "ShAF")]
    [InlineData("cS ss cA sF", "S3", "ShAf")]
    [InlineData("cS ss cA cR", "RSTO", "ShAR")]
    [InlineData("cS ss cA cD sR", "RSTR", "ShADr")]
    [InlineData("cS cR", "RSTOS0", "SR")]
    [InlineData("ss sR", "RSTRH", "^hr")]
    [InlineData("cS cF", "SH", "SF")]
    [InlineData("ss sF", "SHR", "^hf")]
    [InlineData("cD sA", "OTH", "Da")]
    [InlineData("cS ss cA cD cD cD sA", "S1", "ShADa")]
    public void Of_a_script(string script, string state, string history)
    {
        var talk = new Conversation();
        foreach (string step in script.Split(' '))
        {
            (TcpFlags flags, int payload) = step[1] switch
            {
                'S' => (Syn, 0),
                's' => (Syn | Ack, 0),
                'A' => (Ack, 0),
                'F' => (Fin, 0),
                'R' => (Rst, 0),
                _ => (Ack, 100),
            };
            _ = step[0] == 'c' ? talk.FromClient(flags, payload) : talk.FromServer(flags, payload);
        }

        Assert.Equal((state, history), (talk.Only.ConnState, talk.Only.History));
    }

    [Fact]
    public void A_segment_sent_again_and_a_closed_window_have_letters()
    {
        Conversation talk = new Conversation().Handshake().FromClient(Ack, payload: 100).Wait(Conversation.Second).FromClient(Ack, payload: 100, again: true);
        talk.Segment(fromClient: false, Ack, 5001, 1101, 0, window: 0);
        Assert.Equal("ShADTaw", talk.Only.History);
    }

    [Fact]
    public void Udp_tells_who_sent()
    {
        var talk = new Conversation();
        talk.Udp(fromClient: true, 10);
        Assert.Equal(("S0", null), (talk.Only.ConnState, talk.Only.History));
        talk.Udp(fromClient: false, 10);
        Assert.Equal("SF", talk.Only.ConnState);
    }

    [Fact]
    public void A_history_stops_at_its_limit_and_keeps_its_order()
    {
        TcpHistory history = default;
        ushort seenA = 0;
        ushort seenB = 0;
        foreach (TcpFlags flags in (TcpFlags[])[Syn, Syn | Ack, Ack, Fin, Rst, TcpFlags.Fin | TcpFlags.Rst, TcpFlags.Syn | TcpFlags.Fin])
        {
            var packet = new Packet { Flags = flags, WirePayloadLength = 1 };
            history.Add(ref seenA, 0, packet, TcpFindings.Retransmission | TcpFindings.ZeroWindow | TcpFindings.AckedUnseen);
            history.Add(ref seenB, 1, packet, TcpFindings.Retransmission | TcpFindings.ZeroWindow | TcpFindings.AckedUnseen);
        }

        Assert.Equal("SDTWGsdtwgHhFfRrIi", history.ToString(0));
    }

    [Fact]
    public void The_documented_states_are_those_in_force() =>
        Assert.Equal(ZeekState.Rows.Select(row => (row.State, row.Because)), DocumentedTables.Read("numbers.md", "ConnState").Select(row => (row[0], row[1])));

    [Fact]
    public void The_documented_letters_are_those_in_force() =>
        Assert.Equal(TcpHistory.Letters[1..].ToCharArray(), DocumentedTables.Read("numbers.md", "History").Select(row => row[0].Single()));

    [Fact]
    public void The_documented_tcp_states_are_those_in_force()
    {
        Assert.Equal(
            TcpStateTable.Rows.Select(row => (row.State.ToString(), Words(row.Own, row.OwnClear), Words(row.Peer, row.PeerClear), row.Because)),
            DocumentedTables.Read("numbers.md", "TCP states").Select(row => (row[0], row[1].Replace("`", ""), row[2].Replace("`", ""), row[3])));

        static string Words(TcpSideFlags set, TcpSideFlags clear) => string.Join(", ", Names(set).Concat(Names(clear).Select(name => $"no {name}")));

        static IEnumerable<string> Names(TcpSideFlags flags) => Enum.GetValues<TcpSideFlags>().Where(flag => flag != 0 && flags.HasFlag(flag)).Select(flag => flag.ToString());
    }
}
