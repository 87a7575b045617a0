using NetMonitor.Attribution;
using NetMonitor.Capture;
using NetMonitor.Export;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>A monitor: wires sources, shards and inspection together, answers snapshots, and stops without losing what it has read.</summary>
public sealed class NetMonitorSession : IDisposable
{
    private readonly Lock _lifecycle = new();
    private readonly ManualResetEventSlim _over = new();
    private readonly SourceReader[] _readers;
    private readonly ShardThread[] _shards;
    private readonly IDisposable? _localAddresses;
    private readonly NamesAndPlaces _names;
    private readonly Func<ushort, string?> _interfaceName;
    private readonly Func<IPAddressValue, bool> _isLocal;
    private readonly AttributionThread? _attribution;
    private readonly bool _showLoopback;
    private readonly bool _isLive;
    private readonly SessionLog? _diagnostics;
    private readonly SessionFiles _files;
    private Action<ConnectionEvent>? _listeners;
    private volatile bool _stopping;
    private int _readersLeft;
    private SessionStatus _status = SessionStatus.Running;

    private NetMonitorSession(SessionOptions options, IReadOnlyList<IFrameSource> sources, AttributionSources? attribution, string? notice, SessionLog? diagnostics)
    {
        _diagnostics = diagnostics;
        _files = new SessionFiles(options, sources, CountersOf, WallClock());
        Options = options;
        StartTime = DateTimeOffset.UtcNow;
        Notice = notice;
        Attribution = attribution?.Description;
        _isLive = sources.Count == 0 || sources[0].IsLive;
        _showLoopback = SessionSources.ShowsLoopback(options);
        Name = options.Name ?? string.Join('+', sources.Select(source => source.Name));
        int shardCount = options.ShardCount;
        ShardSettings settings = SessionSources.Settings(options, sources, shardCount, attribution is not null);
        _localAddresses = settings.LocalAddresses as IDisposable;
        _names = settings.Names;
        _interfaceName = settings.InterfaceName;
        _isLocal = settings.LocalAddresses.IsLocal;
        Func<long>? clock = _isLive ? WallClock : null;
        _shards = [.. Enumerable.Range(0, shardCount).Select(i => new ShardThread(new Shard(settings), i, clock))];
        _readers = [.. sources.Select((source, i) =>
            new SourceReader(source, new Dealer(shardCount, settings.Seed, _isLive ? i : 0), _shards, _files.Taps(i), ReaderEnded))];
        _readersLeft = _readers.Length;
        if (_files.Listener is { } listener)
        {
            ConnectionChanged += listener;
        }

        if (attribution is not null)
        {
            // Before the first packet, so that no connection that exists already looks new.
            _attribution = new AttributionThread(_shards, settings, attribution, sources.Count == 0, SessionSources.WatchedAddresses(options), WallClock);
            _attribution.Start(seed: options.CaptureFilter is null);
        }

        if (_diagnostics is not null)
        {
            LogMessages.Begin(_diagnostics, this, sources);
            _diagnostics.Follow(() => Counters);
        }

        foreach (SourceReader reader in _readers)
        {
            reader.Start();
        }
    }

    /// <summary>Opens the sources, starts the threads and returns at once.</summary>
    /// <exception cref="CaptureException">A source cannot be opened.</exception>
    /// <exception cref="ExportException">A file that is to be written cannot be.</exception>
    public static NetMonitorSession Start(SessionOptions options)
    {
        return Logged(options, log =>
        {
            IReadOnlyList<IFrameSource> sources = SessionSources.OpenOrStandIn(options, out string? notice);
            bool attribute = options.Path is null && (!options.NoAttribution || sources.Count == 0);
            return Start(options, sources, attribute ? SessionSources.OpenAttribution(options) : null, notice, log);
        });
    }

    /// <summary>Starts on sources that are open already. They are disposed when they end.</summary>
    internal static NetMonitorSession Start(SessionOptions options, IReadOnlyList<IFrameSource> sources) =>
        Logged(options, log => Start(options, sources, attribution: null, notice: null, log));

    private static NetMonitorSession Logged(SessionOptions options, Func<SessionLog?, NetMonitorSession> start)
    {
        SessionLog? log = SessionLog.Open(options.Log);
        try
        {
            return start(log);
        }
        catch (Exception e) when (log is not null)
        {
            LogMessages.NotStarted(log, e);
            log.Dispose();
            throw;
        }
    }

    private static NetMonitorSession Start(
        SessionOptions options, IReadOnlyList<IFrameSource> sources, AttributionSources? attribution, string? notice, SessionLog? log)
    {
        try
        {
            return new NetMonitorSession(options, sources, attribution, notice, log);
        }
        catch
        {
            foreach (IFrameSource source in sources)
            {
                source.Dispose();
            }

            throw;
        }
    }

    /// <summary>What it was started with.</summary>
    public SessionOptions Options { get; }

    /// <summary>What it does less than was asked for, why, and the command that changes that; null when it does all.</summary>
    public string? Notice { get; }

    /// <summary>True when it may not capture and shows what the kernel's own list of sockets tells.</summary>
    public bool IsSocketsOnly => _readers.Length == 0;

    /// <summary>How it finds the owners of connections ("eBPF, fentry", "sock_diag"), or null when it does not.</summary>
    public string? Attribution { get; }

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

    /// <summary>Why the event log could not be written of late, or null.</summary>
    public Exception? EventLogFailure => _files.LogFailure;

    /// <summary>Why the recording could not be written of late, or null.</summary>
    public Exception? RecordingFailure => _files.RecordingFailure;

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
    public SessionCounters Counters => _files.Count(SessionSources.Count(
        [.. Enumerable.Range(0, _readers.Length).Select(CountersOf)],
        [.. _readers.Select(reader => reader.Dealer.Counters)],
        [.. _shards.Select(shard => shard.Shard)],
        _readers.Sum(reader => reader.Dropped)));

    /// <summary>Its connections as they are now (open ones and, for a file, all), each an immutable object, oldest first. Loopback ones only when the options ask for them.</summary>
    /// <param name="filter">Which ones; null for all. Asked by several threads at once.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public IReadOnlyList<NetConnection> Snapshot(Func<NetConnection, bool>? filter = null, CancellationToken cancellation = default) =>
        Snapshot(filter, includeHistoric: false, cancellation);

    /// <summary>The same, with the closed connections that are remembered when asked for; those of a file are always among them.</summary>
    public IReadOnlyList<NetConnection> Snapshot(Func<NetConnection, bool>? filter, bool includeHistoric, CancellationToken cancellation = default)
    {
        long now = Now;
        var rows = new List<NetConnection>(filter is null ? _shards.Sum(shard => shard.Shard.Connections) : 0);
        foreach (ShardThread shard in _shards)
        {
            shard.Ask(
                s =>
                {
                    s.Snapshot(rows, filter, _showLoopback, historic: includeHistoric || !_isLive, now);
                    return rows.Count;
                },
                cancellation);
        }

        NetConnection.SortByCreation(rows);
        return rows;
    }

    /// <summary>Writes what the flight recorder holds to a capture file.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="last">Only the last part of it; null for all.</param>
    /// <param name="connections">Only the packets of these connections; null for all.</param>
    /// <param name="cancellation">Ends it; no file is left.</param>
    /// <returns>Frames written.</returns>
    /// <exception cref="InvalidOperationException">The session was started without a flight recorder.</exception>
    /// <exception cref="ExportException">The file cannot be written.</exception>
    public long SaveCapture(
        RecordingOptions options, TimeSpan? last = null, IEnumerable<NetConnection>? connections = null, CancellationToken cancellation = default) =>
        _files.Save(options, last is { } span ? WallClock() - UnixTime.FromTimeSpan(span) : long.MinValue, connections, cancellation);

    /// <summary>The neighbors that its packets told of; of a live one without this machine itself.</summary>
    public IReadOnlyList<NetNeighbor> Neighbors =>
        [.. _names.Neighbors.ToList(_interfaceName).Where(neighbor => !_isLive || !_isLocal(neighbor.AddressValue))];

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

        _attribution?.Dispose();
        foreach (ShardThread shard in _shards)
        {
            shard.Dispose();
        }

        _localAddresses?.Dispose();
        CompleteFiles();
        _names.Reverse?.Dispose();
        EndAs(SessionStatus.Stopped);
        EndLog(Status);
    }

    /// <summary>Stops and frees everything.</summary>
    public void Dispose() => Stop();

    /// <summary>When its connections time out. May be changed while it runs; it then holds for all of them.</summary>
    public TimeoutPolicy Policy
    {
        get => _shards[0].Shard.Policy;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (ShardThread shard in _shards)
            {
                shard.Ask(s => s.Policy = value, CancellationToken.None);
            }
        }
    }

    /// <summary>Forgets all connections, open and closed. Those that go on appear again with their next packet. Counters stay.</summary>
    /// <returns>How many were forgotten.</returns>
    public int Clear() => _shards.Sum(shard => shard.Ask(static s => s.Clear(), CancellationToken.None));

    /// <summary>How the whole host fares: rates, turnover, loss, round-trip times, what the operating system counts on the interfaces.</summary>
    /// <param name="rows">A snapshot taken just now, to save taking another; null to take one.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public NetMonitorStatistics Statistics(IReadOnlyList<NetConnection>? rows = null, CancellationToken cancellation = default)
    {
        rows ??= Snapshot(filter: null, cancellation);
        long now = Now;
        ShardRates[] rates = [.. _shards.Select(shard => shard.Ask(s => s.Rates(now), cancellation))];
        return NetMonitorStatistics.From(Name, now, rows, rates, _isLive ? InterfaceStatistics.Read(Interfaces) : []);
    }

    /// <summary>The one clock of timeouts, staleness and rates: the wall's for a live source, the latest packet's for a file.</summary>
    private long Now => _isLive ? WallClock() : _shards.Max(shard => shard.Shard.Now);

    private static long WallClock() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private void SetListener(Action<ConnectionEvent>? listener)
    {
        foreach (ShardThread shard in _shards)
        {
            shard.Ask(s => s.Listener = listener is null ? null : Tell, CancellationToken.None);
        }

        void Tell(ConnectionEvent e)
        {
            if (_showLoopback || !e.Connection.IsLoopback)
            {
                NetMonitorSession.Tell(listener, e);
            }
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
        if (_diagnostics is not null && reader.Failure is { } failure)
        {
            LogMessages.SourceFailed(_diagnostics, reader.Source.Name, failure);
        }

        if (Interlocked.Decrement(ref _readersLeft) > 0)
        {
            return;
        }

        // What was read is still on its way through the shards: the file is complete when they have answered.
        foreach (ShardThread shard in _shards)
        {
            shard.Ask(
                s =>
                {
                    if (!_isLive)
                    {
                        s.EndInspections();
                    }

                    return s.Connections;
                },
                CancellationToken.None);
        }

        if (!_isLive)
        {
            CompleteFiles();
        }

        SessionStatus status = Failure is not null ? SessionStatus.Failed : _stopping || _isLive ? SessionStatus.Stopped : SessionStatus.Completed;
        if (!_stopping)
        {
            EndLog(status);
        }

        EndAs(status);
    }

    private void EndLog(SessionStatus status)
    {
        if (_diagnostics is not null && _shards.Select(shard => shard.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            LogMessages.TrackingFailed(_diagnostics, failure);
        }

        _diagnostics?.End(status, Counters);
    }

    private SourceCounters CountersOf(int source) => _readers[source].HasEnded ? _readers[source].Counters : _readers[source].Source.Counters;

    private void CompleteFiles() => _files.Complete(() => Snapshot(static connection => !connection.IsHistoric));

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
