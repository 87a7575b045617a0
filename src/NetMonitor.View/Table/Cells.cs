using System.Globalization;
using System.Text;

namespace NetMonitor.View;

/// <summary>Text by the cells of a terminal that it takes: mostly one a character, two for East Asian wide ones, none for marks.</summary>
internal static class Cells
{
    private const char Cut = '…';

    /// <summary>The cells of a text.</summary>
    public static int Count(string text)
    {
        int cells = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            cells += Of(rune);
        }

        return cells;
    }

    /// <summary>The text in exactly <paramref name="width"/> cells: cut, with an ellipsis, or filled up.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The cells.</param>
    /// <param name="right">True to fill up on the left.</param>
    public static string Fit(string text, int width, bool right = false)
    {
        int cells = Count(text);
        if (cells <= width)
        {
            string fill = new(' ', width - cells);
            return right ? fill + text : text + fill;
        }

        if (width <= 0)
        {
            return "";
        }

        var kept = new StringBuilder(width);
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (used + Of(rune) > width - 1)
            {
                break;
            }

            kept.Append(rune);
            used += Of(rune);
        }

        return kept.Append(Cut).Append(' ', width - 1 - used).ToString();
    }

    /// <summary>An endpoint in at most <paramref name="width"/> cells: cut inside the address, so that its port stays.</summary>
    public static string FitEndpoint(string endpoint, int width)
    {
        int colon = endpoint.LastIndexOf(':');
        bool hasPort = colon > 0 && (endpoint[colon - 1] == ']' || endpoint.IndexOf(':') == colon);
        int portLength = hasPort ? endpoint.Length - colon : 0;
        return Count(endpoint) <= width || portLength + 1 >= width
            ? Fit(endpoint, width)
            : Fit(endpoint[..^portLength], width - portLength) + endpoint[^portLength..];
    }

    /// <summary>Unicode Standard Annex 11, the wide blocks that matter in names; marks by their general category.</summary>
    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => rune.Value switch
        {
            < 0x1100 => 1,
            <= 0x115F or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) => 2,
            (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) => 2,
            _ => 1,
        },
    };
}
