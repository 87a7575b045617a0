namespace NetMonitor.Filtering;

/// <summary>What is wrong with a filter's text.</summary>
public enum FilterErrorId
{
    /// <summary>A word before a colon or a comparison is no keyword.</summary>
    UnknownKeyword,

    /// <summary>A keyword or operator has nothing to work on.</summary>
    MissingValue,

    /// <summary>A value is not of the keyword's kind.</summary>
    InvalidValue,

    /// <summary>The keyword's field has no order to compare by.</summary>
    NotComparable,

    /// <summary>A quotation mark has no partner.</summary>
    UnclosedQuote,

    /// <summary>A parenthesis has no partner.</summary>
    UnbalancedParenthesis,

    /// <summary>A regular expression cannot be read, or needs what could take forever (backreferences, lookaround).</summary>
    InvalidRegex,

    /// <summary>The filter is longer or deeper than docs/limits.md allows.</summary>
    TooLong,
}

/// <summary>A mistake in a filter.</summary>
/// <param name="Id">What kind of mistake; stable.</param>
/// <param name="Position">Where it begins, counted from 0; the text's length when something is missing at its end.</param>
/// <param name="Length">How many characters of the text are meant, at least 1.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record FilterError(FilterErrorId Id, int Position, int Length, string Message)
{
    /// <summary>The filter with a line of carets under what is meant.</summary>
    public string Underline(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string oneLine = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return $"{oneLine}\n{new string(' ', Position)}{new string('^', Math.Max(1, Length))}";
    }
}

/// <summary>Carries a mistake out of the parser; never leaves this room.</summary>
#pragma warning disable CA1064, CA1032 // Internal on purpose, and made in one way only.
internal sealed class FilterException(FilterError error) : Exception(error.Message)
#pragma warning restore CA1064, CA1032
{
    public FilterException(FilterErrorId id, int position, int length, string message)
        : this(new FilterError(id, position, Math.Max(1, length), message))
    {
    }

    public FilterError Error { get; } = error;
}
