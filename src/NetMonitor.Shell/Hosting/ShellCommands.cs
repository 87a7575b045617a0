using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell.Commands;

namespace NetMonitor.Shell.Hosting;

/// <summary>The few commands this shell adds to the engine's own: a person has to be able to change directory.</summary>
internal static class ShellCommands
{
    private static readonly (string Name, string Body)[] Functions =
    [
        ("cd", """
            # netmonitor-shell's own, in place of Set-Location; `cd -` goes back.
            param([string] $Path = '~')
            if ($Path -eq '-') { $Path = $global:__previousLocation }
            $here = $ExecutionContext.SessionState.Path.CurrentLocation.Path
            $null = $ExecutionContext.SessionState.Path.SetLocation($Path)
            $global:__previousLocation = $here
            """),
        ("pwd", "# netmonitor-shell's own, in place of Get-Location.\n$ExecutionContext.SessionState.Path.CurrentLocation"),
        ("cd..", "cd .."),
        ("cd~", "cd ~"),
        ("cd\\", "cd /"),
    ];

    public static void AddTo(InitialSessionState state)
    {
        foreach ((string name, string body) in Functions)
        {
            state.Commands.Remove(name, typeof(SessionStateAliasEntry));
            state.Commands.Remove(name, typeof(SessionStateFunctionEntry));
            state.Commands.Add(new SessionStateFunctionEntry(name, body));
        }
        state.Commands.Remove("Out-Default", typeof(SessionStateCmdletEntry));
        state.Commands.Add(new SessionStateCmdletEntry("Out-Default", typeof(ShellOutDefaultCommand), helpFileName: null));
    }
}

/// <summary>
/// The engine's Out-Default, which shows everything that reaches the end of a pipeline. The one difference: an error about a command that
/// only full PowerShell has says so.
/// </summary>
[Cmdlet("Out", "Default")]
public sealed class ShellOutDefaultCommand : OutDefaultCommand
{
    /// <summary>Explains a missing command, then shows the object as the engine does.</summary>
    protected override void ProcessRecord()
    {
        if (InputObject?.BaseObject is ErrorRecord { Exception: CommandNotFoundException missing } error
            && MissingCommands.Explain(missing.CommandName) is { } explanation)
        {
            error.ErrorDetails = new ErrorDetails(explanation);
        }
        base.ProcessRecord();
    }
}
