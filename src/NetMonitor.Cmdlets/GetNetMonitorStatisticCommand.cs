using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets how the whole host fares: rates, connections opened and closed per second, loss, round-trip times, the counters of the interfaces.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitorStatistic", DefaultParameterSetName = NameSet)]
[OutputType(typeof(NetMonitorStatistics))]
public sealed class GetNetMonitorStatisticCommand : MonitorChoiceCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        IReadOnlyList<NetMonitorSession> sessions = ChosenMonitors();
        WarnOfFailures(sessions);
        foreach (NetMonitorSession session in sessions)
        {
            WriteObject(session.Statistics(rows: null, Cancellation));
        }
    }
}
