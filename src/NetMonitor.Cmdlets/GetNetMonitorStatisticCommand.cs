using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets how the whole host fares: rates, connections opened and closed per second, loss, round-trip times, the counters of the interfaces.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitorStatistic", DefaultParameterSetName = NameSet)]
[OutputType(typeof(NetMonitorStatistics))]
public sealed class GetNetMonitorStatisticCommand : NetMonitorCmdlet
{
    private const string NameSet = "Name";
    private const string InputObjectSet = "InputObject";

    /// <summary>Names of monitors. Default: all.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The monitors themselves.</summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public NetMonitorSession[]? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        IReadOnlyList<NetMonitorSession> sessions = InputObject ?? FindMonitors(Name);
        WarnOfFailures(sessions);
        foreach (NetMonitorSession session in sessions)
        {
            WriteObject(session.Statistics(rows: null, Cancellation));
        }
    }
}
