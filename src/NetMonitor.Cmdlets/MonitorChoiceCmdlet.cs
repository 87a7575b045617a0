using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>A cmdlet that does something with monitors: those of a name, or those that the pipeline brings.</summary>
public abstract class MonitorChoiceCmdlet : NetMonitorCmdlet
{
    /// <summary>The parameter set of <see cref="Name"/>.</summary>
    protected const string NameSet = "Name";

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

    /// <summary>The monitors meant.</summary>
    protected IReadOnlyList<NetMonitorSession> ChosenMonitors() => InputObject ?? FindMonitors(Name);
}
