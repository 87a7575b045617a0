using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

public sealed class TimeoutTableTests
{
    /// <summary>A flow for each row: what makes it, in the words of <see cref="Make"/>.</summary>
    public static TheoryData<string, string> Rows => new()
    {
        { "TCP established", "established" },
        { "TCP TIME_WAIT", "time-wait" },
        { "TCP CLOSED", "closed" },
        { "TCP CLOSING", "closing" },
        { "TCP, other states", "syn" },
        { "UDP, other", "udp" },
        { "ICMP and ICMPv6", "icmp" },
        { "ARP", "arp" },
        { "Everything else", "gre" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_leaves_just_after_its_timeout_and_not_at_it(string row, string kind)
    {
        Conversation talk = Make(kind);
        long after = UnixTime.FromTimeSpan(TimeoutTable.Default.Single(rule => rule.Name == row).After);
        long last = talk.Now;
        talk.Shard.Advance(last + after);
        Assert.Single(talk.Rows());
        talk.Shard.Advance(last + after + 1);
        Assert.Empty(talk.Rows());
        Assert.True(Assert.Single(talk.Rows(historic: true)).IsHistoric);
    }

    [Fact]
    public void A_late_packet_does_not_postpone_the_end_of_a_closed_connection()
    {
        Conversation talk = Make("closed");
        long closedAt = talk.Now;
        talk.Wait(4 * Conversation.Second).FromClient(TcpFlags.Ack);
        talk.Shard.Advance(closedAt + (5 * Conversation.Second) + 1);
        Assert.Empty(talk.Rows());
    }

    [Theory]
    [InlineData(0.7499, Staleness.Fresh)]
    [InlineData(0.75, Staleness.Stale)]
    [InlineData(0.8999, Staleness.Stale)]
    [InlineData(0.90, Staleness.Critical)]
    public void Staleness_turns_at_its_limits(double ratio, Staleness expected) => Assert.Equal(expected, TimeoutTable.StalenessAt(ratio));

    [Theory]
    [InlineData(30, ConnectionState.UDP_ACTIVE)]
    [InlineData(60, ConnectionState.UDP_IDLE)]
    public void Udp_states_turn_with_silence(int seconds, ConnectionState until)
    {
        Conversation talk = Make("udp");
        Assert.Equal(until, talk.Wait(seconds * Conversation.Second).Only.State);
        Assert.Equal(until + 1, talk.Wait(1).Only.State);
    }

    [Fact]
    public void The_documented_table_is_the_table_in_force()
    {
        var documented = DocumentedTables.Read("limits.md", "Timeouts").Select(row => (row[0], row[1])).ToList();
        Assert.Equal(TimeoutTable.Default.Select(rule => (rule.Name, DocumentedTables.Span(rule.After))), documented);
    }

    private static Conversation Make(string kind)
    {
        var talk = new Conversation();
        const TcpFlags fin = TcpFlags.Fin | TcpFlags.Ack;
        switch (kind)
        {
            case "syn":
                return talk.FromClient(TcpFlags.Syn);
            case "established":
                return talk.Handshake();
            case "time-wait":
                return talk.Handshake().FromClient(fin).FromServer(fin);
            case "closed":
                return talk.Handshake().FromServer(TcpFlags.Rst);
            case "closing":
                talk.Handshake();
                talk.Segment(fromClient: true, fin, 1001, 5001, 0);
                talk.Segment(fromClient: false, fin, 5001, 1001, 0);
                return talk;
            case "udp":
                return talk.Udp(fromClient: true, 10);
            default:
                talk.Feed(new Packet
                {
                    Source = Conversation.Address(Conversation.Client),
                    Destination = Conversation.Address(Conversation.Server),
                    Protocol = kind switch { "icmp" => TransportProtocol.ICMP, "arp" => TransportProtocol.ARP, _ => TransportProtocol.GRE },
                    IcmpType = 1,
                    IpLength = 28,
                    IpPackets = 1,
                    VlanId = Packet.NoVlan,
                    Timestamp = talk.Now,
                });
                return talk;
        }
    }
}
