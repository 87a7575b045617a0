using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Stops monitors and forgets them. What was captured before the stop is still worked off.</summary>
[Cmdlet(VerbsLifecycle.Stop, "NetMonitor", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(NetMonitorSession))]
public sealed class StopNetMonitorCommand : NetMonitorCmdlet
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

    /// <summary>Writes each monitor that was stopped.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        foreach (NetMonitorSession session in InputObject ?? FindMonitors(Name))
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
