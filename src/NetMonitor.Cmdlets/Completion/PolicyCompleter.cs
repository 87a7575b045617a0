namespace NetMonitor.Cmdlets;

/// <summary>Completes the built-in policies.</summary>
public sealed class PolicyCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        TimeoutPolicy.BuiltIn.Select(policy => (policy.Name, (string?)$"{policy.Rows.Count} rows"));
}
