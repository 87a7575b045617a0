using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Tunnels.TunnelBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tunnels;

public sealed class TunnelSignaturesTests
{
    private static string? Udp(ushort port, byte[] datagram) => new Conversation(port, TransportProtocol.UDP).Datagram(Side.Originator, datagram).Flow.Application;

    [Fact]
    public void L2tp_control_messages()
    {
        Assert.Equal("L2TP", Udp(31_000, L2tpStart));
        byte[] acknowledgment = Bytes(0xC8, 2, 0, 12, 0, 1, 0, 0, 0, 1, 0, 1);
        Assert.Equal("L2TP", Udp(1701, acknowledgment));
        Assert.Null(Udp(31_000, acknowledgment));
        Assert.Null(Udp(1701, L2tpStart[..^1]));
    }

    [Fact]
    public void Pptp_by_its_cookie()
    {
        Assert.Equal("PPTP", new Conversation(31_000).Drip(Side.Originator, PptpStart).Flow.Application);
        Assert.Equal("PPTP", new Conversation(31_000).Server(PptpStart).Flow.Application);
        Assert.Null(new Conversation(31_000).Client(Bytes(0, 156, 0, 1, 0x1A2B3C4Eu, new byte[148])).Flow.Application);
    }
}
