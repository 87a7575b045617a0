using System.Text;

namespace NetMonitor.Filtering;

/// <summary>A value as it was typed: plain, quoted ("two words", quotes doubled inside), or a regular expression between slashes.</summary>
internal readonly record struct FilterValue(string Text, int Position, int Length, bool IsQuoted, bool IsRegex)
{
    /// <summary>Reads the value that begins here.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="at">Where it begins; moved behind it.</param>
    /// <param name="isList">True when a comma ends it.</param>
    public static FilterValue Read(string text, ref int at, bool isList)
    {
        int start = at;
        if (text[at] is '"' or '\'')
        {
            return ReadQuoted(text, ref at);
        }

        if (text[at] == '/' && EndOfRegex(text, at, isList) is { } end)
        {
            at = end + 1;
            return new FilterValue(text[(start + 1)..end].Replace("\\/", "/", StringComparison.Ordinal), start, at - start, IsQuoted: false, IsRegex: true);
        }

        int depth = 0;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && !(isList && text[at] == ',') && !(text[at] == ')' && depth == 0))
        {
            depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            at++;
        }

        return new FilterValue(text[start..at], start, at - start, IsQuoted: false, IsRegex: false);
    }

    /// <summary>The value as a test of text.</summary>
    /// <param name="exact">The text as a whole.</param>
    public TextPattern ToPattern(bool exact)
    {
        if (IsRegex)
        {
            return Regex();
        }

        return exact ? new ExactPattern(Text)
            : !IsQuoted && Text.Contains('*') ? new WildcardTextPattern(Text)
            : new ContainsPattern(Text);
    }

    private RegexPattern Regex()
    {
        try
        {
            return new RegexPattern(Text);
        }
        catch (ArgumentException e)
        {
            throw new FilterException(FilterErrorId.InvalidRegex, Position, Length, $"The regular expression cannot be read: {e.Message}");
        }
        catch (NotSupportedException)
        {
            throw new FilterException(
                FilterErrorId.InvalidRegex, Position, Length, "The regular expression needs backreferences, lookaround or too much room, which a filter does not offer.");
        }
    }

    private static FilterValue ReadQuoted(string text, ref int at)
    {
        int start = at;
        char quote = text[at++];
        var content = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] != quote)
            {
                content.Append(text[at++]);
            }
            else if (at + 1 < text.Length && text[at + 1] == quote)
            {
                content.Append(quote);
                at += 2;
            }
            else
            {
                at++;
                return new FilterValue(content.ToString(), start, at - start, IsQuoted: true, IsRegex: false);
            }
        }

        throw new FilterException(FilterErrorId.UnclosedQuote, start, 1, "This quotation mark is never closed.");
    }

    /// <summary>The slash that ends an expression: not escaped, and at the end of a value. A path like /usr/bin has none.</summary>
    private static int? EndOfRegex(string text, int start, bool isList)
    {
        for (int i = start + 2; i < text.Length; i++)
        {
            if (text[i] == '/' && text[i - 1] != '\\'
                && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) || text[i + 1] == ')' || (isList && text[i + 1] == ',')))
            {
                return i;
            }
        }

        return null;
    }
}
