using System.Net;
using NetMonitor.Attribution.Names;
using NetMonitor.Attribution.Neighbors;
using NetMonitor.Attribution.Places;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

/// <summary>The registries that the module carries, by facts that do not change from one edition to the next.</summary>
[Collection(Alone.Name)] // it counts garbage
public sealed class RegistriesTests
{
    [Theory]
    [InlineData(TransportProtocol.TCP, 443, "https")]
    [InlineData(TransportProtocol.UDP, 443, "https")]
    [InlineData(TransportProtocol.TCP, 80, "http")]
    [InlineData(TransportProtocol.TCP, 22, "ssh")]
    [InlineData(TransportProtocol.UDP, 53, "domain")]
    [InlineData(TransportProtocol.UDP, 123, "ntp")]
    [InlineData(TransportProtocol.TCP, 5432, "postgresql")]
    [InlineData(TransportProtocol.UDP, 5353, "mdns")]
    [InlineData(TransportProtocol.SCTP, 2905, "m3ua")]
    [InlineData(TransportProtocol.TCP, 60000, null)]
    [InlineData(TransportProtocol.ICMP, 443, null)]
    public void Services(TransportProtocol protocol, int port, string? name) => Assert.Equal(name, ServiceNames.Instance.Find(protocol, (ushort)port));

    [Fact]
    public void The_service_is_that_of_the_side_that_was_called()
    {
        ServiceNames names = ServiceNames.Instance;
        Assert.Equal("https", names.Find(TransportProtocol.TCP, local: 50000, remote: 443, ConnectionDirection.Outgoing));
        Assert.Equal("ssh", names.Find(TransportProtocol.TCP, local: 22, remote: 443, ConnectionDirection.Incoming));
        Assert.Null(names.Find(TransportProtocol.TCP, local: 22, remote: 60000, ConnectionDirection.Outgoing));
        Assert.Equal("ssh", names.Find(TransportProtocol.TCP, local: 22, remote: 60000, direction: null));
    }

    [Theory]
    [InlineData("00000c010203", "Cisco Systems, Inc")]
    [InlineData("00005e005301", "ICANN, IANA Department")]
    [InlineData("080027010203", "PCS Systemtechnik GmbH")]
    [InlineData("020000000001", null)]      // chosen by software
    [InlineData("ffffffffffff", null)]      // everybody
    [InlineData("01005e000001", null)]      // a group
    public void Vendors(string address, string? vendor) =>
        Assert.Equal(vendor, HardwareVendors.Instance.Find(HardwareAddress.From(Convert.FromHexString(address))));

    [Fact]
    public void Vendors_of_small_blocks_come_before_those_of_large_ones()
    {
        // 70:b3:d5 is a block of the registration authority itself, which gives its 4,096 parts to others (MA-S).
        string?[] names = [.. Enumerable.Range(0, 0x1000).Select(i => HardwareVendors.Instance.Find(new HardwareAddress((0x70B3D5000UL + (ulong)i) << 12)))];
        Assert.True(names.OfType<string>().Distinct().Count() > 1_000);
    }

    [Theory]
    [InlineData("8.8.8.8", "US", 15169L, "Google LLC")]
    [InlineData("1.1.1.1", "AU", 13335L, "Cloudflare, Inc.")]
    [InlineData("2001:4860:4860::8888", "US", 15169L, "Google LLC")]
    [InlineData("2606:4700:4700::1111", "US", 13335L, "Cloudflare, Inc.")]
    public void Places(string address, string country, long system, string organization) =>
        Assert.Equal(new Place(country, null, system, organization), RegisteredPlaces.Instance.Find(Address(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void Nobody_is_at_home_where_nobody_can_be(string address) => Assert.Null(RegisteredPlaces.Instance.Find(Address(address)));

    [Fact]
    public void Looking_for_a_place_again_costs_no_garbage_and_gives_the_same_object()
    {
        Place? first = RegisteredPlaces.Instance.Find(Address("8.8.8.8"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Place? again = RegisteredPlaces.Instance.Find(new IPAddressValue(0, 0xFFFF_0808_0404));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Same(first, again);
    }

    [Fact]
    public void The_documented_counts_are_those_of_the_files()
    {
        Dictionary<string, string> rows = DocumentedTables.Read("names.md", "Sources").DistinctBy(row => row[0]).ToDictionary(row => row[0], row => row[2]);
        Assert.Equal(rows["places.br"], $"{RegisteredPlaces.Instance.Ranges:N0} ranges");
        Assert.Equal(rows["vendors.br"], $"{HardwareVendors.Instance.Count:N0} blocks");
        Assert.Equal(rows["services.br"], $"{ServiceNames.Instance.Count:N0} ports");
    }

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
