namespace NetMonitor.Filtering;

/// <summary>
/// Parses the filter language: <c>or</c> binds loosest, then <c>and</c> (or just a space), then <c>not</c>; parentheses group. A term is a
/// keyword with a value, or a word that may be anywhere.
/// </summary>
internal sealed class FilterParser(string text)
{
    /// <summary>The longest filter, characters (docs/limits.md).</summary>
    public const int LongestText = 4096;

    /// <summary>The deepest nesting of parentheses and <c>not</c> (docs/limits.md).</summary>
    public const int DeepestNesting = 64;

    private int _at;
    private int _depth;

    /// <summary>The whole text.</summary>
    /// <returns>The test, or null when there is none.</returns>
    /// <exception cref="FilterException">The text has a mistake.</exception>
    public Predicate? Parse()
    {
        if (text.Length > LongestText)
        {
            throw new FilterException(FilterErrorId.TooLong, LongestText, 1, $"A filter has at most {LongestText} characters.");
        }

        SkipSpace();
        if (_at == text.Length)
        {
            return null;
        }

        Predicate whole = ParseOr();
        return _at == text.Length
            ? whole
            : throw new FilterException(FilterErrorId.UnbalancedParenthesis, _at, 1, "This parenthesis closes nothing.");
    }

    private Predicate ParseOr()
    {
        List<Predicate> terms = [ParseAnd()];
        while (TryTakeOperator("or", "||"))
        {
            terms.Add(ParseAnd());
        }

        return terms is [var only] ? only : new OrPredicate([.. terms]);
    }

    private Predicate ParseAnd()
    {
        List<Predicate> terms = [ParseNot()];
        while (_at < text.Length && text[_at] != ')' && !IsOperator("or", "||"))
        {
            TryTakeOperator("and", "&&");
            terms.Add(ParseNot());
        }

        return terms is [var only] ? only : new AndPredicate([.. terms]);
    }

    private Predicate ParseNot()
    {
        if (++_depth > DeepestNesting)
        {
            throw new FilterException(FilterErrorId.TooLong, _at, 1, $"A filter nests at most {DeepestNesting} deep.");
        }

        Predicate term;
        if (TryTakeOperator("not", "!"))
        {
            term = new NotPredicate(ParseNot());
        }
        else if (_at < text.Length && text[_at] == '(')
        {
            int open = _at++;
            SkipSpace();
            term = ParseOr();
            if (_at == text.Length)
            {
                throw new FilterException(FilterErrorId.UnbalancedParenthesis, open, 1, "This parenthesis is never closed.");
            }

            _at++;
            SkipSpace();
        }
        else
        {
            term = ParseTerm();
        }

        _depth--;
        return term;
    }

    private Predicate ParseTerm()
    {
        if (_at == text.Length || text[_at] == ')' || IsOperator("or", "||") || IsOperator("and", "&&"))
        {
            throw new FilterException(FilterErrorId.MissingValue, _at, WordLength(), "Something to look for is missing here.");
        }

        int start = _at;
        if (TryReadKeyword() is { } term)
        {
            return term;
        }

        _at = start;
        if (text[_at] is '<' or '>' or ':' or '=')
        {
            throw new FilterException(FilterErrorId.MissingValue, _at, 1, "A keyword is missing before this sign.");
        }

        FilterValue word = FilterValue.Read(text, ref _at, isList: false);
        SkipSpace();
        return new AnywherePredicate(word.ToPattern(exact: false));
    }

    /// <summary>A keyword, its operator and its values; null when the text here is a plain word.</summary>
    private Predicate? TryReadKeyword()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '-' or '_'))
        {
            _at++;
        }

        string name = text[start.._at];
        if (name.Length == 0 || !char.IsAsciiLetter(name[0]))
        {
            return null;
        }

        FilterKeyword? keyword = FilterKeywords.Find(name);
        int afterName = _at;
        if (keyword is not null)
        {
            SkipSpace();
            if (_at == text.Length || (_at > afterName && text[_at] is not ('<' or '>')))
            {
                return null; // "rate" alone is a word; "rate > 5" is not
            }
        }

        int sign = _at;
        FilterOperator? op = FilterOperators.Read(text, ref _at);
        if (op is null || (keyword is null && op is FilterOperator.Is or FilterOperator.IsNot))
        {
            return null; // a word like "a=b"
        }

        if (keyword is null)
        {
            return op == FilterOperator.Has && IsAddressLike(start)
                ? null
                : throw new FilterException(
                    FilterErrorId.UnknownKeyword, start, name.Length,
                    $"'{name}' is no keyword.{Suggest(name)} To look for the text itself, put it in quotes.");
        }

        if (op == FilterOperator.Has)
        {
            op = FilterOperators.Read(text, ref _at, afterColon: true) ?? FilterOperator.Has;
        }

        if (sign > afterName || op is not (FilterOperator.Has or FilterOperator.Is or FilterOperator.IsNot))
        {
            SkipSpace();
        }

        if (_at == text.Length || char.IsWhiteSpace(text[_at]) || text[_at] == ')')
        {
            throw new FilterException(FilterErrorId.MissingValue, _at, 1, $"'{name}' needs a value: {FilterValues.Expected(keyword.Kind)}.");
        }

        if (op is not (FilterOperator.Has or FilterOperator.Is or FilterOperator.IsNot) && !keyword.IsComparable)
        {
            throw new FilterException(FilterErrorId.NotComparable, sign, _at - sign, $"'{name}' cannot be compared: use {name}:value.");
        }

        List<FilterValue> values = [FilterValue.Read(text, ref _at, isList: true)];
        while (_at < text.Length && text[_at] == ',')
        {
            _at++;
            if (_at == text.Length || char.IsWhiteSpace(text[_at]) || text[_at] is ',' or ')')
            {
                throw new FilterException(FilterErrorId.MissingValue, _at, 1, "A value is missing behind this comma.");
            }

            values.Add(FilterValue.Read(text, ref _at, isList: true));
        }

        SkipSpace();
        return FilterTerm.Compile(keyword, op.Value, values);
    }

    /// <summary>"fe80::1" and "ab:cd:…" have colons too: hexadecimal digits and at least two colons are an address of some kind.</summary>
    private bool IsAddressLike(int start)
    {
        int end = start;
        while (end < text.Length && (char.IsAsciiHexDigit(text[end]) || text[end] is ':' or '.' or '/' or '%'))
        {
            end++;
        }

        return (end == text.Length || char.IsWhiteSpace(text[end]) || text[end] == ')') && text.AsSpan(start, end - start).Count(':') >= 2;
    }

    private static string Suggest(string name)
    {
        FilterKeyword? near = FilterKeywords.All.FirstOrDefault(keyword =>
            keyword.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(keyword.Name, StringComparison.OrdinalIgnoreCase));
        return near is null ? "" : $" Did you mean '{near.Name}'?";
    }

    private int WordLength()
    {
        int end = _at;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('(' or ')'))
        {
            end++;
        }

        return Math.Max(1, end - _at);
    }

    private bool IsOperator(string word, string sign)
    {
        if (text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
        {
            return true;
        }

        int end = _at + word.Length;
        return text.AsSpan(_at).StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && (end == text.Length || char.IsWhiteSpace(text[end]) || text[end] is '(' or ')');
    }

    private bool TryTakeOperator(string word, string sign)
    {
        if (_at == text.Length || !IsOperator(word, sign))
        {
            return false;
        }

        _at += text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal) ? sign.Length : word.Length;
        SkipSpace();
        return true;
    }

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }
}
