using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NetMonitor.Filtering;

namespace NetMonitor.Cmdlets;

/// <summary>Completes filters, with values from the connections of the monitors. Never throws: a completer that fails costs the user the key press.</summary>
public sealed class FilterCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            char quote = wordToComplete.Length > 0 && wordToComplete[0] is '\'' or '"' ? wordToComplete[0] : '\'';
            string typed = wordToComplete.Trim(quote).Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
            IEnumerable<NetConnection> rows = MonitorRegistry.All().SelectMany(session => session.Snapshot());
            return
            [
                .. FilterCompletion.Suggest(typed, typed.Length, rows).Select(suggestion => new CompletionResult(
                    quote + (typed[..suggestion.Start] + suggestion.Text).Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal) + quote,
                    suggestion.Text.Trim(),
                    CompletionResultType.ParameterValue,
                    suggestion.Description)),
            ];
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
