using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Sets when silent connections leave the table: another policy, or another time for some rows.</summary>
[Cmdlet(VerbsCommon.Set, "NetMonitorPolicy", DefaultParameterSetName = RowSet, SupportsShouldProcess = true)]
[OutputType(typeof(TimeoutPolicy))]
public sealed class SetNetMonitorPolicyCommand : NetMonitorCmdlet
{
    private const string RowSet = "Row";
    private const string PolicySet = "Policy";
    private const string NewMonitors = "monitors that start from now on";

    /// <summary>Names of monitors. Default: all, and those that start from now on.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The policy: one that Get-NetMonitorPolicy writes, or the name of one that is built in.</summary>
    [Parameter(ParameterSetName = PolicySet, Mandatory = true, ValueFromPipeline = true)]
    [Policy]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    public TimeoutPolicy? Policy { get; set; }

    /// <summary>The rows to change.</summary>
    [Parameter(ParameterSetName = RowSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PolicyRowCompleter))]
    public string[]? Row { get; set; }

    /// <summary>The silence after which connections of these rows leave the table. A number means seconds.</summary>
    [Parameter(ParameterSetName = RowSet, Mandatory = true)]
    [Seconds]
    [Positive]
    public TimeSpan Timeout { get; set; }

    /// <summary>Writes each policy that was set.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (Name is null && Changed(MonitorStart.Policy) is { } policy && ShouldProcess(NewMonitors))
        {
            MonitorStart.Policy = policy;
            Tell(policy);
        }

        foreach (NetMonitorSession session in FindMonitors(Name))
        {
            if (Changed(session.Policy) is { } changed && ShouldProcess(session.Name))
            {
                session.Policy = changed;
                Tell(changed);
            }
        }
    }

    /// <summary>What a policy becomes; null when it has none of the rows.</summary>
    private TimeoutPolicy? Changed(TimeoutPolicy policy)
    {
        if (Policy is not null)
        {
            return Policy;
        }

        TimeoutPolicy changed = policy;
        foreach (string row in Row ?? [])
        {
            var pattern = new WildcardPattern(row, WildcardOptions.IgnoreCase);
            string[] found = [.. policy.Rows.Select(one => one.Name).Where(name => pattern.IsMatch(name))];
            if (found.Length == 0)
            {
                WriteError(Errors.PolicyRowNotFound(row, policy));
                return null;
            }

            changed = found.Aggregate(changed, (sofar, name) => sofar.With(name, Timeout));
        }

        return changed;
    }

    private void Tell(TimeoutPolicy policy)
    {
        if (PassThru)
        {
            WriteObject(policy);
        }
    }
}
