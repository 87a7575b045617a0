using System.Net;
using NetMonitor.Attribution.Neighbors;
using NetMonitor.Monitoring;
using NetMonitor.Packets;
using NetMonitor.Tests.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class NeighborTests
{
    private const string RouterMac = "00005e005301";
    private static readonly IPAddressValue Router = Address("fe80::1");

    private readonly NeighborTable _table = new();

    [Fact]
    public void A_request_tells_of_its_sender_and_a_reply_of_both()
    {
        _table.SeeArp(Wire.Arp(1), interfaceId: 0, now: 1);
        Assert.Equal([Address("10.0.0.1")], All().Select(neighbor => neighbor.AddressValue));
        _table.SeeArp(Wire.Arp(2), interfaceId: 0, now: 2_000_000_000);
        NetNeighbor[] both = [.. All()];
        Assert.Equal(["02:00:00:00:00:01", "02:00:00:00:00:02"], both.Select(neighbor => neighbor.LinkLayerAddress));
        Assert.All(both, neighbor => Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(2), neighbor.LastSeen));
        Assert.All(both, neighbor => Assert.True(neighbor.IsLocallyAdministered));
        Assert.All(both, neighbor => Assert.Equal("eth0", neighbor.Interface));
    }

    [Theory]
    [InlineData("87 00 0000 00000000 20010db8000000000000000000000009 01 01 00005e005301", "fe80::1", false)] // solicitation: the sender's
    [InlineData("88 00 0000 60000000 20010db8000000000000000000000009 02 01 00005e005301", "2001:db8::9", false)] // advertisement: the target's
    [InlineData("85 00 0000 00000000 01 01 00005e005301", "fe80::1", false)]
    [InlineData("86 00 0000 40 00 0708 00000000 00000000 05 01 0000000005dc 01 01 00005e005301", "fe80::1", true)] // MTU first
    [InlineData("86 00 0000 40 00 0000 00000000 00000000 01 01 00005e005301", "fe80::1", false)] // a router, but not a default one
    public void Neighbor_Discovery_tells_of_neighbors(string message, string address, bool isGateway)
    {
        byte[] bytes = Wire.Hex(message);
        _table.SeeDiscovery(Router, bytes, interfaceId: 0, now: 1);
        NetNeighbor found = Assert.Single(All());
        Assert.Equal((IPAddress.Parse(address), "00:00:5e:00:53:01", "ICANN, IANA Department", isGateway),
            (found.Address, found.LinkLayerAddress, found.Vendor, found.IsGateway));
        for (int length = 0; length < bytes.Length; length++)
        {
            var cut = new NeighborTable();
            cut.SeeDiscovery(Router, bytes.AsSpan(0, length), 0, 1);
            Assert.Equal(0, cut.Count);
        }
    }

    [Theory]
    [InlineData("87 00 0000 00000000 20010db8000000000000000000000009 01 00 00005e005301")] // an option without length
    [InlineData("87 00 0000 00000000 20010db8000000000000000000000009 01 01 ffffffffffff")] // everybody is nobody's neighbor
    [InlineData("87 00 0000 00000000 20010db8000000000000000000000009 01 01 000000000000")]
    [InlineData("80 00 0000 00000000 20010db8000000000000000000000009 01 01 00005e005301")] // an echo
    public void What_cannot_be_is_not_believed(string message)
    {
        _table.SeeDiscovery(Router, Wire.Hex(message), 0, 1);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void The_table_is_bounded_and_forgets_the_oldest()
    {
        for (int i = 0; i <= NeighborTable.Limit; i++)
        {
            byte[] arp = Wire.Arp(1);
            (arp[15], arp[16], arp[17]) = ((byte)(i >> 16), (byte)(i >> 8), (byte)i);
            _table.SeeArp(arp, 0, i + 1);
        }

        Assert.InRange(_table.Count, NeighborTable.Limit / 2, NeighborTable.Limit);
        Assert.Equal(default, _table.Find(Address("10.0.0.0")));
        Assert.NotEqual(default, _table.Find(new IPAddressValue(0, 0xFFFF_0A00_0000UL | (ulong)NeighborTable.Limit)));
    }

    [Fact]
    public void A_row_of_the_kernels_table()
    {
        // nlmsghdr, ndmsg (AF_INET, index 2, NUD_STALE), NDA_DST 10.0.0.1, NDA_LLADDR; then one without a MAC address; then the end.
        byte[] dump = Wire.Join(
            Row("02000000 02000000 0400 00 01", "0800 0100 0a000001", "0a00 0200 00005e005301 0000"),
            Row("02000000 02000000 2000 00 01", "0800 0100 0a000002"),
            Wire.Hex("14000000 0300 0200 00000000 00000000 00000000"));
        var rows = new List<LinuxNeighbor>();
        Assert.False(LinuxNeighborTable.Parse(dump, rows));
        Assert.Equal([new LinuxNeighbor(Address("10.0.0.1"), HardwareAddress.From(Convert.FromHexString(RouterMac)), 2, NeighborState.Stale)], rows);
        for (int length = 0; length < dump.Length; length++)
        {
            LinuxNeighborTable.Parse(dump.AsSpan(0, length), []);
        }
    }

    [Fact]
    public void System_and_monitors_tell_of_one_neighbor_together()
    {
        HardwareAddress mac = HardwareAddress.From(Convert.FromHexString(RouterMac));
        NetNeighbor joined = Assert.Single(NeighborList.Join(
            [
                new NetNeighbor { AddressValue = Router, Hardware = mac, Interface = "eth0", State = NeighborState.Reachable },
                new NetNeighbor { AddressValue = Router, Hardware = mac, LastSeen = DateTimeOffset.UnixEpoch },
            ],
            new HashSet<IPAddressValue> { Router }));
        Assert.Equal(("eth0", NeighborState.Reachable, DateTimeOffset.UnixEpoch, true), (joined.Interface, joined.State, joined.LastSeen, joined.IsGateway));
    }

    private IEnumerable<NetNeighbor> All() => _table.ToList(_ => "eth0").OrderBy(neighbor => neighbor.AddressValue);

    private static byte[] Row(params string[] parts)
    {
        byte[] body = Wire.Hex(string.Concat(parts));
        return Wire.Join(BitConverter.GetBytes(16 + body.Length), Wire.Hex("1c00 0200 00000000 00000000"), body);
    }

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
