using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Makes monitors forget their connections, open and closed. They go on; what still talks appears again with its next packet.</summary>
[Cmdlet(VerbsCommon.Clear, "NetMonitor", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearNetMonitorCommand : NetMonitorCmdlet
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
        foreach (NetMonitorSession session in InputObject ?? FindMonitors(Name))
        {
            SessionCounters counters = session.Counters;
            if (ShouldProcess(session.Name, $"Forget {counters.Connections} connections and {counters.Historic} closed ones"))
            {
                WriteVerbose($"'{session.Name}' forgot {session.Clear()} connections.");
            }
        }
    }
}
