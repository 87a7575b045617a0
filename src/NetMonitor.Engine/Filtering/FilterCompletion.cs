namespace NetMonitor.Filtering;

/// <summary>Something that can be typed next.</summary>
/// <param name="Start">The first character of the filter it replaces.</param>
/// <param name="Length">How many characters it replaces.</param>
/// <param name="Text">What it is replaced with.</param>
/// <param name="Description">A line about it.</param>
public sealed record FilterSuggestion(int Start, int Length, string Text, string Description);

/// <summary>Completes filters: keywords while one is being typed, then values, from the language and from the rows at hand.</summary>
public static class FilterCompletion
{
    /// <summary>The most values taken from rows.</summary>
    private const int MostValues = 50;

    /// <summary>What fits at the cursor, best first. Never throws, whatever the text.</summary>
    /// <param name="text">The filter as typed so far.</param>
    /// <param name="cursor">Where the next character goes, 0 to the text's length.</param>
    /// <param name="rows">Connections whose values are offered; null for none.</param>
    public static IReadOnlyList<FilterSuggestion> Suggest(string text, int cursor, IEnumerable<NetConnection>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        cursor = Math.Clamp(cursor, 0, text.Length);
        int start = StartOfTerm(text, cursor);
        while (start < cursor && text[start] is '(' or '!')
        {
            start++;
        }

        int colon = text.AsSpan(start, cursor - start).IndexOfAny(':', '=');
        if (colon < 0)
        {
            return Keywords(text[start..cursor], start, hasTermBefore: text.AsSpan(0, start).Trim().Length > 0);
        }

        if (FilterKeywords.Find(text.Substring(start, colon)) is not { } keyword)
        {
            return [];
        }

        int valueStart = start + colon + 1;
        if (valueStart < cursor && text[valueStart] == '=')
        {
            valueStart++;
        }

        bool isQuoted = false;
        for (int i = valueStart; i < cursor; i++)
        {
            isQuoted ^= text[i] == '"';
            valueStart = text[i] == ',' && !isQuoted ? i + 1 : valueStart;
        }

        string typed = text[valueStart..cursor];
        return
        [
            .. Values(keyword, typed.Trim('"'), rows).Take(MostValues)
                .Select(value => new FilterSuggestion(valueStart, cursor - valueStart, Quote(value), $"{keyword.Name}: {keyword.Field}")),
        ];
    }

    /// <summary>Where the term under the cursor begins: behind the last space outside quotes.</summary>
    private static int StartOfTerm(string text, int cursor)
    {
        int start = 0;
        char quote = '\0';
        for (int i = 0; i < cursor; i++)
        {
            if (quote != '\0')
            {
                quote = text[i] == quote ? '\0' : quote;
            }
            else if (char.IsWhiteSpace(text[i]))
            {
                start = i + 1;
            }
            else if (text[i] is '"' or '\'' && (i == start || text[i - 1] is ':' or '=' or ','))
            {
                quote = text[i];
            }
        }

        return start;
    }

    private static List<FilterSuggestion> Keywords(string typed, int start, bool hasTermBefore)
    {
        var found = new List<FilterSuggestion>();
        foreach (FilterKeyword keyword in FilterKeywords.All)
        {
            bool byAlias = false;
            if (keyword.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                || (typed.Length > 1 && (byAlias = keyword.Aliases.Any(alias => alias.StartsWith(typed, StringComparison.OrdinalIgnoreCase)))))
            {
                string sign = keyword.IsComparable && keyword.Kind is not (FilterKind.Port or FilterKind.Number) ? ">" : ":";
                found.Add(new FilterSuggestion(start, typed.Length, keyword.Name + sign, $"{keyword.Field} ({keyword.Example})"));
            }
        }

        string[] operators = hasTermBefore ? ["and ", "or ", "not "] : ["not "];
        found.AddRange(operators.Where(word => typed.Length > 0 && word.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(word => new FilterSuggestion(start, typed.Length, word, "operator")));
        return found;
    }

    private static IEnumerable<string> Values(FilterKeyword keyword, string typed, IEnumerable<NetConnection>? rows)
    {
        IEnumerable<string> values = keyword.Kind == FilterKind.Name
            ? keyword.Names.Select(name => name.Name)
            : (rows ?? []).SelectMany(row => ValuesOf(keyword, row)).Where(value => value.Length > 0)
                .GroupBy(value => value, StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.OrdinalIgnoreCase)
                .Select(group => group.First());

        // What begins with the typed text comes before what only contains it.
        return values.Where(value => value.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .OrderBy(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0 : 1);
    }

    private static IEnumerable<string> ValuesOf(FilterKeyword keyword, NetConnection row)
    {
        switch (keyword.Kind)
        {
            case FilterKind.Port when row.HasPorts:
                return new[] { (Ends.Local, row.LocalPortValue), (Ends.Remote, row.RemotePortValue) }
                    .Where(end => keyword.Ends.HasFlag(end.Item1))
                    .Select(end => end.Item2.ToString(System.Globalization.CultureInfo.InvariantCulture));
            case FilterKind.Address:
                return new[] { (AddressPredicate.NameEnd(row), row.HostName), (Ends.Local, row.Local.ToString()), (Ends.Remote, row.Remote.ToString()) }
                    .Where(end => keyword.Ends.HasFlag(end.Item1)).Select(end => end.Item2).OfType<string>();
            case FilterKind.Number when keyword.Value!(row) is { } number:
                return [number.ToString("F0", System.Globalization.CultureInfo.InvariantCulture)];
            case FilterKind.Text when keyword.Name == "id":
                return [row.Id];
            case FilterKind.Text when keyword.Name == "ja4":
                return new[] { (row.Details as TlsDetails)?.Ja4 ?? (row.Details as QuicDetails)?.Ja4 }.OfType<string>();
            case FilterKind.Text when keyword.Name == "ssh" && row.Details is SshDetails ssh:
                return new[] { ssh.ServerSoftware, ssh.ClientSoftware }.OfType<string>();
            case FilterKind.Text:
                return keyword.Texts.Select(text => text(row)).OfType<string>();
            default:
                return [];
        }
    }

    private static string Quote(string value) =>
        value.Any(c => char.IsWhiteSpace(c) || c is ',' or '(' or ')' or '"' or '\'' or '*')
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;
}
