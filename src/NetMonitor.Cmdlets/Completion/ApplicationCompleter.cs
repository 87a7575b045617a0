using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Completes application protocols: those that the running monitors see now.</summary>
public sealed class ApplicationCompleter : ValueCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200); // a key press must not hang on a busy monitor

    private protected override IEnumerable<(string Value, string? ToolTip)> Values()
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = new SortedDictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (NetMonitorSession session in MonitorRegistry.All())
        {
            foreach (NetConnection connection in session.Snapshot(filter: null, patience.Token))
            {
                if (connection.Application is { } application)
                {
                    seen[application] = seen.GetValueOrDefault(application) + 1;
                }
            }
        }

        return seen.Select(entry => (entry.Key, (string?)$"{entry.Value} connections now"));
    }
}
