using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Tunnels.TunnelBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tunnels;

public sealed class IkeTests
{
    private static Conversation Udp(ushort port = 500) => new(port, TransportProtocol.UDP, port);

    private static IkeDetails Details(Conversation conversation) => Assert.IsType<IkeDetails>(conversation.Flow.Details);

    [Theory]
    [InlineData(500)]
    [InlineData(31_000)]
    public void Version_2_with_proposals_and_vendors(int port)
    {
        Conversation conversation = Udp((ushort)port).Datagram(Side.Originator, IkeInit).Datagram(Side.Responder, IkeAnswer);
        Assert.Equal(("IKE", Confidence.Decoded), (conversation.Flow.Application, conversation.Flow.Confidence));
        IkeDetails details = Details(conversation);
        Assert.Equal(("IKEv2", "IKE_SA_INIT"), (details.Version, details.Exchange));
        Assert.Equal("AES-CBC-256/SHA2-256-128/PRF-SHA2-256/CURVE25519", details.Offered);
        Assert.Equal("AES-CBC-256/SHA2-256-128/PRF-SHA2-256/MODP2048", details.Chosen);
        Assert.Equal(["NAT-T (RFC 3947)", "strongSwan 6"], details.VendorIds);
        Assert.Equal(("a1b2c3d4e5f60718", "1122334455667788"), (details.InitiatorSpi, details.ResponderSpi));
        Assert.False(details.NatTraversal);

        int version = conversation.Flow.Version;
        conversation.Datagram(Side.Responder, IkeAnswer);
        Assert.Equal(version, conversation.Flow.Version);
    }

    [Fact]
    public void Version_1()
    {
        IkeDetails details = Details(Udp().Datagram(Side.Originator, IkeMain));
        Assert.Equal(("IKEv1", "Main Mode", "3DES-CBC/SHA1/PSK/MODP1024"), (details.Version, details.Exchange, details.Offered));
        Assert.Null(details.ResponderSpi);
    }

    [Fact]
    public void Behind_nat_the_marker_keepalives_and_esp()
    {
        Conversation conversation = Udp(4500).Datagram(Side.Originator, Bytes(0u, IkeInit)).Datagram(Side.Originator, Bytes(0xFF));
        Assert.True(Details(conversation).NatTraversal);
        Assert.False(conversation.Flow.IsFinished);
        conversation.Datagram(Side.Originator, Esp);
        Assert.True(Details(conversation).EspSeen);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Esp_alone_is_a_guess_and_on_its_port_only()
    {
        Conversation conversation = Udp(4500).Datagram(Side.Originator, Esp);
        Assert.Equal(("ESP", Confidence.Heuristic), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.Null(Udp(4501).Datagram(Side.Originator, Esp).Flow.Application);
    }

    [Fact]
    public void Lengths_versions_and_exchanges_must_be_right()
    {
        byte[] version = [.. IkeInit];
        version[17] = 0x30;
        byte[] exchange = [.. IkeInit];
        exchange[18] = 2; // version 1's
        byte[] spi = [.. IkeInit];
        spi.AsSpan(0, 8).Clear();
        Assert.All((byte[][])[version, exchange, spi, IkeInit[..^1], Bytes(IkeInit, 0)],
            datagram => Assert.Null(Udp(31_000).Datagram(Side.Originator, datagram).Flow.Application));
    }
}
