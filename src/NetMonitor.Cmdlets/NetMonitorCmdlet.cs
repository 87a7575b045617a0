using System.Management.Automation;
using NetMonitor.Capture;
using NetMonitor.Export;
using NetMonitor.Filtering;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>What every cmdlet of the module shares: it can be canceled, and the engine's errors leave it as error records.</summary>
public abstract class NetMonitorCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Canceled by Ctrl+C, or when the pipeline is stopped in another way.</summary>
    protected CancellationToken Cancellation => _cancellation.Token;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(BeginPipeline);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(ProcessInput);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(EndPipeline);

    /// <inheritdoc/>
    /// <remarks>Called on another thread, possibly while the pipeline ends by itself.</remarks>
    protected sealed override void StopProcessing()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended first.
        }
    }

    /// <summary>Before the first object of the pipeline.</summary>
    protected virtual void BeginPipeline()
    {
    }

    /// <summary>For each object of the pipeline, or once.</summary>
    protected virtual void ProcessInput()
    {
    }

    /// <summary>After the last object of the pipeline. Not called when the pipeline is stopped.</summary>
    protected virtual void EndPipeline()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds. PowerShell calls it in every case, a stopped pipeline too.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cancellation.Dispose();
        }
    }

    /// <summary>Writes the warnings that a user has not seen yet: of each monitor that failed in the background, once.</summary>
    private protected void WarnOfFailures(IEnumerable<NetMonitorSession> sessions)
    {
        foreach (NetMonitorSession session in sessions)
        {
            if (session.Status == SessionStatus.Failed && MonitorRegistry.TakeFailureNotice(session))
            {
                WriteWarning($"The monitor '{session.Name}' failed: {session.Failure?.Message ?? "no reason given"} "
                    + $"Its connections can still be asked for with -Name; Stop-NetMonitor '{session.Name}' removes it.");
            }
        }
    }

    /// <summary>The full name of a file that is to be written; it need not exist.</summary>
    private protected string ResolveNew(string path)
    {
        try
        {
            string full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name == "FileSystem")
            {
                return full;
            }

            ThrowTerminatingError(Errors.NotAFilePath(path, inner: null));
        }
        catch (Exception missing) when (missing is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            ThrowTerminatingError(Errors.NotAFilePath(path, missing));
        }

        return path;
    }

    /// <summary>Writes a file or folder as Get-Item does.</summary>
    private protected void WriteItem(string path) => WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>Warns when a monitor that was just started does less than was asked for.</summary>
    private protected void WarnOfNotice(NetMonitorSession started)
    {
        if (started.Notice is { } notice)
        {
            WriteWarning(notice);
        }
    }

    /// <summary>Monitors by name or wildcard, each once; an error for each plain name that there is none of.</summary>
    private protected IReadOnlyList<NetMonitorSession> FindMonitors(string[]? names)
    {
        IReadOnlyList<NetMonitorSession> all = MonitorRegistry.All();
        if (names is null)
        {
            return all;
        }

        var found = new List<NetMonitorSession>();
        foreach (string name in names)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            bool any = false;
            foreach (NetMonitorSession session in all)
            {
                // A file's name may hold brackets: the plain name counts as well as the pattern.
                if (pattern.IsMatch(session.Name) || string.Equals(name, session.Name, StringComparison.OrdinalIgnoreCase))
                {
                    any = true;
                    if (!found.Contains(session))
                    {
                        found.Add(session);
                    }
                }
            }

            if (!any && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(Errors.MonitorNotFound(name, all));
            }
        }

        return found;
    }

    /// <summary>The full paths of files named in PowerShell's terms. A file that is not there ends the cmdlet.</summary>
    private protected IReadOnlyList<string> ResolveFiles(string[]? paths)
    {
        var files = new List<string>();
        foreach (string path in paths ?? [])
        {
            string? file = CapturePaths.Literal(SessionState.Path, path, out ErrorRecord? error);
            if (error is not null)
            {
                ThrowTerminatingError(error);
            }

            files.Add(file!);
        }

        return files;
    }

    /// <summary>Reads what a user gave as -Filter; a mistake ends the command.</summary>
    private protected ConnectionFilterExpression ReadFilter(string? text)
    {
        if (!ConnectionFilterExpression.TryParse(text ?? "", out ConnectionFilterExpression? filter, out FilterError? error))
        {
            ThrowTerminatingError(Errors.NotAFilter(text!, error));
        }

        return filter!;
    }

    /// <summary>The monitors that have something to show, or a new one on the default interface.</summary>
    private protected IReadOnlyList<NetMonitorSession> UsableOrStarted()
    {
        WarnOfFailures(MonitorRegistry.All());
        IReadOnlyList<NetMonitorSession> sessions = MonitorRegistry.UsableOrStart(() => MonitorStart.Start(new SessionOptions { Policy = MonitorStart.Policy }), out bool started);
        if (started)
        {
            WriteVerbose($"No monitor was running: started '{sessions[0].Name}' on {string.Join(", ", sessions[0].Interfaces)}. Stop-NetMonitor stops it.");
        }

        return sessions;
    }

    /// <summary>Does work that takes long: here, or in a job that is written instead.</summary>
    private protected void Run(string command, bool asJob, Action<IWorkOutput> work)
    {
        if (!asJob)
        {
            work(new CmdletOutput(this));
            return;
        }

        var job = new NetMonitorJob(command, work);
        JobRepository.Add(job);
        job.Start();
        WriteObject(job);
    }

    /// <summary>Work that the command itself does.</summary>
    private sealed class CmdletOutput(NetMonitorCmdlet cmdlet) : IWorkOutput
    {
        public CancellationToken Cancellation => cmdlet.Cancellation;

        public void Write(object item) => cmdlet.WriteObject(item);

        public void Warn(string text) => cmdlet.WriteWarning(text);

        public void Fail(ErrorRecord error) => cmdlet.WriteError(error);

        public void Report(ProgressRecord progress) => cmdlet.WriteProgress(progress);
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (CaptureException error)
        {
            ThrowTerminatingError(Errors.From(error, target: null));
        }
        catch (ExportException error)
        {
            ThrowTerminatingError(Errors.From(error, target: null));
        }
        catch (NameTakenException error)
        {
            ThrowTerminatingError(Errors.MonitorNameTaken(error.Name));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }
}
