using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Stops monitors and forgets them. What was captured before the stop is still worked off.</summary>
[Cmdlet(VerbsLifecycle.Stop, "NetMonitor", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(NetMonitorSession))]
public sealed class StopNetMonitorCommand : MonitorChoiceCmdlet
{
    /// <summary>Writes each monitor that was stopped.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        foreach (NetMonitorSession session in ChosenMonitors())
        {
            if (!ShouldProcess(session.Name))
            {
                continue;
            }

            WarnOfFailures([session]);
            MonitorRegistry.Stop(session);
            if (PassThru)
            {
                WriteObject(session);
            }
        }
    }
}
