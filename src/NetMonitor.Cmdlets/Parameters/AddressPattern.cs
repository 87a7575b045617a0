using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace NetMonitor.Cmdlets;

/// <summary>What -LocalAddress and -RemoteAddress take: an address, a network in CIDR notation (RFC 4632, RFC 4291 section 2.3), or a wildcard.</summary>
internal static class AddressPattern
{
    /// <summary>A test for one pattern, or null when the text is none of these.</summary>
    public static Func<IPAddress, bool>? Compile(string text)
    {
        if (text.Contains('/'))
        {
            return TryParseNetwork(text, out IPNetwork network) ? network.Contains : null;
        }

        if (WildcardPattern.ContainsWildcardCharacters(text))
        {
            var pattern = new WildcardPattern(text, WildcardOptions.IgnoreCase);
            return address => pattern.IsMatch(address.ToString());
        }

        return IPAddress.TryParse(text, out IPAddress? exact) ? exact.Equals : null;
    }

    /// <summary>Reads 'address/length' and clears the bits after the prefix; without a length all bits count.</summary>
    public static bool TryParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress? address))
        {
            return false;
        }

        byte[] bytes = address.GetAddressBytes();
        int length = bytes.Length * 8;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bytes.Length * 8))
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        // A scope id ("%eth0") is no part of a network.
        network = new IPNetwork(new IPAddress(bytes), length);
        return address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
    }
}
