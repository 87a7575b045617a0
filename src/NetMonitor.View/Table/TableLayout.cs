namespace NetMonitor.View;

/// <summary>Which columns a width has room for, and how wide each is.</summary>
internal static class TableLayout
{
    /// <summary>Cells between two columns.</summary>
    public const int Gap = 1;

    /// <summary>Hides columns until the rest fits at its least; then widens to the preferred widths, what matters most first; what is left goes to the filling column.</summary>
    public static IReadOnlyList<(Column Column, int Width)> Compute(IReadOnlyList<Column> columns, int width)
    {
        List<Column> shown = [.. columns];
        while (Needed(shown) > width && shown.Where(column => column.HideOrder > 0).MaxBy(column => column.HideOrder) is { } first)
        {
            shown.Remove(first);
        }

        int left = Math.Max(0, width - Needed(shown));
        int[] widths = [.. shown.Select(column => column.Minimum)];
        foreach (Column column in shown.OrderByDescending(column => column.Fills).ThenBy(column => column.HideOrder))
        {
            int extra = Math.Min(left, column.Preferred - column.Minimum);
            widths[shown.IndexOf(column)] += extra;
            left -= extra;
        }

        return [.. shown.Select((column, i) => (column, widths[i] + (column.Fills ? left : 0)))];
    }

    private static int Needed(List<Column> columns) => columns.Sum(column => column.Minimum) + (Gap * (columns.Count - 1));
}
