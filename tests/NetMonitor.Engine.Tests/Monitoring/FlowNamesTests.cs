using NetMonitor.Attribution.Names;
using NetMonitor.Packets;
using NetMonitor.Tests.Flows;
using NetMonitor.Tests.Packets;
using static NetMonitor.Tests.Inspection.Dns.DnsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Monitoring;

/// <summary>A lookup on the wire, then a connection that does not say its host's name: the shard puts them together.</summary>
public sealed class FlowNamesTests
{
    private const string ClientHex = "c000020a";    // Conversation.Client
    private const string ResolverHex = "c0000235";
    private const string OtherHex = "c000020b";
    private const ushort ClientPort = 40_000;
    private static readonly object[] ServerAddress = [198, 51, 100, 20]; // Conversation.Server

    private readonly Conversation _talk = new();

    private static byte[] Answer(string name, int id = 7) =>
        Bytes(Header(id, Response, answers: 1), Question(name, 1), Record(ToQuestion, 1, 60, ServerAddress));

    [Fact]
    public void A_name_looked_up_before_the_connection_is_its_name()
    {
        Lookup("shop.example.com");
        NetConnection row = Connect();
        Assert.Equal(("shop.example.com", HostNameSource.Dns), (row.HostName, row.HostNameSource));
        Assert.Equal("https", row.Service);
        Assert.Equal(AddressScope.Documentation, row.RemoteScope);
    }

    [Fact]
    public void The_name_asked_for_is_the_one_at_the_head_of_the_aliases()
    {
        Dns(Ask(7, "www.example.com", 1), fromClient: true);
        Dns(Bytes(Header(7, Response, answers: 3), Question("www.example.com", 1),
            Record(Name("b.cdn.example"), 1, 60, ServerAddress),               // out of order
            Record(ToQuestion, 5, 60, Name("a.cdn.example")),
            Record(Name("A.CDN.example"), 5, 60, Name("b.cdn.example"))), fromClient: false);
        Assert.Equal("www.example.com", Connect().HostName);
    }

    [Fact]
    public void Records_about_other_names_are_not_believed()
    {
        Dns(Ask(7, "www.example.com", 1), fromClient: true);
        Dns(Bytes(Header(7, Response, answers: 1), Question("www.example.com", 1), Record(Name("bank.example"), 1, 60, ServerAddress)), fromClient: false);
        Assert.Null(Connect().HostName);
    }

    [Theory]
    [InlineData(8, "www.example.com")]  // the id of no query
    [InlineData(7, "bank.example")]     // the id, but another question
    public void Nor_are_answers_that_nobody_asked_for(int id, string name)
    {
        Dns(Ask(7, "www.example.com", 1), fromClient: true);
        Dns(Answer(name, id), fromClient: false);
        Assert.Null(Connect().HostName);
    }

    [Fact]
    public void An_answer_to_another_host_is_not_this_hosts()
    {
        Dns(Ask(7, "www.example.com", 1), fromClient: true, client: OtherHex);
        Dns(Answer("www.example.com"), fromClient: false, client: OtherHex);
        Assert.Null(Connect().HostName);
    }

    [Fact]
    public void A_late_answer_still_names_the_connection_and_then_stays()
    {
        Assert.Null(Connect().HostName);
        _talk.Wait(5 * Conversation.Second);
        Lookup("late.example.com");
        Assert.Equal("late.example.com", Row().HostName);
        _talk.Wait(60 * Conversation.Second);
        Lookup("other.example.com");
        Assert.Equal("late.example.com", Row().HostName);
    }

    [Fact]
    public void A_late_answer_is_found_though_nobody_looked_in_time()
    {
        _talk.FromClient(TcpFlags.Syn).Wait(5 * Conversation.Second);
        Lookup("late.example.com");
        for (int i = 0; i < 10; i++)
        {
            _talk.Wait(6 * Conversation.Second);
            Lookup($"n{i}.example.com");
        }

        Assert.Equal("late.example.com", Row().HostName);
    }

    [Fact]
    public void An_answer_later_than_that_does_not()
    {
        Connect();
        _talk.Wait(ResolvedNames.Freshness + 1);
        Lookup("too-late.example.com");
        Assert.Null(Row().HostName);
    }

    [Fact]
    public void An_answer_over_TCP_counts_as_well()
    {
        byte[] ask = Tcp(Ask(7, "tcp.example.com", 1));
        byte[] answer = Tcp(Answer("tcp.example.com"));
        Segment("0018", 0, 0, [], fromClient: true, flags: 0x02);
        Segment("0018", 0, 1, [], fromClient: false, flags: 0x12);
        Segment("0018", 1, 1, ask, fromClient: true, flags: 0x18);
        Segment("0018", 1, (uint)(1 + ask.Length), answer, fromClient: false, flags: 0x18);
        Assert.Equal("tcp.example.com", Connect().HostName);
    }

    [Fact]
    public void What_a_host_announces_on_the_link_is_everybodys()
    {
        byte[] announcement = Bytes(Header(0, 0x8400, questions: 0, answers: 1), Record(Name("printer.local"), 1, 120, ServerAddress));
        _talk.Frames(LinkType.Ethernet, Wire.Ethernet(0x0800, Wire.IPv4(17, Udp(5353, 5353, announcement), from: "c6336414", to: "e00000fb")));
        NetConnection row = Connect();
        Assert.Equal(("printer.local", HostNameSource.Dns), (row.HostName, row.HostNameSource));
    }

    [Fact]
    public void A_neighbors_maker_is_that_of_its_network_card()
    {
        byte[] arp = Wire.Join(Wire.Hex("0001 0800 06 04 0002 00005e005301 c6336414 020000000001"), Wire.Hex(ClientHex));
        _talk.Frames(LinkType.Ethernet, Wire.Ethernet(0x0806, arp));
        Assert.Equal("ICANN, IANA Department", Connect().RemoteVendor);
    }

    private void Lookup(string name)
    {
        Dns(Ask(7, name, 1), fromClient: true);
        Dns(Answer(name), fromClient: false);
    }

    private void Dns(byte[] message, bool fromClient, string client = ClientHex) => _talk.Frames(LinkType.Ethernet, Wire.Ethernet(0x0800, Wire.IPv4(
        17,
        fromClient ? Udp(ClientPort, 53, message) : Udp(53, ClientPort, message),
        from: fromClient ? client : ResolverHex,
        to: fromClient ? ResolverHex : client)));

    private void Segment(string window, uint sequence, uint acknowledgment, byte[] payload, bool fromClient, byte flags)
    {
        byte[] tcp = Wire.Join(
            Wire.UInt16(fromClient ? ClientPort : 53), Wire.UInt16(fromClient ? 53 : ClientPort),
            Bytes(sequence + 1_000), Bytes(acknowledgment + 1_000), [0x50, flags], Wire.Hex(window), Wire.Hex("0000 0000"), payload);
        _talk.Frames(LinkType.Ethernet, Wire.Ethernet(0x0800, Wire.IPv4(
            6, tcp, from: fromClient ? ClientHex : ResolverHex, to: fromClient ? ResolverHex : ClientHex)));
    }

    private static byte[] Udp(int from, int to, byte[] payload) =>
        Wire.Join(Wire.UInt16(from), Wire.UInt16(to), Wire.UInt16(8 + payload.Length), Wire.Hex("0000"), payload);

    private NetConnection Connect()
    {
        _talk.Wait(Conversation.Second).FromClient(TcpFlags.Syn);
        return Row();
    }

    private NetConnection Row() => Assert.Single(_talk.Rows(), row => row.RemotePort == 443);
}
