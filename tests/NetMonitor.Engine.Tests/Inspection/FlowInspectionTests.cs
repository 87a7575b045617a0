using System.Diagnostics;
using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Packets;
using NetMonitor.Tests.Inspection.Dns;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection;

public sealed class FlowInspectionTests
{
    private const long Time = 1_700_000_000_000_000_000;

    private static byte[] B(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A conversation of each protocol: port, what the client says, what the server says.</summary>
    public static TheoryData<ushort, byte[], byte[]> Samples => new()
    {
        { 443, TlsBytes.Record(22, TlsBytes.ModernClientHello), [.. TlsBytes.Record(22, TlsBytes.ServerHello13), .. TlsBytes.Record(20, 1), .. TlsBytes.Record(23, new byte[40])] },
        { 993, TlsBytes.Records(TlsBytes.ClientHello(TlsBytes.Sni("m.example"), TlsBytes.Alpn("imap")), 50), TlsBytes.Records(TlsBytes.ServerHello(0x0303, 0xC02F), 30) },
        { 8080, B("GET /1?q=s HTTP/1.1\r\nHost: a.example\r\nUser-Agent: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: b.example\r\nContent-Length: 4\r\n\r\nGET HEAD /3 HTTP/1.1\r\nHost: c.example\r\n\r\n"),
            B("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 100 C\r\n\r\nHTTP/1.1 201 OK\r\nServer: s\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\nHTTP/1.1 404 N\r\nContent-Length: 9\r\n\r\n") },
        { 53, [.. DnsBytes.Tcp(DnsBytes.Ask(1, "a.example", 1)), .. DnsBytes.Tcp(DnsBytes.Ask(2, "b.example", 28))],
            DnsBytes.Tcp(WireBuilder.Bytes(DnsBytes.Header(2, DnsBytes.Response, answers: 1), DnsBytes.Question("b.example", 28), DnsBytes.Record(DnsBytes.ToQuestion, 28, 9, new byte[16]))) },
    };

    private static FlowInspection New(ushort port, TransportProtocol protocol = TransportProtocol.TCP) => new(new FlowContext(protocol, 50_000, port));

    private static void Open(FlowInspection flow, Side side) =>
        flow.Segment(side, Conversation.ClientStart, TcpFlags.Syn | (side == Side.Responder ? TcpFlags.Ack : 0), default, 0, Time);

    private static void Send(FlowInspection flow, Side side, int at, ReadOnlySpan<byte> bytes) =>
        flow.Segment(side, unchecked(Conversation.ClientStart + 1 + (uint)at), TcpFlags.Ack, bytes, bytes.Length, Time);

    private static string Whole(ushort port, byte[] client, byte[] server)
    {
        FlowInspection flow = New(port);
        Open(flow, Side.Originator);
        Open(flow, Side.Responder);
        Send(flow, Side.Originator, 0, client);
        Send(flow, Side.Responder, 0, server);
        Assert.NotNull(flow.Details);
        return Conversation.Tell(flow);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Any_split_gives_the_same(ushort port, byte[] client, byte[] server)
    {
        string expected = Whole(port, client, server);
        for (int cut = 1; cut < Math.Max(client.Length, server.Length); cut++)
        {
            FlowInspection flow = New(port);
            Open(flow, Side.Originator);
            Open(flow, Side.Responder);
            foreach ((Side side, byte[] bytes) in new[] { (Side.Originator, client), (Side.Responder, server) })
            {
                int at = Math.Min(cut, bytes.Length - 1);
                Send(flow, side, 0, bytes.AsSpan(0, at));
                Send(flow, side, at, bytes.AsSpan(at));
            }

            Assert.Equal(expected, Conversation.Tell(flow));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Any_order_repeats_and_overlaps_give_the_same(ushort port, byte[] client, byte[] server)
    {
        string expected = Whole(port, client, server);
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            FlowInspection flow = New(port);
            Open(flow, Side.Originator);
            Open(flow, Side.Responder);
            foreach ((Side side, byte[] bytes) in new[] { (Side.Originator, client), (Side.Responder, server) })
            {
                foreach ((int at, int length) in Shuffle(bytes.Length, random))
                {
                    Send(flow, side, at, bytes.AsSpan(at, length));
                    Assert.True(flow.Buffered <= 2 * (InspectionLimits.StreamWindow + InspectionLimits.ReorderBytes));
                }
            }

            Assert.Equal(expected, Conversation.Tell(flow));
            flow.Close();
            Assert.Equal(0, flow.Buffered);
            Assert.Equal(expected, Conversation.Tell(flow));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Damaged_bytes_do_no_harm(ushort port, byte[] client, byte[] server)
    {
        long started = Stopwatch.GetTimestamp();
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            FlowInspection flow = New(port);
            Open(flow, Side.Originator);
            Open(flow, Side.Responder);
            foreach ((Side side, byte[] bytes) in new[] { (Side.Originator, client), (Side.Responder, server) })
            {
                byte[] damaged = Mutate(bytes, random);
                foreach ((int at, int length) in Shuffle(damaged.Length, random))
                {
                    Send(flow, side, at, damaged.AsSpan(at, length));
                    Assert.True(flow.Buffered <= 2 * (InspectionLimits.StreamWindow + InspectionLimits.ReorderBytes));
                }
            }

            flow.Close();
            Assert.NotEmpty(Conversation.Tell(flow));
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(flow.Details));
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Damaged_datagrams_do_no_harm()
    {
        byte[] message = WireBuilder.Bytes(DnsBytes.Header(2, DnsBytes.Response, answers: 2, authorities: 1, additionals: 1), DnsBytes.Question("b.example", 65),
            DnsBytes.Record(DnsBytes.ToQuestion, 65, 9, 0, 1, 0, 0, 1, 0, 3, 2, "h2"), DnsBytes.Record(DnsBytes.ToQuestion, 16, 9, 3, "abc"), DnsBytes.Soa, DnsBytes.Opt());
        foreach (ushort port in new ushort[] { 53, 5353, 31_000 })
        {
            for (int seed = 0; seed < 3000; seed++)
            {
                FlowInspection flow = New(port, TransportProtocol.UDP);
                flow.Datagram(Side.Responder, Mutate(message, new Random(seed)), Time);
                Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(flow.Details));
            }
        }
    }

    [Fact]
    public void Random_bytes_are_nothing()
    {
        Random random = new(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] noise = new byte[random.Next(1, 600)];
            random.NextBytes(noise);
            FlowInspection stream = New(31_000);
            Open(stream, Side.Originator);
            Send(stream, Side.Originator, 0, noise);
            stream.Close();
            Assert.Null(stream.Application);
            FlowInspection datagrams = New(31_000, TransportProtocol.UDP);
            datagrams.Datagram(Side.Originator, noise, Time);
            Assert.Null(datagrams.Application);
        }
    }

    [Fact]
    public void A_port_suggests_only_what_the_bytes_have_not_ruled_out()
    {
        FlowInspection hidden = new Conversation(443).Server([0, 0xEE, 0xEE]).Client([0, 0xEE, 0xEE]).Flow;
        Assert.Null(hidden.Application);
        Assert.Null(hidden.Confidence);
        FlowInspection joined = new Conversation(443, handshake: false).Client(new byte[500]).Flow;
        Assert.Equal(("HTTPS", Confidence.Port), (joined.Application, joined.Confidence));
        FlowInspection silent = new Conversation(22).Flow;
        Assert.Null(silent.Application);
        FlowInspection time = New(123, TransportProtocol.UDP);
        time.Datagram(Side.Originator, new byte[48], Time);
        Assert.Null(time.Application); // Its probe has seen them.
    }

    [Fact]
    public void What_nobody_recognizes_is_left_alone()
    {
        Conversation both = new Conversation(31_000).Client([.. Enumerable.Repeat((byte)0xC3, 16)]).Server([.. Enumerable.Repeat((byte)0xC5, 16)]);
        Assert.True(both.Flow.IsFinished);

        Conversation one = new(31_000);
        for (int i = 0; i <= InspectionLimits.UndecidedBytes / 1000; i++)
        {
            Assert.False(one.Flow.IsFinished);
            one.Client(new byte[1000]);
        }

        Assert.True(one.Flow.IsFinished);

        FlowInspection datagrams = New(31_000, TransportProtocol.UDP);
        for (int i = 0; i < InspectionLimits.UndecidedDatagrams; i++)
        {
            Assert.False(datagrams.IsFinished);
            datagrams.Datagram(Side.Originator, [1, 2, 3], Time);
        }

        Assert.True(datagrams.IsFinished);
        Assert.True(New(0, TransportProtocol.ICMP).IsFinished);
    }

    [Fact]
    public void The_version_grows_when_something_changed_and_only_then()
    {
        Conversation conversation = new(80);
        Assert.Equal(0, conversation.Flow.Version);
        conversation.Client("GET / HT"u8);
        Assert.Equal(0, conversation.Flow.Version);
        conversation.Client("TP/1.1\r\n"u8);
        Assert.Equal(1, conversation.Flow.Version);
        ApplicationDetails? details = conversation.Flow.Details;
        conversation.Client("X: y\r\n"u8);
        Assert.Equal(1, conversation.Flow.Version);
        Assert.Same(details, conversation.Flow.Details);
        conversation.Client("Host: h\r\n"u8);
        Assert.Equal(2, conversation.Flow.Version);
        Assert.Equal("h", conversation.Flow.Details?.HostName);
    }

    [Fact]
    public void Hostile_crumbs_cost_no_more_than_their_size()
    {
        long started = Stopwatch.GetTimestamp();
        byte[] crumbs = TlsBytes.Records(WireBuilder.Bytes(1, 0, (ushort)0xFF00, new byte[11_000]), 1);
        new Conversation(443).Drip(Side.Originator, crumbs.AsSpan(0, 60_000)).Close();
        new Conversation(80).Drip(Side.Originator, B("GET /" + new string('a', 60_000))).Close();
        new Conversation(80).Drip(Side.Originator, B("GET / HTTP/1.1\r\n" + new string('a', 60_000))).Close();
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    private static List<(int At, int Length)> Shuffle(int size, Random random)
    {
        List<(int At, int Length)> segments = [];
        for (int at = 0; at < size;)
        {
            int length = Math.Min(random.Next(1, 1 + (size / 4)), size - at);
            int early = Math.Min(at, random.Next(4) == 0 ? random.Next(20) : 0);
            segments.Add((at - early, length + early));
            at += length;
        }

        segments.AddRange(segments.Where(_ => random.Next(4) == 0).ToArray());
        segments = segments.Count > InspectionLimits.ReorderPieces ? segments : [.. segments.OrderBy(_ => random.Next())];
        return segments;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> damaged = [.. bytes];
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            int at = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
                case 3 when damaged.Count > 1:
                    damaged.RemoveAt(at);
                    break;
                case 4 when at > 0:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                default:
                    damaged[at] = 0xFF;
                    break;
            }
        }

        return [.. damaged];
    }
}
