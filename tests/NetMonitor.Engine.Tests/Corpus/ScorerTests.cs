using System.Net;
using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Corpus;

/// <summary>The ruler itself: on a truth made by hand, whatever is wrong must be counted as wrong.</summary>
public sealed class ScorerTests
{
    private static readonly TruthCapture Truth = TruthCapture.Parse("""
        {
          "capture": "made-by-hand.pcap", "category": "normal", "linktypes": ["EN10MB"], "features": {"ipv4": 9}, "packets": 9, "opens": true,
          "flows": [
            {"id": 0, "l4": "tcp", "a": "192.0.2.9", "ap": 50000, "b": "192.0.2.1", "bp": 443, "pkts": [4, 3], "bytes": [456, 600],
             "payload": [240, 438], "client": "a", "tls": {"sni": ["Example.com"], "alpn": ["h2", "http/1.1"], "alpn_selected": ["h2"]}},
            {"id": 1, "l4": "udp", "a": "192.0.2.9", "ap": 40000, "b": "198.51.100.1", "bp": 4789, "pkts": [1, 0], "bytes": [142, 0],
             "payload": [100, 0], "carries_inner": true},
            {"id": 2, "l4": "tcp", "a": "10.0.0.1", "ap": 1234, "b": "10.0.0.2", "bp": 80, "pkts": [1, 0], "bytes": [142, 0],
             "payload": [52, 0], "depth": 1, "tunnel": "udp:vxlan", "http": {"hosts": ["inner.example:8080"]}},
            {"id": 3, "l4": "icmp", "a": "192.0.2.9", "ap": 0, "b": "192.0.2.1", "bp": 0, "pkts": [1, 1], "bytes": [98, 98]}
          ],
          "disputed": [{"flow": 0, "field": "tls.sni", "value": "other.example", "by": ["t44"], "verdict": "optional"}]
        }
        """u8);

    [Fact]
    public void What_agrees_is_found_and_nothing_is_wrong()
    {
        Scorer scorer = Score(Agreeing());

        Assert.Equal((2, 2, 0), Counts(scorer, Scorer.ConversationRow));
        Assert.Equal((2, 2, 0), Counts(scorer, Scorer.InTunnel(Scorer.ConversationRow)));
        Assert.Equal((2, 2, 0), Counts(scorer, Scorer.PacketsRow));
        Assert.Equal((2, 2, 0), Counts(scorer, Scorer.BytesRow));
        Assert.Equal((1, 1, 0), Counts(scorer, Scorer.OpenedByRow));
        Assert.Equal((1, 1, 0), Counts(scorer, "TLS SNI"));
        Assert.Equal((1, 1, 0), Counts(scorer, "HTTP host, tunnel"));
        Assert.DoesNotContain(scorer.Disagreements, d => !d.Row.Contains("ALPN"));
    }

    [Fact]
    public void Nothing_found_is_no_recall_and_no_precision()
    {
        Scorer scorer = Score([]);

        Assert.Equal((2, 0, 0), Counts(scorer, Scorer.ConversationRow));
        Assert.Equal((1, 0, 0), Counts(scorer, "TLS SNI"));
        Assert.Equal((2, 0, 0), Counts(scorer, "TLS ALPN offered"));
        Assert.Equal(0, scorer.Rows["TLS SNI"].Recall);
        Assert.Null(scorer.Rows["TLS SNI"].Precision);
    }

    [Theory]
    [InlineData("www.example.com", 0, 1)]
    [InlineData("EXAMPLE.COM.", 1, 0)]
    [InlineData("other.example", 0, 0)] // optional: neither asked for nor wrong
    public void A_name_is_right_wrong_or_optional(string sni, long found, long wrong)
    {
        Scorer scorer = Score([Connection("192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 4, 3, 400, 558, sni: sni)]);

        Assert.Equal((1, found, wrong), Counts(scorer, "TLS SNI"));
    }

    [Fact]
    public void A_name_where_truth_has_none_is_wrong()
    {
        Scorer scorer = Score(
        [
            Connection("192.0.2.9", 0, "192.0.2.1", 0, TransportProtocol.ICMP, 1, 1, 84, 84, host: "imagined.example"),
            Connection("203.0.113.1", 7, "203.0.113.2", 8, TransportProtocol.TCP, 1, 0, 40, 0, sni: "imagined.example"),
        ]);

        Assert.Equal((0, 0, 1), Counts(scorer, "HTTP host"));
        Assert.Equal((1, 0, 1), Counts(scorer, "TLS SNI"));
        Assert.Equal((2, 1, 1), Counts(scorer, Scorer.ConversationRow));
    }

    [Fact]
    public void Every_ALPN_name_counts_by_itself()
    {
        NetConnection tls = Connection(
            "192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 4, 3, 400, 558, details: new TlsDetails { AlpnOffered = ["h2", "spdy/3"], Alpn = "h2" });

        Scorer scorer = Score([tls]);

        Assert.Equal((2, 1, 1), Counts(scorer, "TLS ALPN offered"));
        Assert.Equal((1, 1, 0), Counts(scorer, "TLS ALPN selected"));
    }

    [Fact]
    public void What_was_spoken_before_an_upgrade_counts()
    {
        ApplicationDetails details = new TlsDetails { Outer = new HttpDetails { FirstHost = "inner.example", Host = "inner.example" } };

        Scorer scorer = Score([Connection("10.0.0.1", 1234, "10.0.0.2", 80, TransportProtocol.TCP, 1, 0, 92, 0, details: details)]);

        Assert.Equal((1, 1, 0), Counts(scorer, "HTTP host, tunnel"));
    }

    [Fact]
    public void ARP_in_a_tunnel_is_not_wrong_since_truth_does_not_record_it()
    {
        Scorer scorer = Score(
        [
            Connection("10.0.0.1", 0, "10.0.0.2", 0, TransportProtocol.ARP, 1, 1, 28, 28, tunnel: TunnelKind.Vxlan),
            Connection("10.0.0.3", 0, "10.0.0.2", 0, TransportProtocol.ARP, 1, 1, 28, 28),
        ]);

        Assert.Equal((2, 0, 0), Counts(scorer, Scorer.InTunnel(Scorer.ConversationRow)));
        Assert.Equal((2, 0, 1), Counts(scorer, Scorer.ConversationRow));
    }

    [Fact]
    public void Ends_may_be_swapped_and_a_tuple_used_again()
    {
        Scorer scorer = Score(
        [
            Connection("192.0.2.1", 443, "192.0.2.9", 50000, TransportProtocol.TCP, 2, 3, 500, 300, direction: ConnectionDirection.Incoming),
            Connection("192.0.2.1", 443, "192.0.2.9", 50000, TransportProtocol.TCP, 1, 1, 58, 100, direction: ConnectionDirection.Incoming),
        ]);

        Assert.Equal((2, 1, 0), Counts(scorer, Scorer.PacketsRow));
        Assert.Equal((2, 1, 0), Counts(scorer, Scorer.BytesRow));
        Assert.Equal((1, 1, 0), Counts(scorer, Scorer.OpenedByRow));
    }

    [Fact]
    public void A_packet_or_a_byte_too_many_is_wrong()
    {
        Scorer packets = Score([Connection("192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 5, 3, 400, 558)]);
        Scorer bytes = Score([Connection("192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 4, 3, 401, 558)]);

        Assert.Equal((2, 0, 1), Counts(packets, Scorer.PacketsRow));
        Assert.Equal((2, 0, 1), Counts(bytes, Scorer.BytesRow));
    }

    [Fact]
    public void Opened_by_the_wrong_side_is_wrong_and_by_nobody_is_not_found()
    {
        Scorer wrong = Score(
            [Connection("192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 4, 3, 400, 558, direction: ConnectionDirection.Incoming)]);
        Scorer silent = Score([Connection("192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 4, 3, 400, 558, direction: null)]);

        Assert.Equal((1, 0, 1), Counts(wrong, Scorer.OpenedByRow));
        Assert.Equal((1, 0, 0), Counts(silent, Scorer.OpenedByRow));
    }

    private static (long Least, long Most) Bounds(TruthFlow flow)
    {
        ByteBounds bounds = Assert.NotNull(ByteBounds.Of(Truth, flow, 0));
        return (bounds.Least, bounds.Most);
    }

    [Theory]
    [InlineData(80, true)]
    [InlineData(92, true)]
    [InlineData(93, false)]
    [InlineData(76, true)]    // 8 bytes less in each of two frames
    [InlineData(78, false)]
    [InlineData(48, true)]    // 16
    [InlineData(62, false)]
    public void A_tag_that_truth_does_not_name_is_in_every_frame_or_in_none(long bytes, bool agrees) =>
        Assert.Equal(agrees, new ByteBounds(80, 92, Packets: 2).Contains(bytes));

    [Fact]
    public void Bytes_are_exact_without_padding_and_bounded_with_it()
    {
        TruthFlow flow = Truth.Flows[0];
        TruthFlow padded = flow with { Pkts = [2, 0], Bytes = [120, 0], Payload = [0, 0] };

        Assert.Equal((400, 400), Bounds(flow));
        Assert.Equal((80, 92), Bounds(padded));
        Assert.Null(ByteBounds.Of(Truth with { Linktypes = ["IEEE802_11"] }, flow, 0));
        Assert.Null(ByteBounds.Of(Truth, Truth.Flows[2], 0));
    }

    [Fact]
    public void Fragments_count_as_the_packets_they_are()
    {
        TruthFlow flow = Truth.Flows[1] with { Pkts = [2, 2], FragPkts = [3, 0], FragBytes = [3028, 0], Bytes = [188, 452] };

        Assert.Equal([5, 2], flow.IpPackets());
        Assert.Equal([3216, 452], flow.FrameBytes());
    }

    [Theory]
    [InlineData("example.com:8080", "example.com")]
    [InlineData("Example.COM", "example.com")]
    [InlineData("[2001:db8::1]:80", "[2001:db8::1]")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]")]
    [InlineData("192.0.2.1:80", "192.0.2.1")]
    public void Hosts_are_compared_without_port_and_case(string host, string normalized) =>
        Assert.Equal(normalized, NameField.All.Single(field => field.Row == "HTTP host").Normalize(host));

    [Theory]
    [InlineData("HTTPS", Confidence.Decoded, 1, 1, 0)]
    [InlineData("HTTPS", Confidence.Port, 1, 0, 0)]
    [InlineData("SSH", Confidence.Heuristic, 0, 0, 1)]
    [InlineData("SSH", Confidence.Port, 0, 0, 0)] // a port's suggestion is weighed by the reader
    [InlineData(null, null, 0, 0, 0)]
    public void A_label_is_found_conflicting_or_missing(string? application, Confidence? confidence, long found, long byContent, long wrong)
    {
        NetConnection connection = new()
        {
            Protocol = TransportProtocol.TCP,
            Local = IPAddressValue.From(IPAddress.Parse("192.0.2.9")),
            LocalPortValue = 1,
            Remote = IPAddressValue.From(IPAddress.Parse("192.0.2.1")),
            RemotePortValue = 2,
            HasPorts = true,
            Application = application,
            Confidence = confidence,
        };
        TruthFlow flow = new() { L4 = "tcp", A = "192.0.2.9", Ap = 1, B = "192.0.2.1", Bp = 2, Pkts = [1, 0], Bytes = [1, 0], Labels = ["tls"], Sure = ["tls"] };
        Scorer scorer = new();
        scorer.Score(Truth with { Flows = [flow, flow with { Ap = 3, Sure = [] }] }, [connection]);

        Assert.Equal((1, found, wrong), Counts(scorer, Scorer.LabelRow));
        Assert.Equal((1, byContent, wrong), Counts(scorer, Scorer.ContentLabelRow));
        Assert.Equal((1, 1 - wrong, wrong), Counts(scorer, Scorer.NoConflictRow));
        Assert.Equal(byContent, scorer.Labels["tls"].Found);
    }

    [Theory]
    [InlineData("QUIC version", "0x00000001", "v1")]
    [InlineData("QUIC version", "0x6b3343cf", "v2")]
    [InlineData("QUIC version", "0xff00001d", "draft-29")]
    [InlineData("QUIC version", "0x51303530", "Q050")]
    [InlineData("QUIC version", "0xfaceb002", "mvfst-2")]
    [InlineData("QUIC version", "0x1A2A3A4A", "0x1a2a3a4a")]
    [InlineData("TLS cipher", "0x1301", "TLS_AES_128_GCM_SHA256")]
    [InlineData("TLS version", "TLS 1.2", "TLS 1.2")]
    [InlineData("SSH version", "SSH-2.0-switch \0\0", "SSH-2.0-switch")]
    public void Names_of_both_are_brought_to_one_form(string row, string truth, string normalized) =>
        Assert.Equal(normalized, NameField.All.Single(field => field.Row == row).Normalize(truth));

    private static NetConnection[] Agreeing() =>
    [
        Connection("192.0.2.9", 50000, "192.0.2.1", 443, TransportProtocol.TCP, 4, 3, 400, 558, sni: "example.com"),
        Connection("192.0.2.9", 40000, "198.51.100.1", 4789, TransportProtocol.UDP, 1, 0, 128, 0),
        Connection("10.0.0.1", 1234, "10.0.0.2", 80, TransportProtocol.TCP, 1, 0, 92, 0, host: "inner.example"),
        Connection("192.0.2.9", 0, "192.0.2.1", 0, TransportProtocol.ICMP, 1, 1, 84, 84),
    ];

    private static Scorer Score(IEnumerable<NetConnection> connections)
    {
        Scorer scorer = new();
        scorer.Score(Truth, connections);
        return scorer;
    }

    private static (long Truth, long Found, long Wrong) Counts(Scorer scorer, string row)
    {
        Tally tally = scorer.Rows[row];
        return (tally.Truth, tally.Found, tally.Wrong);
    }

    private static NetConnection Connection(
        string local,
        ushort localPort,
        string remote,
        ushort remotePort,
        TransportProtocol protocol,
        long sent,
        long received,
        long bytesSent,
        long bytesReceived,
        string? sni = null,
        string? host = null,
        ConnectionDirection? direction = ConnectionDirection.Outgoing,
        TunnelKind tunnel = TunnelKind.None,
        ApplicationDetails? details = null) => new()
        {
            Protocol = protocol,
            Local = IPAddressValue.From(IPAddress.Parse(local)),
            LocalPortValue = localPort,
            Remote = IPAddressValue.From(IPAddress.Parse(remote)),
            RemotePortValue = remotePort,
            HasPorts = protocol is TransportProtocol.TCP or TransportProtocol.UDP,
            PacketsSent = sent,
            PacketsReceived = received,
            BytesSent = bytesSent,
            BytesReceived = bytesReceived,
            Sni = sni,
            Details = host is null ? details : new HttpDetails { Host = host },
            Direction = direction,
            Tunnel = tunnel,
        };
}
