using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Tunnels.TunnelBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tunnels;

public sealed class WireGuardTests
{
    private static Conversation Udp(ushort port = 31_000) => new(port, TransportProtocol.UDP);

    private static WireGuardDetails Details(Conversation conversation) => Assert.IsType<WireGuardDetails>(conversation.Flow.Details);

    [Fact]
    public void A_handshake_and_data()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, WireGuardInitiation);
        Assert.Equal(("WireGuard", Confidence.Signature), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.Equal((0x44332211u, null), (Details(conversation).InitiatorIndex, Details(conversation).ResponderIndex));
        conversation.Datagram(Side.Responder, WireGuardCookie).Datagram(Side.Responder, WireGuardResponse).Datagram(Side.Originator, WireGuardData(0, 32));
        Assert.Equal(new WireGuardDetails { InitiatorIndex = 0x44332211, ResponderIndex = 0x88776655, CookieSeen = true, DataSeen = true }, Details(conversation));
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void From_either_side()
    {
        Assert.Equal("WireGuard", Udp().Datagram(Side.Responder, WireGuardResponse).Flow.Application);
        Assert.Equal("WireGuard", Udp().Datagram(Side.Responder, WireGuardCookie).Flow.Application);
    }

    [Fact]
    public void Data_alone_must_be_followed_by_its_like()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, WireGuardData(7));
        Assert.Equal(("WireGuard", Confidence.Heuristic), (conversation.Flow.Application, conversation.Flow.Confidence));
        conversation.Datagram(Side.Originator, WireGuardData(8, 1424));
        Assert.Equal(("WireGuard", Confidence.Signature), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.True(conversation.Flow.IsFinished);

        Assert.Null(Udp().Datagram(Side.Originator, WireGuardData(7)).Datagram(Side.Originator, WireGuardData(8, index: 0x56)).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, WireGuardData(7)).Datagram(Side.Originator, Bytes("something else entirely, 32 bytes")).Flow.Application);
    }

    [Fact]
    public void Lengths_and_zeros_must_be_right()
    {
        byte[] reserved = [.. WireGuardInitiation];
        reserved[2] = 1;
        byte[] zeros = Bytes(1, new byte[147]);
        byte[] dceRpc = Bytes(4, 0, 0, 0, 0x10, 0, 0, 0, new byte[8], Cipher(64)); // request of version 4: flags, representation, object
        byte[][] datagrams = [reserved, WireGuardInitiation[..^1], Bytes(WireGuardResponse, 1), WireGuardCookie[..48], WireGuardData(1)[..^1], zeros, dceRpc];
        Assert.All(datagrams, datagram => Assert.Null(Udp().Datagram(Side.Originator, datagram).Flow.Application));
    }
}
