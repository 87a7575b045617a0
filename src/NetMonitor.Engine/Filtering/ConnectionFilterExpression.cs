using System.Diagnostics.CodeAnalysis;

namespace NetMonitor.Filtering;

/// <summary>
/// A filter over connections, in the language of docs/filter.md: parsed once, then asked of every row without allocating. Immutable and safe
/// to use from many threads.
/// </summary>
public sealed class ConnectionFilterExpression
{
    private readonly Predicate? _predicate;

    private ConnectionFilterExpression(string text, Predicate? predicate)
    {
        Text = text;
        _predicate = predicate;
    }

    /// <summary>The filter that keeps everything.</summary>
    public static ConnectionFilterExpression Everything { get; } = new("", null);

    /// <summary>What it was parsed from.</summary>
    public string Text { get; }

    /// <summary>True when it keeps everything.</summary>
    public bool IsEmpty => _predicate is null;

    /// <summary>Reads a filter. Blank text keeps everything.</summary>
    /// <param name="text">The filter as typed.</param>
    /// <param name="filter">The filter; null when the text has a mistake.</param>
    /// <param name="error">The first mistake and where it is; null without one.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out ConnectionFilterExpression? filter, [NotNullWhen(false)] out FilterError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            filter = new ConnectionFilterExpression(text, new FilterParser(text).Parse());
            error = null;
            return true;
        }
        catch (FilterException e)
        {
            filter = null;
            error = e.Error;
            return false;
        }
    }

    /// <summary>True when the filter keeps the connection.</summary>
    public bool Matches(NetConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _predicate is null || _predicate.Matches(connection);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
