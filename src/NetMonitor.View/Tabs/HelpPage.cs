namespace NetMonitor.View;

/// <summary>The keys, the columns and what the colors mean, from the tables they are made of.</summary>
internal static class HelpPage
{
    private const int KeyWidth = 20;

    public static void Paint(Brush brush, Area page, ViewState state)
    {
        List<(string Left, string Right, Role Role)> lines = [.. Keys(state, _ => true, withTabs: true)];
        lines.Add(("", "", Role.Text));
        lines.Add(("Columns", "", Role.Heading));
        lines.AddRange(Column.All.Select(column => (column.Name, column.Meaning.Replace("`", "", StringComparison.Ordinal), Role.Text)));
        lines.Add(("", "", Role.Text));
        lines.Add(("Rows", "", Role.Heading));
        lines.Add(("+", "new", Role.New));
        lines.Add(("~", "silent for 75 % of its timeout", Role.Stale));
        lines.Add(("!", "silent for 90 % of its timeout: about to leave", Role.Critical));
        lines.Add((" closed", "closed, or gone (t)", Role.Closed));
        lines.Add(("*", "marked", Role.Mark));
        lines.Add(("", "", Role.Text));
        lines.Add(("Themes", "", Role.Heading));
        lines.AddRange(Theme.All.Select(theme => (theme.Name, theme.Meaning, theme.Name == state.Theme.Name ? Role.Accent : Role.Text)));
        lines.Add(("", "", Role.Text));
        lines.Add(("K, M, G", "bytes in steps of 1024; rates are bytes per second", Role.Text));

        Area inner = page.Columns(1, page.Width - 2);
        state.Cursor.Fit(Math.Max(1, lines.Count - inner.Height + 1), 1);
        for (int y = 0; y < inner.Height && state.Cursor.Index + y < lines.Count; y++)
        {
            PaintLine(brush, inner, y, lines[state.Cursor.Index + y]);
        }
    }

    /// <summary>The keys of the page that is shown, over it.</summary>
    public static void PaintOver(Brush brush, Area page, ViewState state)
    {
        List<(string Left, string Right, Role Role)> lines = [.. Keys(state, row => row.WorksOn(state.Tab), withTabs: false)];
        int width = Math.Min(page.Width - 2, 86);
        int height = Math.Min(page.Height, lines.Count + 2);
        var box = new Area(page.X + ((page.Width - width) / 2), page.Y + ((page.Height - height) / 2), width, height);
        for (int y = 0; y < box.Height; y++)
        {
            brush.Canvas.Fill(box.X, box.Y + y, box.Width, brush[Role.Text]);
            brush.Text(box, 0, y, "│", Role.Border);
            brush.Text(box, box.Width - 1, y, "│", Role.Border);
        }

        brush.Title(box, 0, $"Keys of {state.Tab}", "any key closes");
        brush.Text(box, 0, 0, "╭", Role.Border);
        brush.Text(box, box.Width - 1, 0, "╮", Role.Border);
        brush.Text(box, 0, box.Height - 1, $"╰{new string('─', Math.Max(0, box.Width - 2))}╯", Role.Border);
        Area inner = new(box.X + 2, box.Y + 1, box.Width - 4, box.Height - 2);
        for (int y = 0; y < inner.Height && y + 1 < lines.Count; y++)
        {
            PaintLine(brush, inner, y, lines[y + 1]);
        }
    }

    private static IEnumerable<(string Left, string Right, Role Role)> Keys(ViewState state, Predicate<KeyRow> choose, bool withTabs)
    {
        yield return ("Keys", "", Role.Heading);
        foreach (KeyRow row in state.Keys.Where(row => choose(row)).OrderByDescending(row => !row.Tabs.IsEmpty))
        {
            string where = withTabs && !row.Tabs.IsEmpty ? $"  ({string.Join(", ", row.Tabs)})" : "";
            yield return (string.Join(" ", row.Keys), row.Meaning.Replace("`", "", StringComparison.Ordinal) + where, Role.Key);
        }
    }

    private static void PaintLine(Brush brush, Area area, int y, (string Left, string Right, Role Role) line)
    {
        brush.Text(area, 0, y, line.Left, line.Role);
        brush.Text(area, KeyWidth, y, CellWidth.Count(line.Right) > area.Width - KeyWidth ? CellWidth.Fit(line.Right, area.Width - KeyWidth) : line.Right);
    }
}
