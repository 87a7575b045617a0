using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetMonitor.Packets;

namespace NetMonitor.Filtering;

/// <summary>Reads the values that are not plain text.</summary>
internal static class FilterValues
{
    private static readonly (string Unit, double Nanoseconds)[] TimeUnits =
        [("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("min", 60e9), ("h", 3600e9), ("d", 86400e9)];

    private static readonly (string Unit, double Bytes)[] SizeUnits =
    [
        ("", 1), ("b", 1), ("k", 1L << 10), ("kb", 1L << 10), ("kib", 1L << 10), ("m", 1L << 20), ("mb", 1L << 20), ("mib", 1L << 20),
        ("g", 1L << 30), ("gb", 1L << 30), ("gib", 1L << 30), ("t", 1L << 40), ("tb", 1L << 40), ("tib", 1L << 40),
    ];

    private static readonly (string Unit, double Bytes)[] RateUnits =
    [
        .. SizeUnits, .. SizeUnits.Select(size => (size.Unit + "/s", size.Bytes)),
        .. new[] { ("", 1d), ("k", 1e3), ("m", 1e6), ("g", 1e9) }.SelectMany(
            step => new[] { "bit", "bit/s", "bps" }.Select(bit => (step.Item1 + bit, step.Item2 / 8))),
    ];

    /// <summary>What each kind takes, for messages.</summary>
    public static string Expected(FilterKind kind) => kind switch
    {
        FilterKind.Port => "a port, part of one, or a range like 1000-2000",
        FilterKind.Number => "a number or a range like 10-20",
        FilterKind.Time => "a time like 100ms, 5s, 10m, 2h, 1d",
        FilterKind.Size => "a size like 500, 10KB, 1MB, 2GB",
        FilterKind.Rate => "a rate like 500, 10KB/s, 1MB/s, 8Mbit/s",
        FilterKind.Percent => "a percentage like 5 or 0.5%",
        _ => "text",
    };

    /// <summary>Reads a number with a unit into the keyword's own unit.</summary>
    public static bool TryReadNumber(FilterKeyword keyword, ReadOnlySpan<char> text, out double value)
    {
        if (keyword.Name == "asn" && text.StartsWith("AS", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
        }

        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        if (!double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        ReadOnlySpan<char> unit = text[digits..];
        switch (keyword.Kind)
        {
            case FilterKind.Time:
                if (unit.IsEmpty)
                {
                    value *= keyword.TimeUnit;
                    return true;
                }

                return TryScale(TimeUnits, unit, ref value);
            case FilterKind.Size:
                return TryScale(SizeUnits, unit, ref value);
            case FilterKind.Rate:
                return TryScale(RateUnits, unit, ref value);
            case FilterKind.Percent:
                return unit is "" or "%";
            default:
                return unit.IsEmpty;
        }
    }

    /// <summary>Reads "a-b" in the keyword's unit.</summary>
    public static bool TryReadRange(FilterKeyword keyword, ReadOnlySpan<char> text, out double low, out double high)
    {
        int dash = text.IndexOf('-');
        low = high = 0;
        return dash > 0 && TryReadNumber(keyword, text[..dash], out low) && TryReadNumber(keyword, text[(dash + 1)..], out high) && low <= high;
    }

    /// <summary>Reads a whole address or a network as its first and last address. What only begins like one ("192.168", "2001:db8::") is none.</summary>
    public static bool TryReadAddresses(string text, out (IPAddressValue First, IPAddressValue Last) range)
    {
        range = default;
        int slash = text.IndexOf('/');
        string address = slash < 0 ? text : text[..slash];
        bool isV6 = address.Contains(':');
        if ((!isV6 && address.Count(c => c == '.') != 3) || !IPAddress.TryParse(address, out IPAddress? parsed) || address.Contains('%')
            || (slash < 0 && address.EndsWith("::", StringComparison.Ordinal)))
        {
            return false;
        }

        int bits = parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return false;
        }

        IPAddressValue value = IPAddressValue.From(parsed);
        int kept = length + 128 - bits;
        ulong highMask = kept >= 64 ? ulong.MaxValue : kept == 0 ? 0 : ulong.MaxValue << (64 - kept);
        ulong lowMask = kept <= 64 ? 0 : ulong.MaxValue << (128 - kept);
        range = (new(value.High & highMask, value.Low & lowMask), new(value.High | ~highMask, value.Low | ~lowMask));
        return true;
    }

    private static bool TryScale((string Unit, double Scale)[] units, ReadOnlySpan<char> unit, ref double value)
    {
        foreach ((string name, double scale) in units)
        {
            if (unit.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value *= scale;
                return true;
            }
        }

        return false;
    }
}
