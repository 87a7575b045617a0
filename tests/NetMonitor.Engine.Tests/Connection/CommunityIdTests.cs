using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Connection;

/// <summary>Values from the specification's own examples (github.com/corelight/community-id-spec, baseline files, seed 0).</summary>
public sealed class CommunityIdTests
{
    [Theory]
    [InlineData(TransportProtocol.TCP, "128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData(TransportProtocol.TCP, "66.35.250.204", 80, "128.232.110.120", 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData(TransportProtocol.UDP, "192.168.1.52", 54585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    [InlineData(TransportProtocol.SCTP, "192.168.170.8", 7, "192.168.170.56", 80, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=")]
    [InlineData(TransportProtocol.TCP, "2001:470:e5bf:dead:4957:2174:e82c:4887", 63943, "2607:f8b0:400c:c03::1a", 25, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=")]
    public void Hashes_endpoints_whichever_way_they_are_given(TransportProtocol protocol, string from, int fromPort, string to, int toPort, string expected) =>
        Assert.Equal(expected, Row(protocol, from, to, (ushort)fromPort, (ushort)toPort).CommunityId);

    [Theory]
    [InlineData("192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")]
    [InlineData("192.168.0.1", "192.168.0.89", 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")]
    public void Icmp_type_and_counterpart_stand_for_ports(string from, string to, byte type, byte code, string expected)
    {
        NetConnection row = new()
        {
            Protocol = TransportProtocol.ICMP,
            Local = Address(from),
            Remote = Address(to),
            IcmpFirst = (type, code),
            LocalSentFirst = true,
        };
        Assert.Equal(expected, row.CommunityId);
    }

    [Fact]
    public void Arp_has_none() => Assert.Null(Row(TransportProtocol.ARP, "192.0.2.1", "192.0.2.2", 0, 0).CommunityId);

    private static NetConnection Row(TransportProtocol protocol, string from, string to, ushort fromPort, ushort toPort) => new()
    {
        Protocol = protocol,
        Local = Address(from),
        Remote = Address(to),
        HasPorts = true,
        LocalPortValue = fromPort,
        RemotePortValue = toPort,
        LocalSentFirst = true,
    };

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
