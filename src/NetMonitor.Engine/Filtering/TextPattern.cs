using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace NetMonitor.Filtering;

/// <summary>A test of text that ignores case and allocates nothing.</summary>
internal abstract class TextPattern
{
    /// <summary>True when it could fit the text of an address and a port, which costs more to make than to test.</summary>
    public virtual bool MayFitEndPoint => true;

    public abstract bool IsMatch(ReadOnlySpan<char> text);

    public bool IsMatch(string? text) => text is not null && IsMatch(text.AsSpan());
}

/// <summary>The text is part of the field.</summary>
internal sealed class ContainsPattern(string part) : TextPattern
{
    public override bool MayFitEndPoint { get; } = part.All(c => char.IsAsciiHexDigit(c) || c is '.' or ':' or '[' or ']');

    public override bool IsMatch(ReadOnlySpan<char> text) =>
        text.Length >= part.Length && text.Contains(part, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The text is the field.</summary>
internal sealed class ExactPattern(string whole) : TextPattern
{
    public override bool IsMatch(ReadOnlySpan<char> text) =>
        text.Length == whole.Length && text.Equals(whole, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The field as a whole fits a pattern with * and ?.</summary>
internal sealed class WildcardTextPattern(string pattern) : TextPattern
{
    private readonly string _pattern = pattern.Replace("\\", "\\\\", StringComparison.Ordinal); // the matcher's own escape

    public override bool IsMatch(ReadOnlySpan<char> text) => FileSystemName.MatchesSimpleExpression(_pattern, text, ignoreCase: true);
}

/// <summary>Some part of the field fits a regular expression, found in time linear to the field's length.</summary>
internal sealed class RegexPattern : TextPattern
{
    /// <summary>The most time one field may take (docs/limits.md); a field that takes longer does not fit.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Regex _regex;

    /// <exception cref="ArgumentException">It cannot be read.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public RegexPattern(string expression) => _regex = new Regex(
        expression, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);

    public override bool IsMatch(ReadOnlySpan<char> text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}

/// <summary>One of several patterns fits.</summary>
internal sealed class AnyPattern(TextPattern[] patterns) : TextPattern
{
    public override bool MayFitEndPoint { get; } = Array.Exists(patterns, pattern => pattern.MayFitEndPoint);

    public override bool IsMatch(ReadOnlySpan<char> text)
    {
        foreach (TextPattern pattern in patterns)
        {
            if (pattern.IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }
}
