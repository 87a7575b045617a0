using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Tunnels.TunnelBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tunnels;

public sealed class GtpTests
{
    private static Conversation Udp(ushort port) => new(port, TransportProtocol.UDP);

    [Fact]
    public void Version_2_and_its_access_point()
    {
        Conversation conversation = Udp(2123).Datagram(Side.Originator, GtpCreateSession);
        Assert.Equal("GTP-C", conversation.Flow.Application);
        Assert.Equal(new GtpDetails { Version = 2, Message = "Create Session Request", Teid = 0, AccessPointName = "internet.org" }, conversation.Flow.Details);
        int version = conversation.Flow.Version;
        Assert.Equal(version, conversation.Datagram(Side.Originator, GtpCreateSession).Flow.Version);
    }

    [Fact]
    public void Version_1_and_its_access_point()
    {
        Conversation conversation = Udp(2123).Datagram(Side.Originator, GtpCreateContext);
        Assert.Equal(new GtpDetails { Version = 1, Message = "Create PDP Context Request", Teid = 0, AccessPointName = "internet" }, conversation.Flow.Details);
    }

    [Fact]
    public void An_echo_of_the_user_plane() =>
        Assert.Equal("GTP-U", Udp(2152).Datagram(Side.Originator, Bytes(0x32, 1, U16(4), 0u, 0, 1, 0, 0)).Flow.Application);

    [Fact]
    public void What_does_not_fit_is_not_it()
    {
        Assert.Null(Udp(31_000).Datagram(Side.Originator, GtpCreateSession).Flow.Application); // another port
        Assert.Null(Udp(2123).Datagram(Side.Originator, Bytes(GtpCreateContext, 0)).Flow.Application);
        Assert.Null(Udp(2123).Datagram(Side.Originator, Bytes(0x37, 3, 0, 0, 0x42, 0, 0, 0)).Flow.Application); // optional fields announced, not there
    }
}
