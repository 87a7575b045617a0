namespace NetMonitor.View;

/// <summary>Which columns a width has room for, and how wide each is.</summary>
internal static class TableLayout
{
    /// <summary>Cells between two columns.</summary>
    public const int Gap = 1;

    /// <summary>
    /// Hides columns, in the order they state, until the rest fits at its least. Then each grows to what its content wants, first up to its
    /// comfort and then beyond (the filling one first, then what stays longest); what is left goes to the filling column.
    /// </summary>
    /// <param name="columns">The columns, from left to right.</param>
    /// <param name="width">The cells there are.</param>
    /// <param name="wanted">The widest content each has had; a missing one wants its minimum.</param>
    public static IReadOnlyList<PlacedColumn> Compute(IReadOnlyList<Column> columns, int width, IReadOnlyDictionary<string, int> wanted)
    {
        List<Column> shown = [.. columns];
        while (Needed(shown) > width && shown.Where(column => column.Leaves > 0).MaxBy(column => column.Leaves) is { } first)
        {
            shown.Remove(first);
        }

        int left = Math.Max(0, width - Needed(shown));
        int[] widths = [.. shown.Select(column => column.Minimum)];
        foreach (bool comfortable in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (Column column in shown.OrderByDescending(column => column.Fills).ThenBy(column => column.Leaves))
            {
                int most = comfortable || column.Comfort == 0 ? column.Maximum : column.Comfort;
                int at = shown.IndexOf(column);
                int extra = Math.Clamp(Math.Min(wanted.GetValueOrDefault(column.Name), most) - widths[at], 0, left);
                widths[at] += extra;
                left -= extra;
            }
        }

        int filling = Math.Max(0, shown.FindIndex(column => column.Fills));
        var placed = new List<PlacedColumn>(shown.Count);
        int x = 0;
        for (int i = 0; i < shown.Count; i++)
        {
            int cells = widths[i] + (i == filling ? left : 0);
            placed.Add(new PlacedColumn(shown[i], x, cells));
            x += cells + Gap;
        }

        return placed;
    }

    private static int Needed(List<Column> columns) => columns.Sum(column => column.Minimum) + (Gap * (columns.Count - 1));
}

/// <summary>A column in its place.</summary>
/// <param name="Column">The column.</param>
/// <param name="X">Its first cell, from the left of the table.</param>
/// <param name="Width">Its cells.</param>
internal readonly record struct PlacedColumn(Column Column, int X, int Width);
