using System.Runtime.CompilerServices;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>
/// The monitors of this process by name. They belong to the process and not to a runspace, so that one tab can start what another reads.
/// Thread-safe. Opening a source may take long and therefore happens outside the lock, on a reserved name.
/// </summary>
internal static class MonitorRegistry
{
    private static readonly Lock Gate = new();
    private static readonly Lock DefaultGate = new();
    private static readonly Dictionary<string, NetMonitorSession?> Sessions = new(StringComparer.OrdinalIgnoreCase); // null: reserved
    private static readonly List<string> Order = [];
    private static readonly ConditionalWeakTable<NetMonitorSession, object> FailureNotices = [];
    private static int s_generation; // counts StopAll, so that a monitor whose start it overtook is not left behind

    /// <summary>All monitors, in the order they were started.</summary>
    public static IReadOnlyList<NetMonitorSession> All()
    {
        lock (Gate)
        {
            return [.. Order.Select(name => Sessions[name]).OfType<NetMonitorSession>()];
        }
    }

    /// <summary>Starts a monitor and lists it.</summary>
    /// <param name="options">What to watch; its name is <paramref name="name"/> or else <paramref name="defaultName"/>, numbered when taken.</param>
    /// <param name="name">The name the user wants, or null.</param>
    /// <param name="defaultName">The name to fall back to.</param>
    /// <exception cref="NameTakenException">There is a monitor named <paramref name="name"/>.</exception>
    /// <exception cref="Capture.CaptureException">The source cannot be opened.</exception>
    public static NetMonitorSession Start(SessionOptions options, string? name, string defaultName)
    {
        (string reserved, int generation) = Reserve(name, defaultName);
        NetMonitorSession? session = null;
        try
        {
            session = NetMonitorSession.Start(options with { Name = reserved });
        }
        finally
        {
            lock (Gate)
            {
                if (session is not null && generation == s_generation)
                {
                    Sessions[reserved] = session;
                }
                else if (generation == s_generation)
                {
                    Forget(reserved);
                }
            }
        }

        if (generation != Volatile.Read(ref s_generation))
        {
            session.Dispose();
            throw new OperationCanceledException("The module was removed while the monitor was starting.");
        }

        return session;
    }

    /// <summary>The monitors that have something to show, or one made by <paramref name="start"/> when there is none. Two callers at once start one.</summary>
    public static IReadOnlyList<NetMonitorSession> UsableOrStart(Func<NetMonitorSession> start, out bool started)
    {
        lock (DefaultGate)
        {
            started = false;
            List<NetMonitorSession> usable = [.. All().Where(session => session.Status is SessionStatus.Running or SessionStatus.Completed)];
            if (usable.Count == 0)
            {
                usable.Add(start());
                started = true;
            }

            return usable;
        }
    }

    /// <summary>Stops a monitor, having worked off what it read, and takes it off the list. Its connections can still be asked for by who holds it.</summary>
    public static void Stop(NetMonitorSession session)
    {
        session.Stop();
        lock (Gate)
        {
            if (Sessions.TryGetValue(session.Name, out NetMonitorSession? listed) && ReferenceEquals(listed, session))
            {
                Forget(session.Name);
            }
        }
    }

    /// <summary>Stops and frees all.</summary>
    public static void StopAll()
    {
        List<NetMonitorSession> sessions;
        lock (Gate)
        {
            s_generation++;
            sessions = [.. Sessions.Values.OfType<NetMonitorSession>()];
            Sessions.Clear();
            Order.Clear();
        }

        foreach (NetMonitorSession session in sessions)
        {
            session.Dispose();
        }
    }

    /// <summary>True the first time it is asked about a monitor: whoever asks tells the user that it failed.</summary>
    public static bool TakeFailureNotice(NetMonitorSession session) => FailureNotices.TryAdd(session, FailureNotices);

    private static (string Name, int Generation) Reserve(string? name, string defaultName)
    {
        lock (Gate)
        {
            string reserved = name ?? defaultName;
            if (name is not null && Sessions.ContainsKey(name))
            {
                throw new NameTakenException(name);
            }

            for (int number = 2; Sessions.ContainsKey(reserved); number++)
            {
                reserved = $"{defaultName}-{number}";
            }

            Sessions.Add(reserved, null);
            Order.Add(reserved);
            return (reserved, s_generation);
        }
    }

    private static void Forget(string name)
    {
        Sessions.Remove(name);
        Order.Remove(name);
    }
}

/// <summary>There is already a monitor of that name.</summary>
internal sealed class NameTakenException(string name) : InvalidOperationException
{
    public string Name { get; } = name;
}
