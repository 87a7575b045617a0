using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace NetMonitor.Shell.Hosting;

/// <summary>
/// One engine with its runspace: runs commands and scripts on the calling thread, one at a time. <see cref="Interrupt"/> and
/// <see cref="Close"/> may be called from any thread.
/// </summary>
internal sealed class ShellSession : IDisposable
{
    /// <summary>How long a closing session waits for a running pipeline to end.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopPollInterval = TimeSpan.FromMilliseconds(10);

    private readonly Runspace _runspace;
    private readonly Lock _closeLock = new();
    private volatile PowerShell? _running;
    private volatile bool _interrupted;
    private bool _closed;

    private ShellSession(ShellHost host, Runspace runspace)
    {
        Host = host;
        _runspace = runspace;
    }

    public ShellHost Host { get; }

    /// <summary>The prompt is showing or will show: Ctrl+C must never end the process.</summary>
    public bool IsInteractive { get; set; }

    /// <summary>A signal is ending the process: whoever uses the session waits for that and starts nothing.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>The code of <c>exit N</c>, once a script has said so.</summary>
    public int? RequestedExitCode => Host.RequestedExitCode;

    public static ShellSession Open()
    {
        Streams.ApplyNoColor();
        var host = new ShellHost();
        // CreateDefault() wants the assembly of the pwsh executable, which is not here; CreateDefault2() is the engine alone.
        InitialSessionState state = InitialSessionState.CreateDefault2();
        ShellCommands.AddTo(state);
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        }
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        return new ShellSession(host, runspace);
    }

    /// <summary>Runs text as if typed. The result is 0, or 1 when <c>$?</c> is false at the end or an error was not caught.</summary>
    public int RunCommand(string text)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        shell.AddScript(text, useLocalScope: false);
        return Run(shell, isUsers: true) is int failed ? failed
            : LastCommandSucceeded() ? ExitCodes.Success
            : ExitCodes.Failure;
    }

    /// <summary>Runs a script file with its arguments. The result is as for a command, or the code of its <c>exit N</c>.</summary>
    public int RunFile(string path, IReadOnlyList<string> arguments)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        var command = new Command(Path.GetFullPath(path), isScript: false, useLocalScope: false);
        foreach (CommandParameter parameter in ScriptArguments.Parse(arguments))
        {
            command.Parameters.Add(parameter);
        }
        shell.Commands.AddCommand(command);
        RethrowExitOfScriptFiles();
        return Run(shell, isUsers: true) is int failed ? failed
            : LastCommandSucceeded() ? ExitCodes.Success
            : ExitCodes.Failure;
    }

    /// <summary>Imports a module into the global session; a failure is shown and the session goes on.</summary>
    public void ImportModule(string manifest)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("Global", true);
        Run(shell, isUsers: false);
    }

    /// <summary>The text of the <c>prompt</c> function; the plain one when it fails.</summary>
    public string PromptText()
    {
        try
        {
            using PowerShell shell = PowerShell.Create(_runspace);
            return string.Concat(shell.AddCommand("prompt").Invoke<string>()) is { Length: > 0 } text ? text : "PS> ";
        }
        catch (RuntimeException)
        {
            return "PS> ";
        }
    }

    /// <summary>What may stand at the cursor, by the engine's own completion.</summary>
    public CommandCompletion Complete(string text, int cursor)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        return CommandCompletion.CompleteInput(text, cursor, options: null, shell);
    }

    /// <summary>Whether the parser needs more lines to make sense of the text.</summary>
    public static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Any(e => e.IncompleteInput);
    }

    /// <summary>Stops the running pipeline. False when there is none.</summary>
    public bool Interrupt()
    {
        if (_running is not { } shell)
        {
            return false;
        }
        try
        {
            _interrupted = true;
            shell.Stop();
        }
        catch (Exception e) when (e is NullReferenceException or ObjectDisposedException or InvalidOperationException)
        {
            // PowerShell.Stop throws these when the pipeline ends by itself in the same moment: it has ended, which is what we want.
        }
        return true;
    }

    /// <summary>The process is about to end on a signal: stops what runs and closes. Other threads have to let it happen.</summary>
    public void CloseOnSignal()
    {
        IsEnding = true;
        Interrupt();
        Close();
    }

    /// <summary>Removes the modules, so that their clean-up runs (NetMonitor stops its monitors), then closes the engine. Happens once.</summary>
    public void Close()
    {
        lock (_closeLock)
        {
            if (_closed)
            {
                return;
            }
            _closed = true;
            SpinWait.SpinUntil(() => Wait(_running is null), StopPatience);
            try
            {
                using PowerShell shell = PowerShell.Create(_runspace);
                shell.AddScript("Get-Module | Remove-Module -Force").Invoke();
            }
            catch (Exception e) when (e is RuntimeException or InvalidRunspaceStateException or InvalidOperationException)
            {
                Host.UI.WriteWarningLine($"A module did not clean up: {e.Message}");
            }
            _runspace.Dispose();
            Host.ClearProgress();
        }
    }

    public void Dispose()
    {
        if (IsEnding)
        {
            // The thread of the signal ends the process, with its exit code.
            Thread.Sleep(Timeout.Infinite);
        }
        Close();
    }

    private static bool Wait(bool done)
    {
        if (!done)
        {
            Thread.Sleep(StopPollInterval);
        }
        return done;
    }

    /// <summary>Runs to the end and shows every stream. Null when the pipeline ended by itself, else the exit code that it means.</summary>
    private int? Run(PowerShell shell, bool isUsers)
    {
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        _interrupted = false;
        _running = shell;
        try
        {
            // The engine puts $? back after a pipeline that does not go to the history.
            shell.Invoke(input: null, new PSInvocationSettings { Host = Host, AddToHistory = isUsers });
            // A loop that is stopped may end without an exception.
            return shell.InvocationStateInfo.State == PSInvocationState.Stopped || _interrupted ? ExitCodes.Interrupted : null;
        }
        catch (ExitException e)
        {
            Host.SetShouldExit(e.Argument is int code ? code : ExitCodes.Success);
            return RequestedExitCode;
        }
        catch (RuntimeException e) when (e is PipelineStoppedException || _interrupted)
        {
            return ExitCodes.Interrupted;
        }
        catch (RuntimeException e)
        {
            _running = null;
            Show(e.ErrorRecord);
            return ExitCodes.Failure;
        }
        finally
        {
            _running = null;
            Host.ClearProgress();
        }
    }

    /// <summary>
    /// Lets <c>exit N</c> of a script file reach the host. Otherwise the engine keeps it to $LASTEXITCODE, where it cannot be told from what
    /// a program returned. pwsh sets the same switch, which has no public name; the engine's version is pinned and a test watches it.
    /// </summary>
    private void RethrowExitOfScriptFiles()
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        object? context = _runspace.GetType().GetProperty("ExecutionContext", Internal)?.GetValue(_runspace);
        context?.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Internal)?.SetValue(context, true);
    }

    private bool LastCommandSucceeded() => _runspace.SessionStateProxy.GetVariable("?") is not false;

    private void Show(ErrorRecord error)
    {
        // Out-Default sends what carries this note to the error stream (the note is pwsh's own).
        PSObject record = PSObject.AsPSObject(error);
        if (record.Properties["writeErrorStream"] is null)
        {
            record.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        }
        try
        {
            using PowerShell shell = PowerShell.Create(_runspace);
            shell.AddCommand("Out-Default").AddParameter("InputObject", record).Invoke();
        }
        catch (RuntimeException e)
        {
            Host.UI.WriteErrorLine($"{error}{Environment.NewLine}{e.Message}");
        }
    }
}
