namespace NetMonitor.View;

/// <summary>The language of the filter line.</summary>
public interface IFilterLanguage
{
    /// <summary>Understands a filter.</summary>
    /// <param name="text">What was typed; empty matches everything.</param>
    /// <param name="filter">Which connections it lets through; null when it is no filter.</param>
    /// <param name="mistake">What is wrong with it, or null.</param>
    /// <returns>True when it is a filter.</returns>
    bool TryParse(string text, out Predicate<NetConnection>? filter, out FilterMistake? mistake);

    /// <summary>What the word at a place may go on as, best first.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="cursor">Where the cursor is in it.</param>
    /// <param name="rows">Connections to take values from.</param>
    IReadOnlyList<FilterSuggestion> Suggest(string text, int cursor, IReadOnlyList<NetConnection> rows);
}

/// <summary>What is wrong with a filter.</summary>
/// <param name="Message">In words.</param>
/// <param name="Position">Where in the text, from 0.</param>
public sealed record FilterMistake(string Message, int Position);

/// <summary>A word the filter may go on with.</summary>
/// <param name="Start">Where what it replaces begins.</param>
/// <param name="Length">How much it replaces.</param>
/// <param name="Text">The word.</param>
public sealed record FilterSuggestion(int Start, int Length, string Text);
