using System.Net;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Capture;

public class CaptureDevicesTests
{
    [Fact]
    public void Lists_loopback_with_its_address_and_counters()
    {
        NetInterface loopback = CaptureDevices.List().First(i => i.IsLoopback);
        Assert.True(loopback.IsUp);
        Assert.False(loopback.IsDefault);
        Assert.Contains(IPAddress.Loopback, loopback.Addresses);
        Assert.Null(loopback.PhysicalAddress);
        Assert.NotNull(loopback.BytesReceived);
        Assert.NotNull(loopback.PacketsSent);
        Assert.Equal("Loopback", loopback.LinkType);
    }

    [Fact]
    public void Orders_default_then_up_then_the_rest()
    {
        IReadOnlyList<NetInterface> list = CaptureDevices.List();
        Assert.Equal(list.Count, list.Select(i => i.Name).Distinct().Count());
        int[] ranks = [.. list.Select(i => i.IsDefault ? 0 : i.IsUp ? 1 : 2)];
        Assert.Equal(ranks.Order(), ranks);
        Assert.InRange(list.Count(i => i.IsDefault), 0, 1);
        string[] up = [.. list.Where(i => i.IsUp && !i.IsDefault).Select(i => i.Name)];
        Assert.Equal(up.Order(StringComparer.Ordinal), up);
        Assert.All(list, i => Assert.True(i.Speed is null or (> 0 and < 1_000_000_000_000_000)));
    }

    [Fact]
    public void The_default_IPv4_route_with_the_lowest_metric_wins()
    {
        const string Table =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n" +
            "eth9\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0\n" +         // a reject route
            "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n" +
            "eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n" +
            "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\n" +         // 0.0.0.0/1 is not the default route
            "eth1\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
        Assert.Equal("eth0", DefaultRoute.ParseIPv4(Table));
        Assert.Null(DefaultRoute.ParseIPv4(Table.Split('\n')[0]));
        Assert.Null(DefaultRoute.ParseIPv4(""));
    }

    [Fact]
    public void The_default_IPv6_route_with_the_lowest_metric_wins()
    {
        const string Zero = "00000000000000000000000000000000";
        const string Gateway = "fe800000000000000000000000000001";
        const string Table =
            $"{Zero} 00 {Zero} 00 {Zero} ffffffff 00000001 00000000 00200200       lo\n" +
            $"{Zero} 00 {Zero} 00 {Gateway} 00000400 00000001 00000000 00000003    wlan0\n" +
            $"{Zero} 00 {Zero} 00 {Gateway} 00000064 00000001 00000000 00000003     eth0\n" +
            $"fe800000000000000000000000000000 40 {Zero} 00 {Zero} 00000001 00000001 00000000 00000001     eth1\n";
        Assert.Equal("eth0", DefaultRoute.ParseIPv6(Table));
        Assert.Null(DefaultRoute.ParseIPv6(Table.Split('\n')[0]));
        Assert.Null(DefaultRoute.ParseIPv6("nonsense 1 2\n\n"));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.200.3.4", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.77", false)]
    [InlineData("2001:db8::77", false)]
    public void Host_addresses_know_what_is_local(string address, bool local)
    {
        using HostAddresses addresses = new();
        Assert.Equal(local, addresses.IsLocal(IPAddressValue.From(IPAddress.Parse(address))));
    }

    [Fact]
    public void Host_addresses_are_those_of_the_interfaces()
    {
        using HostAddresses addresses = new();
        addresses.Refresh();
        Assert.All(CaptureDevices.List().SelectMany(i => i.Addresses), a => Assert.True(addresses.IsLocal(IPAddressValue.From(a))));
        Assert.Contains(IPAddressValue.From(IPAddress.Loopback), addresses.Addresses);
    }
}
