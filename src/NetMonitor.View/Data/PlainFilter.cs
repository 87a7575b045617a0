namespace NetMonitor.View;

/// <summary>A filter of words that must all occur in what a row shows.</summary>
public sealed class PlainFilter : IFilterLanguage
{
    /// <inheritdoc/>
    public bool TryParse(string text, out Predicate<NetConnection>? filter, out FilterMistake? mistake)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        filter = words.Length == 0 ? null : row => words.All(word => Matches(row, word));
        mistake = null;
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<FilterSuggestion> Suggest(string text, int cursor, IReadOnlyList<NetConnection> rows) => [];

    private static bool Matches(NetConnection row, string word) =>
        $"{row} {row.HostName} {row.ProcessName}".Contains(word, StringComparison.OrdinalIgnoreCase);
}
