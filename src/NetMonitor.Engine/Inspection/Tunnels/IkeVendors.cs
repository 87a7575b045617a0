using System.Collections.Frozen;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>Vendor ids: mostly MD5 of a text, some text themselves.</summary>
internal static class IkeVendors
{
    private const int KeySize = 8;      // bytes; the first ones tell them apart
    private const int ShortestText = 6; // characters; shorter ones are text by chance

    /// <summary>What a vendor id means, or null when that is not known.</summary>
    public static string? NameOf(ReadOnlySpan<byte> id)
    {
        if (id.Length >= ShortestText && !id.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return WireText.Clean(id);
        }

        // Some append a version, so only the front is compared.
        return id.Length >= KeySize && Known.TryGetValue(Convert.ToHexStringLower(id[..KeySize]), out string? name) ? name : null;
    }

    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>
    {
        ["4a131c8107035845"] = "NAT-T (RFC 3947)",
        ["90cb80913ebb696e"] = "NAT-T draft 02",
        ["7d9419a65310ca6f"] = "NAT-T draft 03",
        ["afcad71368a1f1c9"] = "DPD (RFC 3706)",
        ["09002689dfd6b712"] = "XAUTH",
        ["12f5f28c457168a9"] = "Cisco Unity",
        ["4048b7d56ebce885"] = "Fragmentation",
        ["1e2b516905991c7d"] = "Microsoft",
        ["fb1de3cdf341b7ea"] = "MS-Negotiation Discovery",
        ["26244d38eddb61b3"] = "Vid-Initial-Contact",
        ["e3a5966a76379fe7"] = "IKE CGA",
        ["882fe56d6fd20dbc"] = "strongSwan",
    }.ToFrozenDictionary();
}
