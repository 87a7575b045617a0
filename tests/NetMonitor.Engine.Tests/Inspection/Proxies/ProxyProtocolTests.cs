using System.Net;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Proxies;
using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Proxies;

public sealed class ProxyProtocolTests
{
    private static readonly byte[] Signature = Convert.FromHexString("0D0A0D0A000D0A515549540A");
    private static readonly byte[] Hello = TlsBytes.Record(22, TlsBytes.ModernClientHello);

    private static readonly byte[] Version2 = Bytes(Signature, 0x21, 0x11, Vector16(
        new byte[] { 192, 0, 2, 1 }, new byte[] { 198, 51, 100, 1 }, U16(50000), U16(443),
        3, Vector16(new byte[4]), 2, Vector16("www.example.com")));

    private static ProxyProtocolDetails Outer(Conversation conversation) => Assert.IsType<ProxyProtocolDetails>(conversation.Flow.Details?.Outer);

    [Fact]
    public void Version_1_says_whose_connection_it_is()
    {
        byte[] bytes = Bytes("PROXY TCP4 192.0.2.1 198.51.100.1 50000 443\r\n", Hello);
        Conversation conversation = new Conversation(port: 8080).Client(bytes);
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.Equal("PROXY 192.0.2.1:50000 -> 198.51.100.1:443", Outer(conversation).Summary);
        Assert.Equal(Conversation.Tell(conversation.Flow), Conversation.Tell(new Conversation(port: 8080).Drip(Side.Originator, bytes).Flow));

        bytes = Bytes("PROXY TCP6 2001:db8::1 2001:db8::2 50000 443\r\n", Hello);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 50000), Outer(new Conversation().Client(bytes)).Source);
        Assert.Null(Outer(new Conversation().Client(Bytes("PROXY UNKNOWN ffff::\r\n", Hello))).Source);
    }

    [Fact]
    public void Version_2_says_it_in_binary()
    {
        byte[] bytes = Bytes(Version2, Hello);
        Conversation conversation = new Conversation(port: 8080).Client(bytes);
        ProxyProtocolDetails details = Outer(conversation);
        Assert.Equal((2, "www.example.com"), (details.Version, details.Authority));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 50000), details.Source);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 443), details.Destination);
        Assert.Equal(Conversation.Tell(conversation.Flow), Conversation.Tell(new Conversation(port: 8080).Drip(Side.Originator, bytes).Flow));
        Assert.Null(Outer(new Conversation().Client(Bytes(Signature, 0x20, 0, U16(0), Hello))).Source);
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 50000\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 50000 443 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 50000 70000\r\n")]
    [InlineData("PROXY TCP4 nowhere 198.51.100.1 50000 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 50000 443                                                                                        \r\n")]
    [InlineData("PROXY /index.html HTTP/1.1\r\n")]
    public void What_only_looks_like_it_is_not_it(string line)
    {
        Conversation conversation = new Conversation(port: 4444).Client(Bytes(line));
        Assert.NotEqual("PROXY", conversation.Flow.Application);
        Assert.IsNotType<ProxyProtocolDetails>(conversation.Flow.Details);
    }

    [Theory]
    [InlineData("0D0A0D0A000D0A515549540A3111000C")]  // no such version
    [InlineData("0D0A0D0A000D0A515549540A2151000C")]  // no such family
    [InlineData("0D0A0D0A000D0A515549540A2111FFFF")]  // too long
    [InlineData("0D0A474554")]
    public void Damaged_headers_are_not_taken(string bytes) => Assert.Equal(
        Match.No, ProxyProtocolInspector.Probe(new FlowContext(TransportProtocol.TCP, 1, 2), Side.Originator, Convert.FromHexString(bytes)));

    [Fact]
    public void Mutated_headers_do_no_harm()
    {
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = Bytes(random.Next(2) == 0 ? Version2 : Bytes("PROXY TCP4 192.0.2.1 198.51.100.1 50000 443\r\n"), Hello);
            bytes[random.Next(60)] = (byte)random.Next(256);
            Assert.Equal(0, new Conversation().Client(bytes).Close().Flow.Buffered);
        }
    }
}
