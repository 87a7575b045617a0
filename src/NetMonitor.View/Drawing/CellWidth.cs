using System.Globalization;
using System.Text;
using Wcwidth;

namespace NetMonitor.View;

/// <summary>Text by the cells of a terminal that it takes: mostly one a character, two for wide ones and emoji, none for marks.</summary>
internal static class CellWidth
{
    private const char Cut = '…';
    private const int EmojiPresentation = 0xFE0F; // variation selector 16: a sign as a picture, two cells

    /// <summary>The cells of one text element (a character with its marks, Unicode Standard Annex 29).</summary>
    public static int Of(ReadOnlySpan<char> element)
    {
        int cells = 0;
        bool picture = false;
        foreach (Rune rune in element.EnumerateRunes())
        {
            cells = Math.Max(cells, Math.Max(0, UnicodeCalculator.GetWidth(rune)));
            picture |= rune.Value == EmojiPresentation;
        }

        return picture && cells > 0 ? 2 : cells;
    }

    /// <summary>The cells of a text.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        int cells = 0;
        while (!text.IsEmpty)
        {
            if (text[0] < 128 && (text.Length == 1 || text[1] < 128))
            {
                cells++;
                text = text[1..];
                continue;
            }

            int length = StringInfo.GetNextTextElementLength(text);
            cells += Of(text[..length]);
            text = text[length..];
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
        if (cells == width)
        {
            return text;
        }

        if (cells < width)
        {
            string fill = new(' ', width - cells);
            return right ? fill + text : text + fill;
        }

        if (width <= 0)
        {
            return "";
        }

        int used = 0;
        int kept = 0;
        while (kept < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text, kept);
            int element = Of(text.AsSpan(kept, length));
            if (used + element > width - 1)
            {
                break;
            }

            kept += length;
            used += element;
        }

        return text[..kept] + Cut + new string(' ', width - 1 - used);
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
}
