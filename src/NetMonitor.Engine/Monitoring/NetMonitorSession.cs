using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>A monitor: wires sources, shards and inspection together, answers snapshots, and stops without losing what it has read.</summary>
public sealed class NetMonitorSession : IDisposable
{
    private readonly Lock _lifecycle = new();
    private readonly ManualResetEventSlim _over = new();
    private readonly SourceReader[] _readers;
    private readonly ShardThread[] _shards;
    private readonly IDisposable? _localAddresses;
    private readonly bool _showLoopback;
    private readonly bool _isLive;
    private Action<ConnectionEvent>? _listeners;
    private volatile bool _stopping;
    private int _readersLeft;
    private SessionStatus _status = SessionStatus.Running;

    private NetMonitorSession(SessionOptions options, IReadOnlyList<IFrameSource> sources)
    {
        Options = options;
        StartTime = DateTimeOffset.UtcNow;
        _isLive = sources[0].IsLive;
        _showLoopback = SessionSources.ShowsLoopback(options);
        Name = options.Name ?? string.Join('+', sources.Select(source => source.Name));
        int shardCount = options.ShardCount;
        ShardSettings settings = SessionSources.Settings(options, sources, shardCount);
        _localAddresses = settings.LocalAddresses as IDisposable;
        Func<long>? clock = _isLive ? WallClock : null;
        _shards = [.. Enumerable.Range(0, shardCount).Select(i => new ShardThread(new Shard(settings), i, clock))];
        _readers = [.. sources.Select((source, i) =>
            new SourceReader(source, new Dealer(shardCount, settings.Seed, _isLive ? i : 0), _shards, ReaderEnded))];
        _readersLeft = _readers.Length;
        foreach (SourceReader reader in _readers)
        {
            reader.Start();
        }
    }

    /// <summary>Opens the sources, starts the threads and returns at once.</summary>
    /// <exception cref="CaptureException">A source cannot be opened.</exception>
    public static NetMonitorSession Start(SessionOptions options) => Start(options, SessionSources.Open(options));

    /// <summary>Starts on sources that are open already. They are disposed when they end.</summary>
    internal static NetMonitorSession Start(SessionOptions options, IReadOnlyList<IFrameSource> sources) => new(options, sources);

    /// <summary>What it was started with.</summary>
    public SessionOptions Options { get; }

    /// <summary>How users call it.</summary>
    public string Name { get; }

    /// <summary>The interfaces it captures on; for a file those the file names.</summary>
    public IReadOnlyList<string> Interfaces =>
        [.. _readers.SelectMany(reader => reader.Source.Interfaces).Select(i => i.Name).OfType<string>().Distinct()];

    /// <summary>Where it is in its life.</summary>
    public SessionStatus Status
    {
        get
        {
            lock (_lifecycle)
            {
                return _status;
            }
        }
    }

    /// <summary>Why it failed, or null. With several interfaces: why the first of them failed; the others go on.</summary>
    public Exception? Failure => _readers.Select(reader => reader.Failure).FirstOrDefault(failure => failure is not null)
        ?? _shards.Select(shard => shard.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartTime { get; }

    /// <summary>Told of every connection that opens, is identified or closes, on a background thread that must not be kept waiting. Exceptions are the listener's loss.</summary>
    public event Action<ConnectionEvent>? ConnectionChanged
    {
        add
        {
            lock (_lifecycle)
            {
                _listeners += value;
                SetListener(_listeners);
            }
        }

        remove
        {
            lock (_lifecycle)
            {
                _listeners -= value;
                SetListener(_listeners);
            }
        }
    }

    /// <summary>Counts since the start.</summary>
    public SessionCounters Counters => SessionSources.Count(
        [.. _readers.Select(reader => reader.HasEnded ? reader.Counters : reader.Source.Counters)],
        [.. _readers.Select(reader => reader.Dealer.Counters)],
        [.. _shards.Select(shard => shard.Shard)],
        _readers.Sum(reader => reader.Dropped));

    /// <summary>Its connections as they are now (open ones and, for a file, all), each an immutable object, oldest first. Loopback ones only when the options ask for them.</summary>
    /// <param name="filter">Which ones; null for all.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public IReadOnlyList<NetConnection> Snapshot(Func<NetConnection, bool>? filter = null, CancellationToken cancellation = default)
    {
        long now = _isLive ? WallClock() : 0;
        var rows = new List<NetConnection>();
        foreach (ShardThread shard in _shards)
        {
            shard.Ask(
                s =>
                {
                    s.Snapshot(rows, filter, _showLoopback, historic: !_isLive, now);
                    return rows.Count;
                },
                cancellation);
        }

        rows.Sort(NetConnection.CompareByCreation);
        return rows;
    }

    /// <summary>Waits until a file has been read to its end, or the monitor failed or was stopped.</summary>
    /// <returns>False when the time was up first.</returns>
    public bool WaitForCompletion(TimeSpan timeout, CancellationToken cancellation = default) => _over.Wait(timeout, cancellation);

    /// <summary>Stops capturing, works off what was read, keeps the connections. As often as one likes, from any thread.</summary>
    public void Stop()
    {
        _stopping = true;
        foreach (SourceReader reader in _readers)
        {
            reader.Cancel();
        }

        foreach (SourceReader reader in _readers)
        {
            reader.Join();
        }

        foreach (ShardThread shard in _shards)
        {
            shard.Dispose();
        }

        _localAddresses?.Dispose();
        EndAs(SessionStatus.Stopped);
    }

    /// <summary>Stops and frees everything.</summary>
    public void Dispose() => Stop();

    private static long WallClock() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private void SetListener(Action<ConnectionEvent>? listener)
    {
        foreach (ShardThread shard in _shards)
        {
            shard.Ask(s => s.Listener = listener is null ? null : e => Tell(listener, e), CancellationToken.None);
        }
    }

    private static void Tell(Action<ConnectionEvent> listener, ConnectionEvent e)
    {
        try
        {
            listener(e);
        }
        catch (Exception)
        {
            // A listener's mistake must not stop the shard that tells it; the contract of ConnectionChanged says so.
        }
    }

    private void ReaderEnded(SourceReader reader)
    {
        if (Interlocked.Decrement(ref _readersLeft) > 0)
        {
            return;
        }

        // What was read is still on its way through the shards: the file is complete when they have answered.
        foreach (ShardThread shard in _shards)
        {
            shard.Ask(static s => s.Connections, CancellationToken.None);
        }

        EndAs(Failure is not null ? SessionStatus.Failed : _stopping || _isLive ? SessionStatus.Stopped : SessionStatus.Completed);
    }

    private void EndAs(SessionStatus status)
    {
        lock (_lifecycle)
        {
            if (_status == SessionStatus.Running)
            {
                _status = status;
            }
        }

        _over.Set();
    }
}
