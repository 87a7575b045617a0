using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets what each process sends and receives: over the last minute, over all connections that are remembered, and with whom.</summary>
[Cmdlet(VerbsCommon.Get, "NetProcessActivity")]
[OutputType(typeof(ProcessActivity))]
public sealed class GetNetProcessActivityCommand : NetMonitorCmdlet
{
    /// <summary>A filter like 'process:firefox country:US' (docs/filter.md): only these connections count.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string? Filter { get; set; }

    /// <summary>Names of the monitors to ask. Default: all that run or have read their file.</summary>
    [Parameter]
    [Alias("Monitor")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>How long to compare with the counters of the interfaces, which fills Coverage. Default: not at all. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan? CoverageInterval { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        Func<NetConnection, bool> filter = ReadFilter(Filter).Matches;
        IReadOnlyList<NetMonitorSession> sessions = Name is null ? UsableOrStarted() : FindMonitors(Name);
        double? coverage = null;
        if (CoverageInterval is { } interval)
        {
            var measured = new ProcessCoverage(sessions);
            Cancellation.WaitHandle.WaitOne(interval);
            Cancellation.ThrowIfCancellationRequested();
            coverage = measured.Measure();
        }

        foreach (ProcessActivity activity in ProcessActivity.Of(sessions.SelectMany(session => session.Snapshot(filter, includeHistoric: true, Cancellation)), coverage))
        {
            WriteObject(activity);
        }

        WarnOfFailures(sessions);
    }
}
