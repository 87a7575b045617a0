using System.Management.Automation;
using NetMonitor.Filtering;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Waits until a connection fits a filter, and writes it: the answer to "has it called home yet?". Starts a monitor on the default interface when none runs.</summary>
[Cmdlet(VerbsLifecycle.Wait, "NetConnection")]
[OutputType(typeof(NetConnection))]
public sealed class WaitNetConnectionCommand : NetMonitorCmdlet
{
    private static readonly ConnectionChange[] EveryChange = Enum.GetValues<ConnectionChange>();

    private ConnectionFilterExpression _filter = ConnectionFilterExpression.Everything;

    /// <summary>A filter like 'host:example.com state:established' (docs/filter.md).</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string Filter { get; set; } = "";

    /// <summary>How long to wait. Default: for ever. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive(OrZero = true)]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Names of the monitors to ask. Default: all that run or have read their file.</summary>
    [Parameter]
    [Alias("Monitor")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Waits in a job and writes the job. Stopping it ends the wait.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void BeginPipeline() => _filter = ReadFilter(Filter);

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        IReadOnlyList<NetMonitorSession> sessions = Name is null ? UsableOrStarted() : FindMonitors(Name);
        if (sessions.Count > 0)
        {
            // Listening begins here, and before looking at what is there, so that nothing falls between.
            var feed = new ConnectionFeed(sessions, _filter.Matches, EveryChange);
            Run($"Wait-NetConnection '{Filter}'", AsJob, output => Wait(sessions, feed, output));
            WarnOfFailures(sessions);
        }
    }

    private void Wait(IReadOnlyList<NetMonitorSession> sessions, ConnectionFeed feed, IWorkOutput output)
    {
        using ConnectionFeed disposed = feed;
        long begun = TimeProvider.System.GetTimestamp();
        if (sessions.SelectMany(session => session.Snapshot(_filter.Matches, output.Cancellation)).FirstOrDefault() is { } there)
        {
            output.Write(there);
            return;
        }

        while (!feed.IsOver)
        {
            TimeSpan rest = Timeout is { } limit ? limit - TimeProvider.System.GetElapsedTime(begun) : TimeSpan.FromSeconds(1);
            if (feed.TryTake(out ConnectionEvent? change, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, output.Cancellation))
            {
                output.Write(change.Connection);
                return;
            }

            if (Timeout is not null && TimeProvider.System.GetElapsedTime(begun) >= Timeout)
            {
                break;
            }
        }

        output.Fail(Timeout is { } time && !feed.IsOver ? Errors.TimedOut(Filter, time) : Errors.MonitorNotRunning(sessions[0]));
    }
}
