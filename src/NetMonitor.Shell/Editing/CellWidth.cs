using System.Text;

namespace NetMonitor.Shell.Editing;

/// <summary>How many columns of a terminal text takes.</summary>
internal static class CellWidth
{
    /// <summary>Blocks whose characters take two columns: Wide and Fullwidth of Unicode's East Asian Width (UAX #11), as ranges.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xAC00, 0xD7A3),
        (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    public static int Of(Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case System.Globalization.UnicodeCategory.NonSpacingMark:
            case System.Globalization.UnicodeCategory.EnclosingMark:
            case System.Globalization.UnicodeCategory.Format:
            case System.Globalization.UnicodeCategory.Control:
                return 0;
        }
        return Array.Exists(Wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1;
    }

    /// <summary>The columns of text without line breaks; escape sequences (CSI … final byte) take none.</summary>
    public static int Of(string text)
    {
        int width = 0;
        bool inEscape = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == '\e')
            {
                inEscape = true;
            }
            else if (inEscape)
            {
                // ECMA-48 5.4: parameters and intermediates are below 0x40, the final byte is 0x40 to 0x7E; '[' opens the sequence.
                inEscape = rune.Value == '[' || rune.Value is < 0x40 or > 0x7E;
            }
            else
            {
                width += Of(rune);
            }
        }
        return width;
    }

    /// <summary>The longest start of plain text that fits.</summary>
    public static string Truncate(string text, int width)
    {
        var fitting = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            width -= Of(rune);
            if (width < 0)
            {
                break;
            }
            fitting.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return fitting.ToString();
    }
}
