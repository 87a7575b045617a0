using NetMonitor.Filtering;

namespace NetMonitor.Tests.Filtering;

/// <summary>Holds docs/filter.md against the language.</summary>
public sealed class FilterDocsTests
{
    public static TheoryData<string> Examples => [.. DocumentedTables.Read("filter.md", "Examples").Select(row => row[0])];

    [Fact]
    public void The_documented_keywords_are_those_of_the_language() => Assert.Equal(
        FilterKeywords.All.Select(keyword => string.Join('|', keyword.Name, string.Join(", ", keyword.Aliases), keyword.Kind.ToString().ToLowerInvariant(), keyword.Field, keyword.Example)),
        DocumentedTables.Read("filter.md", "Keywords").Select(row => string.Join('|', row)));

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_keeps_some_connections_and_drops_others(string filter)
    {
        string kept = Samples.Kept(filter);
        Assert.NotEmpty(kept);
        Assert.NotEqual(Samples.Kept(""), kept);
    }

    [Fact]
    public void The_example_of_every_keyword_uses_it_and_can_be_parsed() => Assert.All(FilterKeywords.All, keyword =>
    {
        Assert.StartsWith(keyword.Name, keyword.Example, StringComparison.Ordinal);
        Assert.True(ConnectionFilterExpression.TryParse(keyword.Example, out _, out _), keyword.Example);
    });

    [Fact]
    public void The_documented_errors_are_those_of_the_language() =>
        Assert.Equal(Enum.GetNames<FilterErrorId>(), DocumentedTables.Read("filter.md", "Mistakes").Select(row => row[0]));
}
