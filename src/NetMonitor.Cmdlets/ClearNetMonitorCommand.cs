using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Makes monitors forget their connections, open and closed. They go on; what still talks appears again with its next packet.</summary>
[Cmdlet(VerbsCommon.Clear, "NetMonitor", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearNetMonitorCommand : MonitorChoiceCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        foreach (NetMonitorSession session in ChosenMonitors())
        {
            SessionCounters counters = session.Counters;
            if (ShouldProcess(session.Name, $"Forget {counters.Connections} connections and {counters.Historic} closed ones"))
            {
                WriteVerbose($"'{session.Name}' forgot {session.Clear()} connections.");
            }
        }
    }
}
