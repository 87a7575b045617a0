
namespace NetMonitor.View.Tests;

/// <summary>Holds the tables of docs/view.md against the tables the view is made of.</summary>
public sealed class ViewDocsTests
{
    [Fact]
    public void Keys() => Same("Keys", KeyTable.All.Select(row => new[]
    {
        string.Join(" ", row.Keys.Select(key => $"`{key}`")), $"`{row.Id}`", row.Tabs.IsEmpty ? "every page" : string.Join(", ", row.Tabs), row.Meaning,
    }));

    [Fact]
    public void Columns() => Same("Columns", Column.All.Select(column => new[]
    {
        column.Name, column.IsDefault ? "yes" : "", column.IsNumber ? "greatest first" : "A to Z", column.Leaves == 0 ? "stays" : $"{Order(column)}", column.Meaning,
    }));

    [Fact]
    public void Themes() => Same("Themes", Theme.All.Select(theme => new[] { $"`{theme.Name}`", theme.Meaning }));

    [Fact]
    public void Colors() => Same("Colors", Enum.GetValues<Role>().Select(role => new[] { $"`{Theme.NameOf(role)}`" }), columns: 1);

    /// <summary>1 leaves first.</summary>
    private static int Order(Column column) => Column.All.Count(other => other.Leaves > column.Leaves) + 1;

    private static void Same(string heading, IEnumerable<string[]> rows, int columns = int.MaxValue)
    {
        string page = Path.Combine(Repository.Folder, "docs", "view.md");
        string[] documented = [.. File.ReadLines(page)
            .SkipWhile(line => line != $"## {heading}")
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => string.Join(" | ", line.Trim('|', ' ').Split(" | ").Take(columns)).Trim())];
        Assert.Equal(rows.Select(row => string.Join(" | ", row).Trim()), documented.Select(line => line.Replace("|  |", "| |", StringComparison.Ordinal).Replace("| |", "|  |", StringComparison.Ordinal)));
    }
}
