using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
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
        Assert.False(conversation.Flow.IsFinished); // The handshake comes next.
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

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(64)]
    public void The_handshake_inside(int hmac)
    {
        byte[] signature = hmac == 0 ? [] : [.. Cipher(hmac), .. Bytes(2u, Time)];
        byte[][] client = [.. Record(22, ModernClientHello).Chunk(100).Select((part, i) => Control(Session, signature, i + 1, part, acks: i % 3))];
        byte[][] server = [.. Bytes(Record(22, ServerHello(0x0303, 0xC02F)), Record(22, Certificate(Certificates.Server)), Record(22, ServerKeyExchange(0x001D), ServerHelloDone))
            .Chunk(400).Select((part, i) => Control(ServerSession, signature, i + 1, part, acks: 1))];
        byte[][] resets = hmac == 0 ? [OpenVpnClient, OpenVpnServer] : [OpenVpnAuth(hmac), OpenVpnServerAuth(hmac)];

        Conversation udp = Udp().Datagram(Side.Originator, resets[0]).Datagram(Side.Responder, resets[1]);
        Array.ForEach(client.Reverse().Concat(client).ToArray(), packet => udp.Datagram(Side.Originator, packet)); // out of order, and each twice
        Array.ForEach(server, packet => udp.Datagram(Side.Responder, packet));
        AssertHandshake(udp);

        byte[] there = Bytes(Vector16(resets[0]), client.SelectMany(packet => Vector16(packet)).ToArray());
        byte[] back = Bytes(Vector16(resets[1]), server.SelectMany(packet => Vector16(packet)).ToArray(), Vector16(0x48, Cipher(100)));
        AssertHandshake(new Conversation(443).Client(there).Server(back));
        AssertHandshake(new Conversation(443).Drip(Side.Originator, there).Drip(Side.Responder, back));

        void AssertHandshake(Conversation conversation)
        {
            TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
            Assert.Equal(("www.example.com", "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), (tls.Sni, tls.Version, tls.CipherSuite));
            Assert.NotNull(tls.Certificate);
            Assert.Equal(hmac == 0 ? "none" : "tls-auth", Assert.IsType<OpenVpnDetails>(tls.Outer).ControlChannel);
            Assert.Equal(("OpenVPN", Confidence.Decoded), (conversation.Flow.Application, conversation.Flow.Confidence));
            Assert.True(conversation.Flow.IsFinished);
            Assert.Equal(0, conversation.Flow.Buffered);
        }
    }

    [Fact]
    public void Without_a_handshake_the_tunnel_is_still_known()
    {
        Conversation lost = Udp().Datagram(Side.Originator, OpenVpnClient).Datagram(Side.Responder, OpenVpnServer)
            .Datagram(Side.Originator, Control(Session, [], 2, Cipher(50), 0)) // the first packet is missing
            .Datagram(Side.Responder, Bytes(0x48, Cipher(90))).Datagram(Side.Originator, Bytes(0x30, Cipher(90)));
        Assert.Equal("none answered", Details(lost).Summary);
        Assert.True(lost.Flow.IsFinished);

        Conversation encrypted = Udp().Datagram(Side.Originator, OpenVpnCrypt).Datagram(Side.Responder, Bytes(0x40, ServerSession, 0x0F000001u, Time, Cipher(49)));
        Assert.Equal("tls-crypt answered", Details(encrypted).Summary);
        Assert.True(encrypted.Flow.IsFinished);

        Conversation silent = Udp();
        for (int i = 0; i < 16; i++)
        {
            silent.Datagram(Side.Originator, OpenVpnClient);
        }

        Assert.Equal("none", Details(silent).Summary);
        Assert.True(silent.Flow.IsFinished);
        Assert.Equal("none answered", Details(Udp().Datagram(Side.Originator, OpenVpnClient).Datagram(Side.Responder, OpenVpnServer)
            .Datagram(Side.Originator, Control(Session, [], 1, Bytes("no record of TLS"), 0))).Summary);
    }

    private static byte[] Control(byte[] session, byte[] signature, int number, byte[] payload, int acks) => Bytes(
        0x20, session, signature, acks, Enumerable.Range(0, acks).SelectMany(i => Bytes((uint)i)).ToArray(), acks == 0 ? [] : ServerSession, (uint)number, payload);

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
