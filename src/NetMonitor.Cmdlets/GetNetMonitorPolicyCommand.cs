using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets policies: when silent connections leave the table.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitorPolicy", DefaultParameterSetName = NameSet)]
[OutputType(typeof(TimeoutPolicy))]
public sealed class GetNetMonitorPolicyCommand : NetMonitorCmdlet
{
    private const string NameSet = "Name";
    private const string MonitorSet = "Monitor";

    /// <summary>Names of policies. Default: the one that new monitors get, and those that are built in.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Names of monitors whose policies to get instead.</summary>
    [Parameter(ParameterSetName = MonitorSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Monitor { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (Monitor is not null)
        {
            foreach (NetMonitorSession session in FindMonitors(Monitor))
            {
                WriteObject(session.Policy);
            }

            return;
        }

        IReadOnlyList<TimeoutPolicy> all = [.. TimeoutPolicy.BuiltIn.Prepend(MonitorStart.Policy).Distinct()];
        foreach (string name in Name ?? ["*"])
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            TimeoutPolicy[] found = [.. all.Where(policy => pattern.IsMatch(policy.Name))];
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(Errors.PolicyNotFound(name, all));
            }
        }
    }
}
