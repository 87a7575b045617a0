using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Routing;

public sealed class RoutingSignaturesTests
{
    private static readonly byte[] RipRequest = Bytes(1, 2, 0, 0, 0, 0, 0, 0, new byte[12], 16u);
    private static readonly byte[] RipNg = Bytes(2, 1, 0, 0, new byte[16], 0, 0, 0, 16);
    private static readonly byte[] Hsrp = Bytes(0, 0, 16, 3, 10, 100, 1, 0, "cisco\0\0\0", 192, 0, 2, 1);
    private static readonly byte[] Bfd = Bytes(0x20, 0xC0, 3, 24, 0x01020304u, 0u, 1_000_000u, 1_000_000u, 0u);
    private static readonly byte[] LdpHello = Bytes(0, 1, 0, 30, 192, 0, 2, 1, 0, 0, 1, 0, 0, 20, 1u, 4, 0, 0, 4, 0, 15, 0, 0, 4, 1, 0, 4, 192, 0, 2, 1)[..34];
    private static readonly byte[] LdpInitialization = Bytes(0, 1, 0, 32, 192, 0, 2, 1, 0, 0, 2, 0, 0, 22, 1u, 5, 0, 0, 14, 0, 1, 0, 180, new byte[10]);

    public static TheoryData<int, byte[], string> Datagrams => new()
    {
        { 520, RipRequest, "RIP" }, { 521, RipNg, "RIP" }, { 1985, Hsrp, "HSRP" }, { 3784, Bfd, "BFD" }, { 4784, Bfd, "BFD" }, { 646, LdpHello, "LDP" },
    };

    [Theory]
    [MemberData(nameof(Datagrams))]
    public void They_are_told_on_their_ports(int port, byte[] datagram, string name)
    {
        Conversation conversation = new Conversation((ushort)port, TransportProtocol.UDP).Datagram(Side.Originator, datagram);
        Assert.Equal((name, Confidence.Signature), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.True(conversation.Flow.IsFinished);
        Assert.Null(new Conversation(31_000, TransportProtocol.UDP).Datagram(Side.Originator, datagram).Flow.Application);
        Assert.Null(new Conversation((ushort)port, TransportProtocol.UDP).Datagram(Side.Originator, Bytes(9, datagram[1..])).Flow.Application);
        Assert.Null(new Conversation((ushort)port, TransportProtocol.UDP).Datagram(Side.Originator, datagram.AsSpan(0, 11)).Flow.Application);
    }

    [Fact]
    public void Ldp_over_tcp()
    {
        Assert.Equal("LDP", new Conversation(646).Drip(Side.Originator, LdpInitialization).Flow.Application);
        Assert.Null(new Conversation(31_000).Client(LdpInitialization).Flow.Application);
    }
}
