namespace NetMonitor.Cmdlets;

/// <summary>Completes connection states.</summary>
public sealed class StateCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        Enum.GetNames<ConnectionState>().Select(state => (state, (string?)null));
}
