using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets the monitors of this process: what each one watches, what it counted, and why it failed if it did.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitor")]
[OutputType(typeof(NetMonitorSession))]
public sealed class GetNetMonitorCommand : NetMonitorCmdlet
{
    /// <summary>Names of monitors. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        IReadOnlyList<NetMonitorSession> found = FindMonitors(Name);
        WarnOfFailures(found);
        foreach (NetMonitorSession session in found)
        {
            WriteObject(session);
        }
    }
}
