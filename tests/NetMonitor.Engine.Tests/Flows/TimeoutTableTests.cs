using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

public sealed class TimeoutTableTests
{
    /// <summary>Rows and a flow for each: what makes it, in the words of <see cref="Make"/>. The times are those of docs/limits.md.</summary>
    public static TheoryData<string, string> Rows => new()
    {
        { "TCP established, HTTP or HTTPS", "http" },
        { "TCP established, SSH", "ssh" },
        { "TCP established", "established" },
        { "TCP TIME_WAIT", "time-wait" },
        { "TCP CLOSED", "closed" },
        { "TCP CLOSING", "closing" },
        { "TCP, other states", "syn" },
        { "TCP, other states", "fin" },
        { "DNS, mDNS, LLMNR", "dns" },
        { "UDP, other", "udp" },
        { "ICMP and ICMPv6", "icmp" },
        { "IGMP", "igmp" },
        { "ARP", "arp" },
        { "SCTP", "sctp" },
        { "Everything else", "gre" },
    };

    /// <summary>The states that make a row apply, for the rows that no conversation here leads to.</summary>
    [Theory]
    [InlineData(ConnectionState.QUIC_DRAINING, "0x1c", "HTTP/3", 0, "QUIC closed by the transport (frame 0x1c)")]
    [InlineData(ConnectionState.QUIC_CLOSED, "0x1d", "HTTP/3", 0, "QUIC closed by the application (frame 0x1d)")]
    [InlineData(ConnectionState.QUIC_DRAINING, null, "HTTP/3", 0, "QUIC draining")]
    [InlineData(ConnectionState.QUIC_CLOSED, null, "HTTP/3", 0, "QUIC closed")]
    [InlineData(ConnectionState.QUIC_HANDSHAKE, null, "HTTP/3", 30, "QUIC initial and handshake")]
    [InlineData(ConnectionState.QUIC_CONNECTED, null, "HTTP/3", 30, "HTTP/3")]
    [InlineData(ConnectionState.QUIC_CONNECTED, null, "DoQ", 30, "QUIC connected, the client's max_idle_timeout but at most")]
    [InlineData(ConnectionState.QUIC_CONNECTED, null, "QUIC", 0, "QUIC connected, a packet in the last 60 s")]
    [InlineData(ConnectionState.UDP_IDLE, null, "mDNS", 0, "DNS, mDNS, LLMNR")]
    public void A_row_is_found_by_state_and_application(ConnectionState state, string? frame, string application, int idleTimeout, string row)
    {
        QuicClose close = frame switch { "0x1c" => QuicClose.Transport, "0x1d" => QuicClose.Application, _ => QuicClose.Unknown };
        var facts = new FlowFacts(TransportProtocol.UDP, state, application, 0, idleTimeout * Conversation.Second, close);
        Assert.Equal(row, TimeoutPolicy.Default.For(facts).Name);
    }

    [Fact]
    public void What_the_peer_announced_counts_when_it_is_less()
    {
        TimeoutRule rule = TimeoutPolicy.Default.For(Announced(30));
        Assert.Equal(30 * Conversation.Second, rule.Allows(Announced(30)));
        Assert.Equal(600 * Conversation.Second, rule.Allows(Announced(3600)));

        static FlowFacts Announced(long seconds) =>
            new(TransportProtocol.UDP, ConnectionState.QUIC_CONNECTED, "QUIC", 0, seconds * Conversation.Second);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_leaves_just_after_its_timeout_and_not_at_it(string row, string kind)
    {
        Conversation talk = Make(kind);
        long after = UnixTime.FromTimeSpan(DocumentedTables.ParseSpan(DocumentedTables.Read("limits.md", "Timeouts").Single(cells => cells[0] == row)[1]));
        long last = talk.Now;
        Assert.Equal(kind == "established" ? 2 * after : after, UnixTime.FromTimeSpan(talk.Only.Timeout)); // by a packet in the last 60 s
        for (long second = Conversation.Second; second < after; second += Conversation.Second)
        {
            talk.Shard.Advance(last + second); // as a live monitor does
        }

        talk.Shard.Advance(last + after - 1);
        Assert.Single(talk.Rows());
        talk.Shard.Advance(last + after);
        Assert.Single(talk.Rows());
        talk.Shard.Advance(last + after + 1);
        Assert.Empty(talk.Rows());
        NetConnection gone = Assert.Single(talk.Rows(historic: true));
        Assert.True(gone.IsHistoric);
        Assert.Equal(kind switch { "closed" => CloseReason.Reset, "time-wait" => CloseReason.Finished, _ => CloseReason.TimedOut }, gone.CloseReason);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void It_makes_no_difference_how_often_one_looks(string row, string kind)
    {
        Conversation talk = Make(kind);
        long after = UnixTime.FromTimeSpan(TimeoutPolicy.Default.Rows.Single(one => one.Name == row).After);
        talk.Shard.Advance(talk.Now + after);
        Assert.Single(talk.Rows());
        talk.Shard.Advance(talk.Now + after + 1);
        Assert.Empty(talk.Rows());
    }

    [Fact]
    public void The_ratio_is_the_part_of_the_timeout_that_has_passed()
    {
        Conversation talk = Make("udp").Wait(45 * Conversation.Second - 1);
        Assert.Equal((TimeSpan.FromMinutes(1), Staleness.Fresh), (talk.Only.Timeout, talk.Only.Staleness));
        Assert.Equal((0.75, Staleness.Stale), (talk.Wait(1).Only.TimeoutRatio, talk.Only.Staleness));
        Assert.Equal((0.90, Staleness.Critical), (talk.Wait(9 * Conversation.Second).Only.TimeoutRatio, talk.Only.Staleness));
        Assert.Equal(1, talk.Wait(900 * Conversation.Second).Only.TimeoutRatio);
    }

    [Fact]
    public void A_policy_with_a_row_changed_is_another_and_the_old_stays()
    {
        TimeoutPolicy changed = TimeoutPolicy.Default.With("tcp established", TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(20), changed.Rows.Single(row => row.Name == "TCP established").After);
        Assert.Equal(TimeSpan.FromMinutes(5), TimeoutPolicy.Default.Rows.Single(row => row.Name == "TCP established").After);
        Assert.Throws<ArgumentException>(() => changed.With("TCP", TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => changed.With("ARP", TimeSpan.Zero));
    }

    [Fact]
    public void A_policy_set_on_the_way_holds_for_what_is_there()
    {
        Conversation talk = Make("udp");
        talk.Shard.Policy = TimeoutPolicy.Default.With("UDP, other", TimeSpan.FromSeconds(2));
        talk.Shard.Advance(talk.Now + (2 * Conversation.Second));
        Assert.Single(talk.Rows());
        talk.Shard.Advance(talk.Now + (2 * Conversation.Second) + 1);
        Assert.Empty(talk.Rows());
    }

    [Fact]
    public void A_row_shorter_than_that_of_the_handshake_counts_as_soon_as_it_applies()
    {
        TimeoutPolicy policy = TimeoutPolicy.Default
            .With("TCP established", TimeSpan.FromSeconds(3)).With("TCP established, a packet in the last 60 s", TimeSpan.FromSeconds(3));
        Conversation talk = new Conversation(policy: policy).Handshake();
        talk.Shard.Advance(talk.Now + (3 * Conversation.Second) + 1);
        Assert.Empty(talk.Rows());
    }

    [Fact]
    public void Two_hundred_thousand_rows_leave_each_at_its_time()
    {
        const int Count = 200_000;
        var talk = new Conversation(inspect: false, historyLimit: 0);
        long start = talk.Now;
        for (int i = 0; i < Count; i++)
        {
            talk.ClientPort = (ushort)i;
            talk.ServerPort = (ushort)(i >> 16);
            talk.Wait(100_000).Udp(fromClient: true, 10);
        }

        long minute = 60 * Conversation.Second;
        talk.Shard.Advance(start + minute + (Count / 4 * 100_000L));
        Assert.Equal(Count - (Count / 4) + 1, talk.Shard.Connections);
        talk.Shard.Advance(talk.Now + minute);
        Assert.Equal(1, talk.Shard.Connections);
        talk.Shard.Advance(talk.Now + minute + 1);
        Assert.Equal(0, talk.Shard.Connections);
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

    [Theory]
    [InlineData("Timeouts", "Default")]
    [InlineData("RustNet", "RustNet")]
    public void The_documented_table_is_the_policy_in_force(string heading, string policy)
    {
        var documented = DocumentedTables.Read("limits.md", heading).Select(row => (row[0], row[1])).ToList();
        Assert.Equal(TimeoutPolicy.BuiltIn.Single(one => one.Name == policy).Rows.Select(row => (row.Name, DocumentedTables.Span(row.After))), documented);
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
            case "fin":
                return talk.Handshake().FromClient(fin);
            case "http":
                return talk.Handshake().Data(fromClient: true, "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"u8);
            case "ssh":
                return talk.Handshake().Data(fromClient: false, "SSH-2.0-OpenSSH_9.6\r\n"u8).Data(fromClient: true, "SSH-2.0-OpenSSH_9.6\r\n"u8);
            case "dns":
                talk.ServerPort = 53;
                return talk.Data(fromClient: true, [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, .."a"u8, 0, 0, 1, 0, 1], TransportProtocol.UDP);
            case "udp":
                return talk.Udp(fromClient: true, 10);
            default:
                talk.Feed(new Packet
                {
                    Source = Conversation.Address(Conversation.Client),
                    Destination = Conversation.Address(Conversation.Server),
                    Protocol = kind switch
                    {
                        "icmp" => TransportProtocol.ICMP,
                        "igmp" => TransportProtocol.IGMP,
                        "arp" => TransportProtocol.ARP,
                        "sctp" => TransportProtocol.SCTP,
                        _ => TransportProtocol.GRE,
                    },
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
