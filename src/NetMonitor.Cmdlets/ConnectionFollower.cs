using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Writes connections as things happen to them.</summary>
internal static class ConnectionFollower
{
    /// <summary>How long one look for the next event lasts, when nothing limits it.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Follows until the monitors end, the time is up or the output is canceled.</summary>
    /// <param name="sessions">The monitors.</param>
    /// <param name="filter">Which connections; null for all.</param>
    /// <param name="changes">Which changes; null for the usual ones.</param>
    /// <param name="duration">How long; null for ever.</param>
    /// <param name="output">Receives each connection with a property Change.</param>
    public static void Follow(
        IReadOnlyList<NetMonitorSession> sessions, Func<NetConnection, bool>? filter, IEnumerable<ConnectionChange>? changes, TimeSpan? duration, IWorkOutput output)
    {
        using var feed = new ConnectionFeed(sessions, filter, changes);
        long begun = TimeProvider.System.GetTimestamp();
        long told = 0;
        while (!feed.IsOver)
        {
            TimeSpan rest = duration is { } limit ? limit - TimeProvider.System.GetElapsedTime(begun) : Look;
            if (rest <= TimeSpan.Zero)
            {
                return;
            }

            if (feed.TryTake(out ConnectionEvent? change, rest < Look ? rest : Look, output.Cancellation))
            {
                output.Write(WithChange(change));
            }

            if (feed.Dropped > told)
            {
                output.Warn($"{feed.Dropped - told} events were lost: they came faster than they were taken.");
                told = feed.Dropped;
            }
        }
    }

    private static PSObject WithChange(ConnectionEvent change)
    {
        PSObject item = PSObject.AsPSObject(change.Connection);
        item.Properties.Add(new PSNoteProperty("Change", change.Change));
        return item;
    }
}
