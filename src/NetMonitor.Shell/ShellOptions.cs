using System.Diagnostics.CodeAnalysis;

namespace NetMonitor.Shell;

/// <summary>What a command line asks the shell to do.</summary>
internal enum ShellAction
{
    /// <summary>The interactive prompt; the script on stdin when stdin is not a terminal.</summary>
    Prompt,
    Command,
    File,
    StandardInput,
    Version,
    Help,
}

/// <summary>The command line, parsed. Options are pwsh's where the meaning is the same, in any case and with one dash or two.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Text">The command's text, or the path of the script file.</param>
/// <param name="ScriptArguments">The arguments after the script file, as they were given.</param>
/// <param name="NoExit">Show the prompt after the command or script.</param>
/// <param name="NoModule">Do not import NetMonitor.</param>
internal sealed record ShellOptions(
    ShellAction Action, string Text, IReadOnlyList<string> ScriptArguments, bool NoExit, bool NoModule)
{
    public const string HelpText = """
        netmonitor-shell: a small PowerShell with NetMonitor imported, for machines without PowerShell.

        netmonitor-shell [-NoModule] [-NoExit]                         the prompt; a script on stdin if that is not a terminal
        netmonitor-shell [-NoModule] [-NoExit] -Command TEXT...        run the rest of the line; '-' reads it from stdin
        netmonitor-shell [-NoModule] [-NoExit] -File PATH ARGS...      run a script with its arguments
        netmonitor-shell -Version | -Help

          -Command, -c    exit code: N of 'exit N', else 1 if the last command failed or an error was not caught, else 0
          -File, -f       the same; arguments bind as pwsh -File binds them
          -NoExit         show the prompt afterwards
          -NoModule       do not import NetMonitor

        NETMONITOR_MODULE  the manifest to import; otherwise ../module/NetMonitor/NetMonitor.psd1, seen from the executable
        NO_COLOR           no colors;  COLUMNS  the width of redirected output (160)

        """;

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["command"] = "command",
        ["c"] = "command",
        ["file"] = "file",
        ["f"] = "file",
        ["noexit"] = "noexit",
        ["noe"] = "noexit",
        ["nomodule"] = "nomodule",
        // Accepted and without effect, so that command lines written for pwsh work: this shell reads no profile and shows no logo.
        ["noprofile"] = "ignored",
        ["nop"] = "ignored",
        ["nologo"] = "ignored",
        ["nol"] = "ignored",
        ["noninteractive"] = "ignored",
        ["noni"] = "ignored",
        ["version"] = "version",
        ["v"] = "version",
        ["help"] = "help",
        ["h"] = "help",
        ["?"] = "help",
    };

    /// <summary>Parses a command line. On failure <paramref name="problem"/> is one sentence for the user.</summary>
    public static bool TryParse(
        IReadOnlyList<string> args, [NotNullWhen(true)] out ShellOptions? options, [NotNullWhen(false)] out string? problem)
    {
        bool noExit = false;
        bool noModule = false;
        options = null;
        problem = null;
        for (int i = 0; i < args.Count; i++)
        {
            string argument = args[i];
            string[] rest = [.. args.Skip(i + 1)];
            switch (NameOf(argument))
            {
                case "noexit":
                    noExit = true;
                    continue;
                case "nomodule":
                    noModule = true;
                    continue;
                case "ignored":
                    continue;
                case "version":
                    options = new(ShellAction.Version, "", [], noExit, noModule);
                    return true;
                case "help":
                    options = new(ShellAction.Help, "", [], noExit, noModule);
                    return true;
                case "command" when rest.Length == 0:
                    problem = $"{argument} needs the text of a command.";
                    return false;
                case "command" when rest is ["-"]:
                    options = new(ShellAction.StandardInput, "", [], noExit, noModule);
                    return true;
                case "command":
                    options = new(ShellAction.Command, string.Join(' ', rest), [], noExit, noModule);
                    return true;
                case "file" when rest.Length == 0:
                    problem = $"{argument} needs the path of a script.";
                    return false;
                case "file" when rest is ["-"]:
                    options = new(ShellAction.StandardInput, "", [], noExit, noModule);
                    return true;
                case "file":
                    options = new(ShellAction.File, rest[0], rest[1..], noExit, noModule);
                    return true;
                default:
                    problem = argument.StartsWith('-')
                        ? $"'{argument}' is not an option; netmonitor-shell -Help lists them."
                        : $"'{argument}' is not understood; to run a script: -File {argument}, to run a command: -Command {argument}.";
                    return false;
            }
        }
        options = new(ShellAction.Prompt, "", [], noExit, noModule);
        return true;
    }

    private static string? NameOf(string argument)
    {
        string name = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..]
            : argument.StartsWith('-') ? argument[1..]
            : "";
        return Names.GetValueOrDefault(name);
    }
}
