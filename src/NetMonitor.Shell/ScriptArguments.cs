using System.Globalization;
using System.Management.Automation.Runspaces;

namespace NetMonitor.Shell;

/// <summary>
/// Turns the arguments after <c>-File PATH</c> into parameters the way pwsh does: <c>-Name value</c> is left to the binder (so switches
/// and values are told apart by the script's <c>param</c> block), <c>-Name:value</c> is split, <c>$true</c>/<c>$false</c> after a colon
/// are Booleans, everything else is a string; <c>a,b</c> stays one string.
/// </summary>
internal static class ScriptArguments
{
    public static IReadOnlyList<CommandParameter> Parse(IReadOnlyList<string> arguments)
    {
        var parameters = new List<CommandParameter>(arguments.Count);
        string? pendingName = null;                     // "-Name:" takes the next argument, whatever it looks like
        foreach (string argument in arguments)
        {
            if (pendingName is not null)
            {
                parameters.Add(new CommandParameter(pendingName, ValueOf(argument)));
                pendingName = null;
            }
            else if (!IsName(argument))
            {
                parameters.Add(new CommandParameter(null, argument));
            }
            else if (argument.IndexOf(':') is var colon and > 0)
            {
                string name = argument[..colon];
                if (colon == argument.Length - 1)
                {
                    pendingName = name;
                }
                else
                {
                    parameters.Add(new CommandParameter(name, ValueOf(argument[(colon + 1)..])));
                }
            }
            else
            {
                parameters.Add(new CommandParameter(argument));
            }
        }
        if (pendingName is not null)
        {
            parameters.Add(new CommandParameter(pendingName));
        }
        return parameters;
    }

    private static bool IsName(string argument) =>
        argument.Length > 1 && argument[0] == '-'
        && !double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static object ValueOf(string text) =>
        text.Equals("$true", StringComparison.OrdinalIgnoreCase) ? true
        : text.Equals("$false", StringComparison.OrdinalIgnoreCase) ? false
        : text;
}
