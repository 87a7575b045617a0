using System.Net;
using NetMonitor.Attribution;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class SocketIndexTests
{
    private readonly SocketIndex _index = new();

    [Fact]
    public void The_socket_of_the_very_tuple_is_found_on_its_own_side_of_loopback()
    {
        _index.Load([Connected("127.0.0.1", 5_000, "127.0.0.1", 80, 1), Connected("127.0.0.1", 80, "127.0.0.1", 5_000, 2)]);
        Assert.Equal(1UL, Find("127.0.0.1", 5_000, "127.0.0.1", 80, out AttributionQuality quality)?.Number);
        Assert.Equal(AttributionQuality.Exact, quality);
        Assert.Equal(2UL, Find("127.0.0.1", 80, "127.0.0.1", 5_000, out _)?.Number);
    }

    [Fact]
    public void Without_it_the_one_that_listens_there_is_likely()
    {
        _index.Load([Bound("0.0.0.0", 80, 1), Bound("192.0.2.1", 80, 2)]);
        Assert.Equal(2UL, Find("192.0.2.1", 80, "198.51.100.1", 9, out AttributionQuality quality)?.Number);
        Assert.Equal(AttributionQuality.Listener, quality);
        Assert.Equal(1UL, Find("192.0.2.2", 80, "198.51.100.1", 9, out _)?.Number);
        Assert.Null(Find("192.0.2.1", 81, "198.51.100.1", 9, out _));
    }

    [Fact]
    public void Two_that_fit_alike_are_ambiguous()
    {
        _index.Load([Bound("0.0.0.0", 80, 1), Bound("0.0.0.0", 80, 2)]);
        Assert.Null(Find("192.0.2.1", 80, "198.51.100.1", 9, out _));
        Assert.True(_index.IsBound(TransportProtocol.TCP, Address("192.0.2.1"), 80)); // by whichever
        Assert.False(_index.IsBound(TransportProtocol.TCP, Address("192.0.2.1"), 81));
    }

    [Fact]
    public void An_IPv6_socket_serves_IPv4_unless_it_says_not()
    {
        _index.Load([Bound("::", 80, 1), Bound("::", 81, 2) with { IPv6Only = true }]);
        Assert.Equal(1UL, Find("192.0.2.1", 80, "198.51.100.1", 9, out _)?.Number);
        Assert.Null(Find("192.0.2.1", 81, "198.51.100.1", 9, out _));
        Assert.Equal(2UL, Find("2001:db8::1", 81, "2001:db8::2", 9, out _)?.Number);
    }

    [Fact]
    public void A_list_takes_the_place_of_the_last()
    {
        _index.Load([Bound("0.0.0.0", 80, 1)]);
        _index.Load([]);
        Assert.Null(Find("192.0.2.1", 80, "198.51.100.1", 9, out _));
    }

    private KernelSocket? Find(string local, ushort localPort, string remote, ushort remotePort, out AttributionQuality quality)
    {
        FlowKey key = FlowKey.Of(TransportProtocol.TCP, Address(local), localPort, Address(remote), remotePort, out int side);
        return _index.Find(key, side, out quality);
    }

    private static KernelSocket Connected(string local, ushort localPort, string remote, ushort remotePort, ulong number) =>
        Bound(local, localPort, number) with { Remote = Address(remote), RemotePort = remotePort, State = ConnectionState.ESTABLISHED };

    private static KernelSocket Bound(string local, ushort localPort, ulong number) =>
        new() { Protocol = TransportProtocol.TCP, Local = Address(local), LocalPort = localPort, Number = number };

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
