using NetMonitor.Packets;
using NetMonitor.Tests.Flows;
using NetMonitor.Tests.Packets;

namespace NetMonitor.Tests.Monitoring;

public sealed class CarriersTests
{
    [Theory]
    [InlineData(4789, "08000000 00001200", "VXLAN")]
    [InlineData(8472, "08000000 00001200", "VXLAN")]
    [InlineData(6081, "0000 6558 00001200", "Geneve")]
    public void A_UDP_connection_that_carries_others_has_its_tunnels_name(int port, string header, string name)
    {
        Conversation talk = new(local: null);
        talk.Frames(LinkType.Raw, Wire.IPv4(17, Wire.UdpTo(port, Wire.Join(Wire.Hex(header), Wire.EthernetUdpIn4))));
        NetConnection carrier = Assert.Single(talk.Rows(), row => row.Tunnel == TunnelKind.None);
        Assert.Equal((name, Confidence.Decoded), (carrier.Application, carrier.Confidence));
        Assert.Null(Assert.Single(talk.Rows(), row => row.Tunnel != TunnelKind.None).Application);
    }

    [Fact]
    public void So_has_one_that_began_with_something_else()
    {
        Conversation talk = new(local: null);
        talk.Frames(LinkType.Raw, Wire.IPv4(17, Wire.UdpTo(5247, Wire.Hex("00 100008 00000000 0023"))));
        Assert.Null(talk.Only.Application);
        talk.Frames(LinkType.Raw, Wire.IPv4(17, Wire.UdpTo(5247, Wire.Join(Wire.Hex("00 100200 00010000"), Wire.EthernetUdpIn4))));
        Assert.Equal("CAPWAP", Assert.Single(talk.Rows(), row => row.Tunnel == TunnelKind.None).Application);
    }

    [Fact]
    public void The_port_alone_names_nothing()
    {
        Conversation talk = new(local: null);
        talk.Frames(LinkType.Raw, Wire.IPv4(17, Wire.UdpTo(4789, Wire.Hex("0102030405060708"))));
        Assert.Null(talk.Only.Application);
    }
}
