using NetMonitor.Inspection;
using NetMonitor.Inspection.Proxies;
using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Proxies;

public sealed class SocksInspectorTests
{
    private static readonly byte[] Greeting = [5, 2, 0, 2];
    private static readonly byte[] Password = Bytes(1, Vector8("alice"), Vector8("correct horse"));
    private static readonly byte[] Request = Bytes(5, 1, 0, 3, Vector8("www.example.com"), U16(443));
    private static readonly byte[] Granted = Bytes(5, 0, 0, 1, new byte[4], U16(0));
    private static readonly byte[] Hello = TlsBytes.Record(22, TlsBytes.ModernClientHello);

    private static SocksDetails Details(Conversation conversation) => Assert.IsType<SocksDetails>(conversation.Flow.Details);

    [Fact]
    public void What_runs_inside_is_found_and_the_target_known()
    {
        Conversation conversation = new Conversation(port: 9050).Client(Greeting);
        Assert.Equal(("SOCKS", Confidence.Heuristic), (conversation.Flow.Application, conversation.Flow.Confidence));
        conversation.Server([5, 0]).Client(Request).Server(Granted).Client(Hello);

        Assert.Equal("HTTPS", conversation.Flow.Application);
        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("www.example.com", tls.Sni);
        SocksDetails socks = Assert.IsType<SocksDetails>(tls.Outer);
        Assert.Equal(("www.example.com", 443, 5), (socks.TargetHost, socks.TargetPort, socks.Version));
        Assert.True(socks.Granted);
        Assert.Equal("SOCKS5 Connect www.example.com:443", socks.Summary);
    }

    [Fact]
    public void A_reply_of_a_database_is_not_a_request_of_SOCKS_4()
    {
        // TDS: the end of a table, joined late. As SOCKS it would be for port 17 of 1.58.1.0, of a user "ý".
        Conversation conversation = new Conversation(port: 1433).Server([4, 1, 0, 17, 1, 58, 1, 0, 0xFD, 0, 0, 0xD5, 0, 0, 0, 0, 0]).Close();

        Assert.NotEqual("SOCKS", conversation.Flow.Application);
    }

    [Fact]
    public void Passwords_are_passed_over()
    {
        Conversation conversation = new Conversation(port: 1080).Client(Greeting).Server([5, 2]).Client(Password).Server([1, 0]).Client(Request);
        Assert.Equal("alice", Details(conversation).User);
        Assert.Equal(("SOCKS", Confidence.Decoded), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.DoesNotContain("horse", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
        Assert.Equal("www.example.com", Details(conversation).TargetHost);
    }

    [Fact]
    public void Any_split_gives_the_same()
    {
        (Side From, byte[] Bytes)[] dialog =
        [
            (Side.Originator, Greeting), (Side.Responder, [5, 2]), (Side.Originator, Password), (Side.Responder, [1, 0]), (Side.Originator, Request),
            (Side.Responder, Granted), (Side.Originator, Hello), (Side.Responder, TlsBytes.Record(22, TlsBytes.ServerHello13)),
        ];
        Conversation whole = new(port: 1080);
        Conversation dripped = new(port: 1080);
        foreach ((Side from, byte[] bytes) in dialog)
        {
            _ = from == Side.Originator ? whole.Client(bytes) : whole.Server(bytes);
            dripped.Drip(from, bytes);
        }

        Assert.Equal("TLS 1.3", Assert.IsType<TlsDetails>(whole.Flow.Details).Version);
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));
    }

    [Fact]
    public void A_client_in_a_hurry_is_understood()
    {
        Conversation conversation = new Conversation(port: 1080).Client(Bytes(new byte[] { 5, 1, 0 }, Request, Hello)).Server(Bytes(5, 0, Granted));
        Assert.Equal("www.example.com", Assert.IsType<TlsDetails>(conversation.Flow.Details).Sni);
    }

    [Theory]
    [InlineData("04 01 01BB C6336407 6A6F65 00", "198.51.100.7", "joe")]
    [InlineData("04 01 01BB 00000001 00 7777772E6578616D706C652E636F6D 00", "www.example.com", null)]
    public void Version_4_names_its_target_too(string request, string host, string? user)
    {
        byte[] bytes = Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal));
        Conversation conversation = new Conversation(port: 1080).Drip(Side.Originator, bytes);
        SocksDetails details = Details(conversation);
        Assert.Equal((4, host, user, 443), (details.Version, details.TargetHost, details.User, details.TargetPort));
        conversation.Server(Bytes(0, 90, U16(443), new byte[4])).Client(Hello);
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.True(Assert.IsType<SocksDetails>(conversation.Flow.Details?.Outer).Granted);

        Conversation refused = new Conversation(port: 1080).Client(bytes).Server(Bytes(0, 91, new byte[6]));
        Assert.Equal((false, "rejected or failed"), (Details(refused).Granted, Details(refused).Refusal));
        Assert.True(refused.Flow.IsFinished);
    }

    [Fact]
    public void Refusals_are_told()
    {
        Conversation conversation = new Conversation(port: 1080).Client([5, 1, 0]).Server([5, 255]);
        Assert.Equal("no acceptable method", Details(conversation).Refusal);
        conversation = new Conversation(port: 1080).Client(Greeting).Server([5, 2]).Client(Password).Server([1, 1]);
        Assert.Equal("authentication failed", Details(conversation).Refusal);
        conversation = new Conversation(port: 1080).Client(Greeting).Server([5, 0]).Client(Request).Server(Bytes(5, 5, 0, 1, new byte[6]));
        Assert.Equal("SOCKS5 Connect www.example.com:443: connection refused", Details(conversation).Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Datagrams_and_bindings_are_followed_no_further()
    {
        byte[] associate = Bytes(5, 3, 0, 4, new byte[16], U16(0));
        Conversation conversation = new Conversation(port: 1080).Client(Greeting).Server([5, 0]).Client(associate).Server(Granted);
        Assert.Equal((SocksCommand.UdpAssociate, "::", true), (Details(conversation).Command, Details(conversation).TargetHost, Details(conversation).Granted));
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void A_greeting_that_no_proxy_answers_is_nothing()
    {
        Conversation conversation = new Conversation(port: 4444).Client([5, 1, 0]).Server("220 hello\r\n"u8);
        Assert.NotEqual("SOCKS", conversation.Flow.Application);
        Assert.Null(conversation.Flow.Details);
    }

    [Theory]
    [InlineData("05000B0310000000")]             // DCE/RPC bind
    [InlineData("050200")]                       // one method to come, and then
    [InlineData("05020000")]                     // the same method twice
    [InlineData("050163")]                       // a method that nobody registered
    [InlineData("0400000101000000160001")]       // Cassandra
    [InlineData("0401000101000000160001")]       // Cassandra, compressed
    [InlineData("040101BBC6336407FFFF0D0A")]
    [InlineData("1603010100")]
    [InlineData("474554202F")]
    public void Others_are_not_taken_for_it(string bytes)
    {
        Match match = SocksInspector.Probe(new FlowContext(TransportProtocol.TCP, 1, 1080), Side.Originator, Convert.FromHexString(bytes));
        Assert.Equal(bytes == "050200" ? Match.NeedMore : Match.No, match);
    }

    [Fact]
    public void A_greeting_that_goes_on_as_something_else_is_taken_back()
    {
        Conversation conversation = new(1080);
        Assert.NotEqual("SOCKS", conversation.Client(Convert.FromHexString("05010047")).Flow.Application);
    }

    [Fact]
    public void Mutated_dialogs_do_no_harm()
    {
        Random random = new(6);
        for (int i = 0; i < 3000; i++)
        {
            byte[] client = Bytes(Greeting, Password, Request, Hello);
            byte[] server = Bytes(5, 2, 1, 0, Granted);
            client[random.Next(50)] = (byte)random.Next(256);
            server[random.Next(server.Length)] = (byte)random.Next(256);
            Conversation conversation = new Conversation(port: 1080).Client(client).Server(server).Close();
            Assert.Equal(0, conversation.Flow.Buffered);
        }
    }
}
