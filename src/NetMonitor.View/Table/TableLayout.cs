namespace NetMonitor.View;

/// <summary>Which columns a width has room for, and how wide each is.</summary>
internal static class TableLayout
{
    /// <summary>Cells between two columns.</summary>
    public const int Gap = 1;

    /// <summary>Hides columns until the rest fits at its least; then widens to the preferred widths from the left; what is left goes to the filling column.</summary>
    public static IReadOnlyList<(Column Column, int Width)> Compute(IReadOnlyList<Column> columns, int width)
    {
        List<Column> shown = [.. columns];
        while (Needed(shown) > width && shown.Where(column => column.HideOrder > 0).MaxBy(column => column.HideOrder) is { } first)
        {
            shown.Remove(first);
        }

        int left = Math.Max(0, width - Needed(shown));
        var widths = new int[shown.Count];
        for (int i = 0; i < shown.Count; i++)
        {
            int extra = Math.Min(left, shown[i].Preferred - shown[i].Minimum);
            widths[i] = shown[i].Minimum + extra;
            left -= extra;
        }

        return [.. shown.Select((column, i) => (column, widths[i] + (column.Fills ? left : 0)))];
    }

    private static int Needed(List<Column> columns) => columns.Sum(column => column.Minimum) + (Gap * (columns.Count - 1));
}
