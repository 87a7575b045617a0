using System.Globalization;
using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Places;

/// <summary>A range of special addresses.</summary>
/// <param name="Network">The range.</param>
/// <param name="Scope">What its addresses are for.</param>
/// <param name="Source">The document that says so.</param>
internal sealed record ScopeRule(string Network, AddressScope Scope, string Source)
{
    private readonly IPAddressValue _base = IPAddressValue.From(IPAddress.Parse(Network.AsSpan(0, Network.IndexOf('/', StringComparison.Ordinal))));
    private readonly int _prefix = int.Parse(Network.AsSpan(Network.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    /// <summary>True for an address in the range.</summary>
    public bool Holds(IPAddressValue address) => address.IsInNetwork(_base, _prefix);

    /// <summary>True for an IPv4 range with addresses that begin with this byte.</summary>
    public bool HasFirst(byte first) => _base.IsIPv4
        && (_prefix <= 8 ? Holds(IPAddressValue.FromIPv4([first, 0, 0, 0])) : (uint)_base.Low >> 24 == first);
}

/// <summary>What kind of address one is, by the IANA registries of special-purpose addresses (RFC 6890 as updated by RFC 8190) and those of multicast.</summary>
internal static class AddressScopes
{
    /// <summary>Rules are tried top to bottom; the first that holds the address wins. What none holds is public. docs/names.md has the same table.</summary>
    public static readonly IReadOnlyList<ScopeRule> Rules =
    [
        new("0.0.0.0/32", AddressScope.Unspecified, "RFC 1122 section 3.2.1.3"),
        new("0.0.0.0/8", AddressScope.Reserved, "RFC 791 section 3.2"),
        new("10.0.0.0/8", AddressScope.Private, "RFC 1918"),
        new("100.64.0.0/10", AddressScope.CarrierNat, "RFC 6598"),
        new("127.0.0.0/8", AddressScope.Loopback, "RFC 1122 section 3.2.1.3"),
        new("169.254.0.0/16", AddressScope.LinkLocal, "RFC 3927"),
        new("172.16.0.0/12", AddressScope.Private, "RFC 1918"),
        new("192.0.0.9/32", AddressScope.Public, "RFC 7723"),
        new("192.0.0.10/32", AddressScope.Public, "RFC 8155"),
        new("192.0.0.0/24", AddressScope.Reserved, "RFC 6890 section 2.1"),
        new("192.0.2.0/24", AddressScope.Documentation, "RFC 5737"),
        new("192.168.0.0/16", AddressScope.Private, "RFC 1918"),
        new("198.18.0.0/15", AddressScope.Benchmarking, "RFC 2544"),
        new("198.51.100.0/24", AddressScope.Documentation, "RFC 5737"),
        new("203.0.113.0/24", AddressScope.Documentation, "RFC 5737"),
        new("233.252.0.0/24", AddressScope.Documentation, "RFC 6676"),
        new("224.0.0.0/4", AddressScope.Multicast, "RFC 5771"),
        new("255.255.255.255/32", AddressScope.Broadcast, "RFC 919 section 7"),
        new("240.0.0.0/4", AddressScope.Reserved, "RFC 1112 section 4"),
        new("::/128", AddressScope.Unspecified, "RFC 4291 section 2.5.2"),
        new("::1/128", AddressScope.Loopback, "RFC 4291 section 2.5.3"),
        new("64:ff9b::/96", AddressScope.Public, "RFC 6052"),
        new("64:ff9b:1::/48", AddressScope.Private, "RFC 8215"),
        new("100::/64", AddressScope.Reserved, "RFC 6666"),
        new("100:0:0:1::/64", AddressScope.Reserved, "RFC 9780"),
        new("2001:2::/48", AddressScope.Benchmarking, "RFC 5180"),
        new("2001:db8::/32", AddressScope.Documentation, "RFC 3849"),
        new("3fff::/20", AddressScope.Documentation, "RFC 9637"),
        new("5f00::/16", AddressScope.Reserved, "RFC 9602"),
        new("fc00::/7", AddressScope.Private, "RFC 4193"),
        new("fe80::/10", AddressScope.LinkLocal, "RFC 4291 section 2.5.6"),
        new("fec0::/10", AddressScope.Private, "RFC 3879"),
        new("ff00::/8", AddressScope.Multicast, "RFC 4291 section 2.7"),
        new("2000::/3", AddressScope.Public, "RFC 4291 section 2.4"),
        new("::/0", AddressScope.Reserved, "RFC 4291 section 2.4"),
    ];

    private static readonly ScopeRule[][] Rules4 = [.. Enumerable.Range(0, 256).Select(first => Rules.Where(rule => rule.HasFirst((byte)first)).ToArray())]; // by the first byte
    private static readonly ScopeRule[] Rules6 = [.. Rules.Where(rule => rule.Network.Contains(':', StringComparison.Ordinal))];

    /// <summary>The scope of an address.</summary>
    public static AddressScope Of(IPAddressValue address)
    {
        foreach (ScopeRule rule in address.IsIPv4 ? Rules4[(uint)address.Low >> 24] : Rules6)
        {
            if (rule.Holds(address))
            {
                return rule.Scope;
            }
        }

        return AddressScope.Public;
    }
}
