namespace NetMonitor.Cmdlets;

/// <summary>Completes the names of monitors.</summary>
public sealed class MonitorNameCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        MonitorRegistry.All().Select(session => (session.Name, (string?)$"{session.Status}, started {session.StartTime.LocalDateTime:g}"));
}
