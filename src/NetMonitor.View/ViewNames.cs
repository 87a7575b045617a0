namespace NetMonitor.View;

/// <summary>What can be named from outside.</summary>
public enum ViewNameKind
{
    /// <summary>A column of the table.</summary>
    Column,

    /// <summary>A theme.</summary>
    Theme,
}

/// <summary>The names that parameters and settings take.</summary>
public static class ViewNames
{
    /// <summary>The names of a kind, each with a line about it.</summary>
    public static IEnumerable<(string Value, string? ToolTip)> Of(ViewNameKind kind) => kind == ViewNameKind.Column
        ? Column.All.Select(column => (column.Name, (string?)column.Meaning))
        : Theme.All.Select(theme => (theme.Name, (string?)theme.Meaning));
}
