using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace NetMonitor.Monitoring;

/// <summary>
/// What happens to connections, one after another, for one reader. Events wait in a bounded queue; what finds it full is counted and let go, so a slow
/// reader costs itself events and capture nothing. One thread reads; it may be disposed from any.
/// </summary>
public sealed class ConnectionFeed : IDisposable
{
    /// <summary>The most events that wait for the reader (docs/limits.md).</summary>
    public const int Capacity = 10_000;

    /// <summary>How often a connection is said to have changed, at most.</summary>
    public static readonly TimeSpan UpdateInterval = TimeSpan.FromSeconds(1);

    /// <summary>The changes told of when none are named: all but <see cref="ConnectionChange.Updated"/>.</summary>
    public static readonly IReadOnlyList<ConnectionChange> DefaultChanges = [ConnectionChange.Opened, ConnectionChange.Identified, ConnectionChange.Closed];

    private readonly BlockingCollection<ConnectionEvent> _queue = new(Capacity);
    private readonly Queue<ConnectionEvent> _next = new();
    private readonly IReadOnlyList<NetMonitorSession> _sessions;
    private readonly Func<NetConnection, bool>? _filter;
    private readonly HashSet<ConnectionChange> _changes;
    private readonly Action<ConnectionEvent>[] _listeners;
    private readonly bool _polls;
    private Dictionary<(int Session, ulong Id), (long Packets, ConnectionState State)> _seen = [];
    private long _nextPoll;
    private long _dropped;
    private int _isDisposed;

    /// <summary>Begins to listen.</summary>
    /// <param name="sessions">The monitors to listen to.</param>
    /// <param name="filter">Which connections; null for all. Called on the monitors' threads.</param>
    /// <param name="changes">Which changes; null for <see cref="DefaultChanges"/>.</param>
    public ConnectionFeed(IReadOnlyList<NetMonitorSession> sessions, Func<NetConnection, bool>? filter = null, IEnumerable<ConnectionChange>? changes = null)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        _sessions = sessions;
        _filter = filter;
        _changes = [.. changes ?? DefaultChanges];
        _polls = _changes.Contains(ConnectionChange.Updated);
        _listeners = [.. sessions.Select(session =>
        {
            bool showsLoopback = SessionSources.ShowsLoopback(session.Options);
            return new Action<ConnectionEvent>(e => Hear(e, showsLoopback));
        })];
        for (int i = 0; i < sessions.Count; i++)
        {
            sessions[i].ConnectionChanged += _listeners[i];
        }

        if (_polls)
        {
            foreach (ConnectionEvent _ in Updates())
            {
                // What is there already has not changed since.
            }

            _nextPoll = Environment.TickCount64 + (long)UpdateInterval.TotalMilliseconds;
        }
    }

    /// <summary>Events that found the queue full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True when nothing more can come: no monitor runs and the queue is empty.</summary>
    public bool IsOver => _next.Count == 0 && _sessions.All(session => session.Status != SessionStatus.Running) && _queue.Count == 0;

    /// <summary>Takes the next event, waiting for it.</summary>
    /// <param name="change">The event.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellation">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>False when none came in time, or none can come any more.</returns>
    public bool TryTake([NotNullWhen(true)] out ConnectionEvent? change, TimeSpan timeout, CancellationToken cancellation = default)
    {
        const long Look = 100; // milliseconds between looks at whether the monitors still run
        long end = Environment.TickCount64 + (long)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_next.TryDequeue(out change))
            {
                return true;
            }

            if (_polls && Environment.TickCount64 >= _nextPoll)
            {
                Poll();
                continue;
            }

            long rest = Math.Max(0, end - Environment.TickCount64);
            if (_queue.TryTake(out change, (int)Math.Min(rest, Look), cancellation))
            {
                return true;
            }

            if (IsOver || Environment.TickCount64 >= end)
            {
                return _queue.TryTake(out change); // it may have come with the end
            }
        }
    }

    /// <summary>Stops listening. What waits can still be taken.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            for (int i = 0; i < _sessions.Count; i++)
            {
                _sessions[i].ConnectionChanged -= _listeners[i];
            }
        }
    }

    /// <summary>On a shard's thread, which must not wait.</summary>
    private void Hear(ConnectionEvent e, bool showsLoopback)
    {
        if (_changes.Contains(e.Change) && (showsLoopback || !e.Connection.IsLoopback) && (_filter is null || _filter(e.Connection)) && !_queue.TryAdd(e))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>
    /// Finds what changed since the last look. What was heard meanwhile goes first, and nothing that closed meanwhile is said to have changed afterwards.
    /// </summary>
    private void Poll()
    {
        List<ConnectionEvent> updates = [.. Updates()];
        var closed = new HashSet<ulong>();
        while (_queue.TryTake(out ConnectionEvent? heard))
        {
            _next.Enqueue(heard);
            if (heard.Change == ConnectionChange.Closed)
            {
                closed.Add(heard.Connection.IdValue);
            }
        }

        foreach (ConnectionEvent update in updates.Where(update => !closed.Contains(update.Connection.IdValue)))
        {
            _next.Enqueue(update);
        }

        _nextPoll = Environment.TickCount64 + (long)UpdateInterval.TotalMilliseconds;
    }

    private IEnumerable<ConnectionEvent> Updates()
    {
        var seen = new Dictionary<(int, ulong), (long, ConnectionState)>(_seen.Count);
        for (int i = 0; i < _sessions.Count; i++)
        {
            foreach (NetConnection connection in _sessions[i].Snapshot())
            {
                (long Packets, ConnectionState State) now = (connection.PacketsSent + connection.PacketsReceived, connection.State);

                // One that opened since the last look was told of with its first packet: what came behind it is a change.
                bool isChanged = _seen.TryGetValue((i, connection.IdValue), out (long, ConnectionState) before) ? before != now : now.Packets > 1;
                seen[(i, connection.IdValue)] = now;
                if (isChanged && (_filter is null || _filter(connection)))
                {
                    yield return new ConnectionEvent(ConnectionChange.Updated, connection);
                }
            }
        }

        _seen = seen;
    }
}
