using System.Globalization;
using NetMonitor.Packets;

namespace NetMonitor.Filtering;

/// <summary>Writes addresses as text without making objects: IPv4 dotted, IPv6 as RFC 5952 section 4 says.</summary>
internal static class AddressText
{
    /// <summary>Room for "[ffff:…:ffff]:65535".</summary>
    public const int MaximumLength = 48;

    private static readonly string[] Octets = [.. Enumerable.Range(0, 256).Select(octet => octet.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Writes an address.</summary>
    /// <returns>Characters written.</returns>
    public static int Write(IPAddressValue address, Span<char> text) => address.IsIPv4 ? WriteIPv4((uint)address.Low, text) : WriteIPv6(address, text);

    /// <summary>Writes an address and, where there is one, its port behind a colon; an IPv6 address with a port in brackets.</summary>
    public static int Write(IPAddressValue address, int? port, Span<char> text)
    {
        if (port is not { } number)
        {
            return Write(address, text);
        }

        int at = 0;
        bool brackets = !address.IsIPv4;
        if (brackets)
        {
            text[at++] = '[';
        }

        at += Write(address, text[at..]);
        if (brackets)
        {
            text[at++] = ']';
        }

        text[at++] = ':';
        number.TryFormat(text[at..], out int written, default, CultureInfo.InvariantCulture);
        return at + written;
    }

    private static int WriteIPv4(uint address, Span<char> text)
    {
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            string octet = Octets[(address >> shift) & 0xFF];
            octet.CopyTo(text[at..]);
            at += octet.Length;
            if (shift > 0)
            {
                text[at++] = '.';
            }
        }

        return at;
    }

    private static int WriteIPv6(IPAddressValue address, Span<char> text)
    {
        (int zeros, int count) = LongestZeros(address);
        int at = 0;
        for (int i = 0; i < 8; i++)
        {
            if (i == zeros)
            {
                text[at++] = ':';
                text[at++] = ':';
                i += count - 1;
                continue;
            }

            if (at > 0 && text[at - 1] != ':')
            {
                text[at++] = ':';
            }

            Group(address, i).TryFormat(text[at..], out int written, "x", CultureInfo.InvariantCulture);
            at += written;
        }

        return at;
    }

    /// <summary>The first of the longest runs of two or more zero groups (section 4.2.3); (-1, 0) without one.</summary>
    private static (int Start, int Count) LongestZeros(IPAddressValue address)
    {
        (int Start, int Count) best = (-1, 0);
        for (int i = 0; i < 8; i++)
        {
            int start = i;
            while (i < 8 && Group(address, i) == 0)
            {
                i++;
            }

            if (i - start >= 2 && i - start > best.Count)
            {
                best = (start, i - start);
            }
        }

        return best;
    }

    private static ushort Group(IPAddressValue address, int index) =>
        (ushort)(index < 4 ? address.High >> (48 - (index * 16)) : address.Low >> (112 - (index * 16)));
}
