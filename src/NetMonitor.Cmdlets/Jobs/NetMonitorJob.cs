using System.Management.Automation;
using NetMonitor.Capture;

namespace NetMonitor.Cmdlets;

/// <summary>Work of this module on a thread of its own. Get-Job, Receive-Job, Wait-Job, Stop-Job and Remove-Job treat it as any other job.</summary>
public sealed class NetMonitorJob : Job
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Action<IWorkOutput> _work;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _worked = new();

    internal NetMonitorJob(string command, Action<IWorkOutput> work)
        : base(command)
    {
        PSJobTypeName = "NetMonitorJob";
        _work = work;
        _thread = new Thread(Work) { IsBackground = true, Name = "NetMonitor job" };
    }

    /// <inheritdoc/>
    public override bool HasMoreData => Output.Count + Error.Count + Warning.Count + Verbose.Count + Debug.Count + Information.Count + Progress.Count > 0;

    /// <inheritdoc/>
    public override string Location => Environment.MachineName;

    /// <inheritdoc/>
    public override string StatusMessage => "";

    /// <inheritdoc/>
    /// <remarks>
    /// Returns when the work has ended and the state says so. Its thread is not waited for: it goes on to tell others of the state, who may wait for the one that stops the
    /// job, or dispose of it there (Receive-Job -AutoRemoveJob).
    /// </remarks>
    public override void StopJob()
    {
        _cancellation.Cancel();
        if (Thread.CurrentThread != _thread)
        {
            _worked.Wait();
            SpinWait.SpinUntil(() => JobStateInfo.State is JobState.Completed or JobState.Failed or JobState.Stopped);
        }
    }

    internal void Start()
    {
        SetJobState(JobState.Running);
        _thread.Start();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopJob();
            _cancellation.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Work()
    {
        JobState end = JobState.Completed;
        try
        {
            _work(new JobOutput(this));
        }
        catch (OperationCanceledException)
        {
            end = JobState.Stopped;
        }
        catch (CaptureException e)
        {
            Error.Add(Errors.From(e, target: null));
            end = JobState.Failed;
        }
#pragma warning disable CA1031 // An exception on this thread would end the user's shell; the job's owner sees it instead.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Error.Add(new ErrorRecord(e, e.GetType().Name, ErrorCategory.NotSpecified, null));
            end = JobState.Failed;
        }

        _worked.Set();
        SetJobState(end);
    }

    private sealed class JobOutput(NetMonitorJob job) : IWorkOutput
    {
        public CancellationToken Cancellation { get; } = job._cancellation.Token;

        public void Write(object item) => job.Output.Add(PSObject.AsPSObject(item));

        public void Warn(string text) => job.Warning.Add(new WarningRecord(text));

        public void Fail(ErrorRecord error) => job.Error.Add(error);

        public void Report(ProgressRecord progress) => job.Progress.Add(progress);
    }
}
