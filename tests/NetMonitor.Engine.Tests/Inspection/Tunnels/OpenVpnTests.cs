using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Tunnels.TunnelBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tunnels;

public sealed class OpenVpnTests
{
    private static Conversation Udp(ushort port = 31_000) => new(port, TransportProtocol.UDP);

    private static OpenVpnDetails Details(Conversation conversation) => Assert.IsType<OpenVpnDetails>(conversation.Flow.Details);

    [Fact]
    public void Both_resets_over_udp()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, OpenVpnClient).Datagram(Side.Responder, OpenVpnServer);
        Assert.Equal(("OpenVPN", Confidence.Signature), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.Equal(new OpenVpnDetails { ControlChannel = "none", ClientSession = "a1b2c3d4e5f60718", ServerSession = "1122334455667788" }, Details(conversation));
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal("OpenVPN", Udp().Datagram(Side.Responder, OpenVpnServer).Flow.Application);
    }

    [Fact]
    public void Both_resets_over_tcp()
    {
        byte[] client = Vector16(OpenVpnClient);
        byte[] server = [.. Vector16(OpenVpnServer), .. Vector16(Cipher(200))];
        Conversation whole = new Conversation(443).Client(client).Server(server);
        Conversation dripped = new Conversation(443).Drip(Side.Originator, client).Drip(Side.Responder, server);
        Assert.Equal("OpenVPN", whole.Flow.Application);
        Assert.Equal("none answered", Details(whole).Summary);
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));
    }

    [Fact]
    public void The_protection_is_told()
    {
        Assert.All((int[])[16, 20, 32, 64], hmac => Assert.Equal("tls-auth", Details(Udp().Datagram(Side.Originator, OpenVpnAuth(hmac))).ControlChannel));
        Assert.Equal("tls-crypt", Details(Udp().Datagram(Side.Originator, OpenVpnCrypt)).ControlChannel);
        Assert.Equal("tls-crypt-v2", Details(Udp().Datagram(Side.Originator, OpenVpnCrypt2)).ControlChannel);
    }

    [Fact]
    public void What_only_begins_with_its_opcode_is_not_it()
    {
        byte[] noSession = Bytes(0x38, new byte[8], 0, 0u);
        byte[] laterPacket = Bytes(0x38, Session, 0, 1u);
        byte[] text = Bytes("8 bottles of beer"); // 0x38
        byte[][] datagrams = [noSession, laterPacket, text, OpenVpnAuth(21), OpenVpnCrypt[..^1], Bytes("@" + "home and elsewhere, 26 b"), Bytes(0x39, OpenVpnClient[1..])];
        Assert.All(datagrams, datagram => Assert.Null(Udp(1194).Datagram(Side.Originator, datagram).Flow.Application));
        Assert.Null(new Conversation(31_000).Client(Vector16(laterPacket)).Flow.Application);
    }
}
