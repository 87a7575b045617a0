using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Dns;
using static NetMonitor.Tests.Inspection.Http2.Http2Bytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Http2;

public sealed class Http2InspectorTests
{
    private static Turn[] Exchange => [
        Client(Preface, Block(1, Request("GET", "/a?token=hunter2", "www.example.com:8080", Field("user-agent", "test/1"), Field("cookie", "sid=hunter2", index: true),
            Field("authorization", "Bearer hunter2")))),
        Server(ServerSettings, Frame(Settings, 1, 0), Block(1, Field(":status", "103")), Block(1, 0x88, Field("server", "nghttpx"), Field("content-type", "text/html"), Field("set-cookie", "hunter2")),
            Frame(Http2Bytes.Data, 1, 1, "GET / HTTP/1.1\r\n\r\n")),
        Client(Block(3, 0x83, 0x86, 0x85, 0xBF), Frame(Http2Bytes.Data, 1, 3, new byte[500])), // POST /index.html, the authority from the dynamic table
        Server(Block(3, 0x8D), Frame(GoAway, 0, 0, 3u, 11u)),
    ];

    private static Http2Details Details(FlowInspection flow) => Assert.IsType<Http2Details>(flow.Details);

    [Fact]
    public void Requests_and_responses_of_prior_knowledge()
    {
        FlowInspection flow = Hostile.Whole(31_000, Exchange);
        Http2Details details = Details(flow);
        Assert.Equal(("HTTP2", Confidence.Decoded), (flow.Application, flow.Confidence));
        Assert.Equal(("POST", "/index.html", "www.example.com", null), (details.Method, details.Path, details.Host, details.UserAgent));
        Assert.Equal(("GET", "/a", "www.example.com"), (details.FirstMethod, details.FirstPath, details.FirstHost));
        Assert.Equal((2, 2, 404, "nghttpx", null), (details.Requests, details.Responses, details.Status, details.Server, details.ContentType));
        Assert.Equal(11, details.ErrorCode);
        Assert.Equal(("www.example.com", HostNameSource.HttpHost), (details.HostName, details.HostNameSource));
        Assert.Equal("POST /index.html 404", details.Summary);

        details = Details(Hostile.Whole(31_000, Exchange[..2]));
        Assert.Equal(("test/1", 200, "text/html"), (details.UserAgent, details.Status, details.ContentType));
    }

    [Fact]
    public void Any_split_says_the_same() => Hostile.AssertAnySplitIsTheSame(80, Exchange);

    [Fact]
    public void Damage_does_no_harm() => Hostile.AssertDamageDoesNoHarm(80, Exchange);

    [Fact]
    public void Secrets_are_never_kept() => Assert.DoesNotContain("hunter2", Conversation.Tell(Hostile.Whole(80, Exchange)), StringComparison.Ordinal);

    [Fact]
    public void An_address_is_a_host_but_not_a_name()
    {
        Http2Details details = Details(Hostile.Whole(80, Client(Preface, Block(1, Request("GET", "/", "[2001:db8::1]:80")))));
        Assert.Equal(("2001:db8::1", null, null), (details.Host, details.HostName, details.HostNameSource));
    }

    [Fact]
    public void A_block_may_continue_and_be_padded()
    {
        byte[] block = Request("GET", "/long", "h.example");
        Turn[] turns = [Client(
            Preface, Frame(Headers, 0x28, 1, 3, new byte[5], block[..10], new byte[3]), Frame(Continuation, 0, 1, block[10..11]), Frame(Continuation, EndHeaders, 1, block[11..]))];
        Assert.Equal(("/long", "h.example"), (Details(Hostile.Whole(80, turns)).Path, Details(Hostile.Whole(80, turns)).Host));
        Hostile.AssertAnySplitIsTheSame(80, turns);
    }

    [Fact]
    public void What_a_server_promises_is_no_request()
    {
        const int PushPromise = 5;
        Http2Details details = Details(Hostile.Whole(80, Client(Preface, Block(1, Request("GET", "/", "h.example"))),
            Server(ServerSettings, Frame(PushPromise, EndHeaders, 1, 2u, Request("GET", "/pushed", "h.example")), Block(1, 0x88))));
        Assert.Equal(("/", 1), (details.Path, details.Requests));
    }

    [Fact]
    public void A_block_without_an_end_is_given_up()
    {
        Conversation conversation = new Conversation(80).Client(Preface).Client(Frame(Headers, 0, 1, Request("GET", "/", "h.example")));
        for (int i = 0; i < 100; i++)
        {
            conversation.Client(Frame(Continuation, 0, 1, Field("x-filler", new string('x', 100)), new byte[1000]));
            Assert.True(conversation.Flow.Buffered <= 2 * InspectionLimits.StreamWindow);
        }

        Assert.Equal(0, conversation.Flow.Buffered);
        Assert.Equal("HTTP2", conversation.Flow.Application);
    }

    [Fact]
    public void The_server_may_be_the_one_seen_first()
    {
        Assert.Equal("HTTP2", new Conversation(31_000).Server(ServerSettings).Flow.Application);
        Assert.Equal(200, Details(new Conversation(31_000).Server(Bytes(ServerSettings, Block(1, 0x88))).Flow).Status);
    }

    [Fact]
    public void Upgraded_from_http_1_both_are_known()
    {
        Turn[] turns = [
            Client("GET /up?x=secret HTTP/1.1\r\nHost: www.example.com\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"),
            Server("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", ServerSettings, Block(1, 0x88)),
            Client(Preface, Block(3, Request("GET", "/two", "two.example"))),
        ];
        FlowInspection flow = Hostile.Whole(80, turns[..2]);
        Http2Details details = Details(flow);
        Assert.Equal(("HTTP2", 200, 0), (flow.Application, details.Status, details.Requests));
        Assert.Equal("/up", Assert.IsType<HttpDetails>(details.Outer).Path);
        Assert.Equal("www.example.com", details.HostName);
        Assert.Equal("two.example", Details(Hostile.Whole(80, turns)).HostName);
        Hostile.AssertAnySplitIsTheSame(80, turns);
    }

    [Fact]
    public void Grpc_calls_have_service_method_and_status()
    {
        Turn[] turns = [
            Client(Preface, Block(1, Request("POST", "/helloworld.Greeter/SayHello", "10.0.0.1:50051", Field("content-type", "application/grpc+proto"), Field("grpc-timeout", "1S"))), Frame(Http2Bytes.Data, 1, 1, 0, 0u)),
            Server(ServerSettings, Block(1, 0x88, Field("content-type", "application/grpc")), Frame(Http2Bytes.Data, 0, 1, 0, 0u), Frame(Headers, 5, 1, Field("grpc-status", "5"), Field("grpc-message", "secret"))),
            Client(Block(3, Request("POST", "/health.v1.Health/Watch", "10.0.0.1:50051", Field("content-type", "application/grpc")))),
        ];
        FlowInspection flow = Hostile.Whole(50_051, turns);
        GrpcDetails details = Assert.IsType<GrpcDetails>(flow.Details);
        Assert.Equal("gRPC", flow.Application);
        Assert.Equal(("health.v1.Health", "Watch", 5, 2), (details.Service, details.Method, details.Status, details.Calls));
        Assert.Equal(("helloworld.Greeter", "SayHello"), (details.FirstService, details.FirstMethod));
        Assert.Equal("health.v1.Health/Watch 5", details.Summary);
        Assert.Equal((2, "10.0.0.1"), (Assert.IsType<Http2Details>(details.Outer).Requests, ((Http2Details)details.Outer).Host));
        Assert.Null(details.HostName);
        Hostile.AssertAnySplitIsTheSame(50_051, turns);
    }

    [Fact]
    public void Dns_over_http_2_is_recognized()
    {
        FlowInspection flow = Hostile.Whole(80, Client(Preface, Block(1, Request("POST", "/q", "dns.example", Field("content-type", "application/dns-message")))));
        Assert.Equal("DoH", flow.Application);
        Assert.True(Details(flow).IsDnsOverHttps);
    }

    [Fact]
    public void Dns_in_the_bodies_of_http_2_is_read()
    {
        byte[] type = Field("content-type", "application/dns-message");
        byte[] answer = Bytes(DnsBytes.Header(0, 0x8180, answers: 1), DnsBytes.Question("b.example", 1), DnsBytes.Record(DnsBytes.ToQuestion, 1, 60, 192, 0, 2, 1));
        Turn[] turns =
        [
            Client(Preface, Block(1, Request("POST", "/q", "dns.example", type)), Block(3, Request("POST", "/q", "dns.example", type)),
                Frame(Http2Bytes.Data, 1, 1, DnsBytes.Ask(0, "a.example", 1)), Frame(Http2Bytes.Data, 9, 3, 2, DnsBytes.Ask(0, "b.example", 1), 0, 0)),
            Server(ServerSettings, Block(3, 0x88, type), Frame(Http2Bytes.Data, 1, 3, answer)),
        ];
        FlowInspection flow = Hostile.Whole(31_000, turns);
        DnsDetails dns = Assert.IsType<DnsDetails>(flow.Details);
        Assert.Equal(("DoH", "b.example", "NOERROR", 2, 1), (flow.Application, dns.QueryName, dns.ResponseCode, dns.Queries, dns.Responses));
        Assert.Equal(["a.example", "b.example"], dns.Names);
        Assert.Equal("192.0.2.1", Assert.Single(dns.Answers).Data);
        Assert.Equal("dns.example", Assert.IsType<Http2Details>(dns.Outer).Host);
        Hostile.AssertAnySplitIsTheSame(31_000, turns[1], turns[0]); // The other way around there is no response time, which depends on the pieces.
        Hostile.AssertDamageDoesNoHarm(31_000, turns);
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n")]
    [InlineData("PRI * HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\u0004\0\0\0\0\0")]
    [InlineData("\0\0\u0006\u0004\0\0\0\0\0\0\u0030\0\0\0\u0001")]
    [InlineData("\0\0\u0006\u0005\0\0\0\0\0\0\u0003\0\0\0\u0001")]
    [InlineData("\0\0\u0006\u0004\0\0\0\0\u0001\0\u0003\0\0\0\u0001")]
    public void What_only_looks_like_it_is_not(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Assert.NotEqual("HTTP2", new Conversation(80).Client(bytes).Close().Flow.Application);
        Assert.NotEqual("HTTP2", new Conversation(80).Server(bytes).Close().Flow.Application);
    }

    [Fact]
    [Trait("Counts", "Garbage")]
    public void A_repeated_request_costs_next_to_nothing()
    {
        Conversation conversation = new Conversation(80).Client(Bytes(Preface, Block(1, Request("GET", "/a", "www.example.com"))));
        byte[] again = Block(3, Request("GET", "/a", "www.example.com")[..^("www.example.com".Length + ":authority".Length + 3)]);
        conversation.Client(again);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            conversation.Client(again);
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1000);
        Assert.Equal(1002, Details(conversation.Flow).Requests);
    }

    /// <summary>RFC 9113 section 8.3.1: a request may have Host instead of an authority, which counts before it.</summary>
    [Theory]
    [InlineData(null, "host.example")]
    [InlineData("authority.example", "authority.example")]
    public void Host_stands_in_for_a_missing_authority(string? authority, string host)
    {
        byte[] request = Bytes(Field(":method", "GET"), Field(":scheme", "http"), Field(":path", "/"), authority is null ? [] : Field(":authority", authority), Field("host", "host.example"));
        Http2Details details = Details(Hostile.Whole(80, Client(Preface, Block(1, request))));
        Assert.Equal((host, host, host), (details.Host, details.FirstHost, details.HostName));
    }
}
