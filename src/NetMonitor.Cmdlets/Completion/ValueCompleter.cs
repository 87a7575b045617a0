using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace NetMonitor.Cmdlets;

/// <summary>Completes an argument from a list of values. It asks nobody outside this process and never throws: a completer that fails costs the user the key press.</summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"');
        var pattern = new WildcardPattern(WildcardPattern.Escape(typed) + "*", WildcardOptions.IgnoreCase);
        var results = new List<CompletionResult>();
        try
        {
            foreach ((string value, string? toolTip) in Values())
            {
                if (pattern.IsMatch(value))
                {
                    results.Add(new CompletionResult(Quote(value), value, CompletionResultType.ParameterValue, toolTip is null or "" ? value : toolTip));
                }
            }
        }
#pragma warning disable CA1031 // See above: what was found so far is the answer.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        return results;
    }

    /// <summary>The values in the order they are offered, each with a line about it.</summary>
    private protected abstract IEnumerable<(string Value, string? ToolTip)> Values();

    private static string Quote(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or ':' or '/')
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
