using System.Net;
using NetMonitor.Attribution.Places;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class AddressScopesTests
{
    [Fact]
    public void The_documented_rules_are_those_in_force() => Assert.Equal(
        DocumentedTables.Read("names.md", "Scopes").Select(row => (row[0], row[1], row[2])),
        AddressScopes.Rules.Select(rule => (rule.Network, rule.Scope.ToString(), rule.Source)));

    [Fact]
    public void Every_rule_can_win()
    {
        foreach (ScopeRule rule in AddressScopes.Rules)
        {
            IPNetwork network = IPNetwork.Parse(rule.Network);
            byte[] last = network.BaseAddress.GetAddressBytes();
            for (int bit = network.PrefixLength; bit < last.Length * 8; bit++)
            {
                last[bit / 8] |= (byte)(0x80 >> (bit % 8));
            }

            // The first rule that holds the last address of the range has its scope, or is a smaller one inside of it.
            AddressScope scope = AddressScopes.Of(IPAddressValue.From(new IPAddress(last)));
            Assert.Contains(AddressScopes.Rules, other => other.Scope == scope && other.Holds(IPAddressValue.From(new IPAddress(last))));
            Assert.Equal(rule, AddressScopes.Rules.First(other => other.Network == rule.Network));
        }
    }

    [Theory]
    [InlineData("9.255.255.255", AddressScope.Public)]
    [InlineData("10.0.0.1", AddressScope.Private)]
    [InlineData("100.63.255.255", AddressScope.Public)]
    [InlineData("100.64.0.0", AddressScope.CarrierNat)]
    [InlineData("100.127.255.255", AddressScope.CarrierNat)]
    [InlineData("100.128.0.0", AddressScope.Public)]
    [InlineData("172.31.255.255", AddressScope.Private)]
    [InlineData("172.32.0.0", AddressScope.Public)]
    [InlineData("192.0.0.9", AddressScope.Public)]
    [InlineData("192.0.0.8", AddressScope.Reserved)]
    [InlineData("198.19.255.255", AddressScope.Benchmarking)]
    [InlineData("255.255.255.255", AddressScope.Broadcast)]
    [InlineData("255.255.255.254", AddressScope.Reserved)]
    [InlineData("233.252.0.1", AddressScope.Documentation)]
    [InlineData("0.0.0.0", AddressScope.Unspecified)]
    [InlineData("0.0.0.1", AddressScope.Reserved)]
    [InlineData("::", AddressScope.Unspecified)]
    [InlineData("::1", AddressScope.Loopback)]
    [InlineData("::ffff:127.0.0.1", AddressScope.Loopback)]
    [InlineData("2606:4700:4700::1111", AddressScope.Public)]
    [InlineData("64:ff9b::808:808", AddressScope.Public)]
    [InlineData("fd00::1", AddressScope.Private)]
    [InlineData("febf::1", AddressScope.LinkLocal)]
    [InlineData("ff02::fb", AddressScope.Multicast)]
    [InlineData("4000::1", AddressScope.Reserved)]
    [InlineData("3fff:fff::1", AddressScope.Documentation)]
    public void Known_addresses(string address, AddressScope scope) =>
        Assert.Equal(scope, AddressScopes.Of(IPAddressValue.From(IPAddress.Parse(address))));
}
