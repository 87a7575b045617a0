using System.Globalization;

namespace NetMonitor.View;

/// <summary>One cell of the screen.</summary>
/// <param name="Text">What it shows; null for a blank, empty for the second half of a wide character.</param>
/// <param name="Look">How it looks.</param>
internal readonly record struct Cell(string? Text, Style Look);

/// <summary>A frame in memory: cells to write text into. What does not fit is cut at the edge.</summary>
internal sealed class Canvas
{
    private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];
    private readonly Cell[] _cells;

    public Canvas(int width, int height)
    {
        Width = Math.Max(1, width);
        Height = Math.Max(1, height);
        _cells = new Cell[Width * Height];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Where the user types, or null.</summary>
    public (int X, int Y)? Cursor { get; set; }

    /// <summary>What a click means, the later drawn first.</summary>
    public List<Target> Targets { get; } = [];

    public ReadOnlySpan<Cell> Row(int y) => _cells.AsSpan(y * Width, Width);

    public void Clear(Style style)
    {
        _cells.AsSpan().Fill(new Cell(null, style));
        Targets.Clear();
        Cursor = null;
    }

    /// <summary>Writes text.</summary>
    /// <returns>The column after it.</returns>
    public int Write(int x, int y, ReadOnlySpan<char> text, Style style, int width = int.MaxValue)
    {
        int end = (int)Math.Min(Width, (long)x + width);
        if (y < 0 || y >= Height)
        {
            return x;
        }

        Span<Cell> row = _cells.AsSpan(y * Width, Width);
        while (!text.IsEmpty && x < end)
        {
            char first = text[0];
            if (first < 128 && (text.Length == 1 || text[1] < 128))
            {
                row[x++] = new Cell(first == ' ' ? null : Ascii[first < ' ' ? '?' : first], style);
                text = text[1..];
                continue;
            }

            int length = StringInfo.GetNextTextElementLength(text);
            string element = text[..length].ToString();
            text = text[length..];
            int cells = CellWidth.Of(element);
            if (cells == 0 || x + cells > end)
            {
                continue;
            }

            row[x++] = new Cell(element, style);
            if (cells == 2)
            {
                row[x++] = new Cell("", style);
            }
        }

        return x;
    }

    /// <summary>Writes text in exactly <paramref name="width"/> cells: cut with an ellipsis, or filled up.</summary>
    public void Fit(int x, int y, string text, int width, Style style, bool right = false)
    {
        string fitted = CellWidth.Fit(text, width, right);
        Write(x, y, fitted, style, width);
    }

    /// <summary>Gives cells a style over their own.</summary>
    public void Restyle(int x, int y, int width, Func<Style, Style> change)
    {
        if (y < 0 || y >= Height)
        {
            return;
        }

        Span<Cell> row = _cells.AsSpan(y * Width, Width);
        for (int i = Math.Max(0, x); i < Math.Min(Width, x + width); i++)
        {
            row[i] = row[i] with { Look = change(row[i].Look) };
        }
    }

    public void Fill(int x, int y, int width, Style style) => Write(x, y, new string(' ', Math.Max(0, Math.Min(width, Width - x))), style);
}

/// <summary>A place that a click means something at.</summary>
/// <param name="X">Its left column.</param>
/// <param name="Y">Its line.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Number">Which one: a tab, a row, a column.</param>
/// <param name="Text">The value to copy, or null.</param>
internal sealed record Target(int X, int Y, int Width, TargetKind Kind, int Number, string? Text = null)
{
    public bool Holds(int x, int y) => y == Y && x >= X && x < X + Width;
}

/// <summary>What a place on the screen is.</summary>
internal enum TargetKind
{
    Tab,
    Row,
    Heading,
    Value,
}
