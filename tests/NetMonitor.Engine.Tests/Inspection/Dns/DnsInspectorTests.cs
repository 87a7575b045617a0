using System.Net;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Dns.DnsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Dns;

[Collection(Alone.Name)] // it counts garbage
public sealed class DnsInspectorTests
{
    private static Conversation Udp(ushort port = 53, ushort clientPort = 50_000) => new(port, TransportProtocol.UDP, clientPort);

    private static DnsDetails Details(Conversation conversation) => Assert.IsType<DnsDetails>(conversation.Flow.Details);

    [Fact]
    public void A_query_and_its_response()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, Bytes(Header(7, Query, additionals: 1), Question("www.example.com", 1), Opt()));
        Assert.Equal("DNS", conversation.Flow.Application);
        Assert.Equal(Confidence.Decoded, conversation.Flow.Confidence);
        Assert.Equal(ConnectionState.DNS_QUERY, conversation.Flow.State);
        Assert.Null(Details(conversation).ResponseCode);

        conversation.Datagram(Side.Responder, Bytes(Header(7, Response | 0x0420, answers: 2), Question("www.example.com", 1),
            Record(ToQuestion, 5, 300, "\u0003cdn", ToQuestion), Record(Bytes("\u0003cdn", ToQuestion), 1, 60, 192, 0, 2, 1)), after: 12_000_000);
        DnsDetails details = Details(conversation);
        Assert.Equal("www.example.com", details.QueryName);
        Assert.Equal("A", details.QueryType);
        Assert.Equal("NOERROR", details.ResponseCode);
        Assert.Equal(TimeSpan.FromMilliseconds(12), details.ResponseTime);
        Assert.Equal([new DnsAnswer("www.example.com", "CNAME", 300, "cdn.www.example.com"), new DnsAnswer("cdn.www.example.com", "A", 60, "192.0.2.1")], details.Answers);
        Assert.True(details.Authoritative);
        Assert.True(details.AuthenticData);
        Assert.False(details.NoData);
        Assert.Equal((1, 1, 7), (details.Queries, details.Responses, details.TransactionId));
        Assert.Equal("A www.example.com 192.0.2.1", details.Summary);
        Assert.Null(details.HostName);
        Assert.Equal(ConnectionState.DNS_RESPONSE, conversation.Flow.State);
        Assert.False(conversation.Flow.IsFinished);
    }

    [Fact]
    public void One_socket_may_ask_for_many_names()
    {
        Conversation conversation = Udp();
        for (int i = 0; i < 400; i++)
        {
            conversation.Datagram(Side.Originator, Ask(i, $"n{i % 320}.example", 28));
        }

        DnsDetails details = Details(conversation);
        Assert.Equal("n79.example", details.QueryName);
        Assert.Equal("n0.example", details.FirstQueryName);
        Assert.Equal(400, details.Queries);
        Assert.Equal(InspectionLimits.DnsNames, details.Names.Count);
        Assert.Equal(details.Names.Distinct(), details.Names);
    }

    [Theory]
    [InlineData(1, new byte[] { 192, 0, 2, 9 }, "192.0.2.9")]
    [InlineData(28, new byte[] { 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, "2001:db8::1")]
    [InlineData(15, new byte[] { 0, 10, 2, (byte)'m', (byte)'x', 0xC0, 12 }, "10 mx.example.com")]
    [InlineData(2, new byte[] { 0xC0, 12 }, "example.com")]
    [InlineData(12, new byte[] { 1, (byte)'p', 0 }, "p")]
    [InlineData(16, new byte[] { 3, (byte)'a', 27, (byte)'b', 1, (byte)'c' }, "\"a\uFFFDb\" \"c\"")]
    [InlineData(33, new byte[] { 0, 1, 0, 2, 0, 80, 1, (byte)'s', 0 }, "1 2 80 s")]
    [InlineData(65, new byte[] { 0, 1, 0, 0, 1, 0, 6, 2, (byte)'h', (byte)'3', 2, (byte)'h', (byte)'2', 0, 4, 0, 4, 192, 0, 2, 7 }, "1 . alpn=h3,h2 ipv4hint=192.0.2.7")]
    [InlineData(257, new byte[] { 0, 5, (byte)'i', (byte)'s', (byte)'s', (byte)'u', (byte)'e', (byte)'c', (byte)'a' }, "0 issue \"ca\"")]
    [InlineData(1, new byte[] { 1, 2, 3 }, "\\# 3 010203")]
    [InlineData(65400, new byte[] { 0xAB }, "\\# 1 AB")]
    public void Data_reads_as_its_type_is_written(int type, byte[] data, string text)
    {
        Conversation conversation = Udp().Datagram(Side.Responder, Bytes(Header(1, Response, answers: 1), Question("example.com", 255), Record(ToQuestion, type, 1, data)));
        Assert.Equal(text, Assert.Single(Details(conversation).Answers).Data);
    }

    [Theory]
    [InlineData("a\u0007b.c", "a\\007b.c")]
    [InlineData("a b.c", "a\\032b.c")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("", ".")]
    [InlineData("_dmarc.Example.COM", "_dmarc.Example.COM")]
    public void Names_are_in_presentation_format(string wire, string text) =>
        Assert.Equal(text, Details(Udp().Datagram(Side.Originator, Ask(1, wire, 16))).QueryName);

    [Fact]
    public void Dots_and_unicode_inside_of_labels()
    {
        byte[] dotted = Bytes(Header(1, Query), Vector8("a.b"), Name("c"), U16(1), U16(1));
        Assert.Equal("a\\.b.c", Details(Udp().Datagram(Side.Originator, dotted)).QueryName);
        Conversation multicast = Udp(5353, 5353).Datagram(Side.Originator, Ask(0, "Zoë’s Printer._ipp._tcp.local", 33));
        Assert.Equal("Zoë’s Printer._ipp._tcp.local", Details(multicast).QueryName);
        Assert.Equal("Zo\\195\\171", Details(Udp().Datagram(Side.Originator, Ask(0, "Zoë", 33))).QueryName);
        Assert.Equal("x\\226\\128\\174y", Details(Udp(5353, 5353).Datagram(Side.Originator, Ask(0, "x\u202Ey", 33))).QueryName);
    }

    [Theory]
    [InlineData(5353, "mDNS", ConnectionState.MDNS_QUERY, ConnectionState.MDNS_RESPONSE)]
    [InlineData(5355, "LLMNR", ConnectionState.LLMNR_QUERY, ConnectionState.LLMNR_RESPONSE)]
    [InlineData(31_000, "DNS", ConnectionState.DNS_QUERY, ConnectionState.DNS_RESPONSE)]
    public void The_family_is_told_apart_by_port(int port, string name, ConnectionState query, ConnectionState response)
    {
        Conversation conversation = Udp((ushort)port).Datagram(Side.Originator, Ask(3, "printer.local", 1));
        Assert.Equal((name, query), (conversation.Flow.Application, conversation.Flow.State));
        conversation.Datagram(Side.Responder, Bytes(Header(3, 0x8400, answers: 1), Question("printer.local", 1), Record(ToQuestion, 1, 120, 10, 0, 0, 1)));
        Assert.Equal((name, response), (conversation.Flow.Application, conversation.Flow.State));
        Assert.Equal("10.0.0.1", Details(conversation).Answers[0].Data);
    }

    [Fact]
    public void An_mdns_announcement_has_no_question()
    {
        byte[] announcement = Bytes(Header(0, 0x8400, questions: 0, answers: 1), Record(Name("host.local"), 1, 120, 10, 0, 0, 2));
        DnsDetails details = Details(Udp(5353, 5353).Datagram(Side.Originator, announcement));
        Assert.Null(details.QueryName);
        Assert.Equal("host.local 10.0.0.2", details.Summary);
    }

    [Theory]
    [InlineData(3, 0, "NXDOMAIN")]
    [InlineData(2, 0, "SERVFAIL")]
    [InlineData(0, 1, "BADVERS")]
    [InlineData(12, 0, "RCODE12")]
    public void Response_codes_have_names(int code, int extended, string name)
    {
        byte[] response = Bytes(Header(1, Response | code, additionals: 1), Question("x.example", 1), Opt(extended));
        Assert.Equal(name, Details(Udp().Datagram(Side.Responder, response)).ResponseCode);
    }

    [Fact]
    public void No_data_is_not_a_referral_and_not_a_truncation()
    {
        byte[] question = Question("example.com", 28);
        bool NoData(byte[] response) => Details(Udp().Datagram(Side.Responder, response)).NoData;
        Assert.True(NoData(Bytes(Header(1, Response), question)));
        Assert.True(NoData(Bytes(Header(1, Response, authorities: 1), question, Soa)));
        Assert.True(NoData(Bytes(Header(1, Response, answers: 1, authorities: 1), question, Record(ToQuestion, 5, 1, Name("example.com")), Soa)));
        Assert.False(NoData(Bytes(Header(1, Response | 3), question)));
        Assert.False(NoData(Bytes(Header(1, Response | 0x0200), question)));
        Assert.False(NoData(Bytes(Header(1, Response, authorities: 1), question, Record(ToQuestion, 2, 1, Name("ns.example.com")))));
        Assert.False(NoData(Bytes(Header(1, Response, answers: 1), question, Record(ToQuestion, 28, 1, new byte[16]))));
    }

    [Fact]
    public void Over_tcp_messages_may_be_cut_anywhere()
    {
        byte[] queries = [.. Tcp(Ask(1, "a.example", 1)), .. Tcp(Ask(2, "b.example", 28))];
        byte[] responses = [.. Tcp(Bytes(Header(2, Response | 3), Question("b.example", 28))), .. Tcp(Bytes(Header(1, Response, answers: 1), Question("a.example", 1), Record(ToQuestion, 1, 5, 192, 0, 2, 3)))];
        Conversation whole = new Conversation(9953).Client(queries).Server(responses);
        Conversation dripped = new Conversation(9953).Drip(Side.Originator, queries).Drip(Side.Responder, responses);
        DnsDetails details = Details(whole);
        Assert.Equal("DNS", whole.Flow.Application);
        Assert.Equal(["a.example", "b.example"], details.Names);
        Assert.Equal("192.0.2.3", details.Answers[0].Data);
        Assert.Equal((2, 2), (details.Queries, details.Responses));
        Assert.Equal(details with { ResponseTime = null, Names = [], Answers = [] }, Details(dripped) with { ResponseTime = null, Names = [], Answers = [] }, (a, b) =>
            (a.QueryName, a.QueryType, a.Queries, a.Responses, a.ResponseCode) == (b.QueryName, b.QueryType, b.Queries, b.Responses, b.ResponseCode));
        Assert.Equal(details.Names, Details(dripped).Names);
        Assert.Equal(details.Answers, Details(dripped).Answers);
    }

    [Fact]
    public void Pointers_that_go_round_are_refused()
    {
        byte[] loop = Bytes(Header(1, Query), new byte[] { 0xC0, 12 }, U16(1), U16(1));
        byte[] pair = Bytes(Header(1, Query), new byte[] { 0xC0, 14, 0xC0, 12 }, U16(1), U16(1));
        byte[] self = Bytes(Header(1, Query), Vector8("abc"), new byte[] { 0xC0, 12 }, U16(1), U16(1));
        foreach (byte[] message in new[] { loop, pair, self })
        {
            Assert.Null(Udp().Datagram(Side.Originator, message).Flow.Application);
        }
    }

    [Fact]
    public void On_other_ports_only_what_is_exact_counts()
    {
        Assert.Equal("DNS", Udp(31_000).Datagram(Side.Originator, Ask(1, "x.example", 1)).Flow.Application);
        byte[] trailing = [.. Ask(1, "x.example", 1), 0];
        byte[] unknownType = Ask(1, "x.example", 54_321);
        byte[] reserved = Bytes(Header(1, 0x0140), Question("x.example", 1));
        byte[] answersInQuery = Bytes(Header(1, Query, answers: 1), Question("x.example", 1), Record(ToQuestion, 1, 1, 1, 2, 3, 4));
        byte[] netBios = Ask(1, "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 33);
        foreach (byte[] message in new[] { trailing, unknownType, reserved, answersInQuery })
        {
            Assert.Null(Udp(31_000).Datagram(Side.Originator, message).Flow.Application);
        }

        Assert.Equal("NetBIOS-NS", Udp(31_000).Datagram(Side.Originator, netBios).Flow.Application);
    }

    [Fact]
    public void A_known_name_costs_no_garbage()
    {
        byte[] query = Ask(1, "www.example.com", 1);
        byte[] response = Bytes(Header(1, Response, answers: 1), Question("www.example.com", 1), Record(ToQuestion, 1, 60, 192, 0, 2, 1));
        Conversation conversation = Udp();
        void Round()
        {
            for (int i = 0; i < 100; i++)
            {
                conversation.Datagram(Side.Originator, query).Datagram(Side.Responder, response);
            }
        }

        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_answers_stay_after_the_flow_closed()
    {
        byte[] response = Bytes(Header(1, Response, answers: 1), Question("www.example.com", 1), Record(ToQuestion, 1, 60, 192, 0, 2, 1));
        Conversation conversation = Udp().Datagram(Side.Responder, response).Close();
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(IPAddress.Parse("192.0.2.1").ToString(), Details(conversation).Answers[0].Data);
    }

    [Theory]
    [InlineData(1, "deep.example")]
    [InlineData(127, "deep.example")]
    [InlineData(128, null)]
    public void A_chain_of_pointers_is_no_longer_than_a_name_can_be(int pointers, string? expected)
    {
        byte[] name = Name("deep.example");
        byte[] chain = Bytes([.. Enumerable.Range(0, pointers).Select(i => U16(0xC000 | (i == 0 ? 0 : name.Length + (2 * (i - 1)))))]);
        int at = name.Length + chain.Length - 2;
        Assert.Equal(expected, NetMonitor.Inspection.Dns.DnsName.Read(Bytes(name, chain), ref at, unicode: false));
    }

    [Fact]
    public void Many_queries_may_wait_for_their_answers()
    {
        Conversation talk = new(53, TransportProtocol.UDP);
        for (int i = 0; i < InspectionLimits.DnsPending; i++)
        {
            talk.Datagram(Side.Originator, Ask(i + 1, $"n{i}.example", 1));
        }

        int named = 0;
        for (int i = 0; i < InspectionLimits.DnsPending; i++)
        {
            byte[] answer = Bytes(Header(i + 1, 0x8180, answers: 1), Question($"n{i}.example", 1), Record(ToQuestion, 1, 60, 192, 0, 2, i));
            talk.Datagram(Side.Responder, answer);
            named += talk.Flow.Resolutions!.Waiting.Length;
            talk.Flow.Resolutions.Clear();
        }

        Assert.Equal(InspectionLimits.DnsPending, named);
    }
}
