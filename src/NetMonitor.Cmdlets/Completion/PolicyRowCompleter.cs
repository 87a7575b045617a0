namespace NetMonitor.Cmdlets;

/// <summary>Completes the rows of policies: of those in force, then of the built-in ones.</summary>
public sealed class PolicyRowCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        MonitorRegistry.All().Select(session => session.Policy).Append(MonitorStart.Policy).Concat(TimeoutPolicy.BuiltIn)
            .SelectMany(policy => policy.Rows).DistinctBy(row => row.Name).Select(row => (row.Name, (string?)$"{row.After:c}"));
}
