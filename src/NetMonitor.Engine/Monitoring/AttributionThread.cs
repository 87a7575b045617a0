using NetMonitor.Attribution;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>
/// Finds the owners of flows, beside the shards: asks the kernel's list of sockets when flows are new and every few seconds, drains the kernel's events
/// where there are any, and posts what it finds to the shards. It never uses more of a processor than <see cref="BusyShare"/> (with new flows) or
/// <see cref="RestShare"/> (without), however many sockets there are.
/// </summary>
internal sealed class AttributionThread : IDisposable
{
    /// <summary>Flows that wait for their owner at most (docs/limits.md).</summary>
    public const int MaxWaiting = 65_536;

    private const double BusyShare = 0.1;
    private const double RestShare = 0.004;
    private const long Patience = 3 * UnixTime.NanosecondsPerSecond; // a flow whose owner is not found by then is looked for no more by itself

    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxInterval = UnixTime.ToTimeSpan(FlowOwner.Alive / 3);
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(20);

    private readonly ShardThread[] _shards;
    private readonly ShardSettings _settings;
    private readonly AttributionSources _sources;
    private readonly bool _kernelOnly;
    private readonly Func<IPAddressValue, IPAddressValue, bool> _isWatched;
    private readonly Func<long> _clock;
    private readonly NewFlowQueue _newFlows;
    private readonly SocketIndex _index = new();
    private readonly List<KernelSocket> _sockets = [];
    private readonly List<NewFlow> _waiting = [];
    private readonly Thread _thread;
    private long _lastCost;
    private long _lastPass;
    private int _pass;
    private bool _hasNew;
    private int _drainInterval; // milliseconds
    private volatile bool _stopping;

    /// <param name="shards">Whose flows.</param>
    /// <param name="settings">Their settings; <see cref="ShardSettings.NewFlows"/> brings the flows.</param>
    /// <param name="sources">What to ask. Disposed by the thread.</param>
    /// <param name="kernelOnly">No packets are captured: the flows are the kernel's sockets.</param>
    /// <param name="isWatched">Tells by the local and the remote address whose connections are shown.</param>
    /// <param name="clock">Nanoseconds since 1970.</param>
    public AttributionThread(
        ShardThread[] shards, ShardSettings settings, AttributionSources sources, bool kernelOnly, Func<IPAddressValue, IPAddressValue, bool> isWatched, Func<long> clock)
    {
        _shards = shards;
        _settings = settings;
        _sources = sources;
        _kernelOnly = kernelOnly;
        _isWatched = isWatched;
        _clock = clock;
        _newFlows = settings.NewFlows!;
        _thread = new Thread(Run) { IsBackground = true, Name = "NetMonitor attribution" };
    }

    /// <summary>Why it ended early, or null. Connections then have no owner; everything else goes on.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Puts the kernel's sockets into the shards' tables (when asked to), then goes on in the background.</summary>
    public void Start(bool seed)
    {
        Guard(() => Pass(addMissing: seed));
        _thread.Start();
    }

    public void Dispose()
    {
        _stopping = true;
        _newFlows.Wake();
        _thread.Join();
    }

    private void Run()
    {
        while (!_stopping && Failure is null)
        {
            _newFlows.Wait(_sources.Watch is { } watch ? TimeSpan.FromMilliseconds(NextDrain(watch)) : TimeUntilNextPass(_hasNew));
            if (!_stopping)
            {
                Guard(Look);
            }
        }

        _sources.Dispose();
    }

    /// <summary>An exception here would end the user's shell.</summary>
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Failure ??= e;
        }
    }

    private void Look()
    {
        bool happened = _sources.Watch?.Drain() ?? false;
        _drainInterval = happened || !_newFlows.IsEmpty ? 0 : _drainInterval;
        while (_newFlows.TryTake(out NewFlow flow))
        {
            if (_waiting.Count < MaxWaiting)
            {
                _waiting.Add(flow);
                _hasNew = true;
            }
        }

        if (_waiting.Count > 0 && _sources.Watch is not null)
        {
            Answer(FromWatch, listing: false);
        }

        if (TimeUntilNextPass(_hasNew && _waiting.Count > 0) <= TimeSpan.Zero)
        {
            _hasNew = false;
            Pass(addMissing: _kernelOnly);
            Answer(FromSockets, listing: false);
            long now = _clock();
            _waiting.RemoveAll(flow => now - flow.First > Patience);
        }
    }

    /// <summary>Twice as long each time nothing has happened. A new flow wakes us anyway.</summary>
    private int NextDrain(IConnectionWatch watch) => _drainInterval = Math.Clamp(2 * _drainInterval, watch.Interval, watch.RestInterval);

    private TimeSpan TimeUntilNextPass(bool isBusy)
    {
        long pause = (long)(_lastCost / (isBusy ? BusyShare : RestShare));
        TimeSpan interval = UnixTime.ToTimeSpan(pause);
        interval = isBusy ? Clamp(interval, MinInterval, RestInterval) : Clamp(interval, RestInterval, MaxInterval);
        TimeSpan rest = interval - UnixTime.ToTimeSpan(_clock() - _lastPass);
        return rest > interval ? interval : rest; // The clock may have been set back.
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;

    /// <summary>Reads the kernel's list and tells the shards about every connection of it.</summary>
    private void Pass(bool addMissing)
    {
        if (_sources.Sockets is not { } table)
        {
            _lastPass = _clock();
            return;
        }

        long begun = TimeProvider.System.GetTimestamp();
        long taken = _clock();
        table.Read(_sockets);
        _index.Load(_sockets);
        table.Resolve(WantedNumbers(addMissing));

        int pass = ++_pass;
        List<OwnerFinding>[] hands = [.. _shards.Select(_ => new List<OwnerFinding>())];
        foreach (KernelSocket socket in _sockets)
        {
            if (socket.IsConnected && !IsOtherEndOfLoopback(socket, out FlowKey key, out int side) && _isWatched(socket.Local, socket.Remote))
            {
                bool remoteOpened = _index.IsBound(socket.Protocol, socket.Local, socket.LocalPort);
                ConnectionOwner? owner = OwnerOf(socket, AttributionQuality.Exact);
                long created = socket.CreationTime is { } time ? (time - DateTimeOffset.UnixEpoch).Ticks * 100 : 0;
                hands[Dealer.ShardOf(key.Hash(_settings.Seed), _shards.Length)]
                    .Add(new OwnerFinding(key, side, owner, socket.Kernel, socket.State, remoteOpened, created));
            }
        }

        for (int i = 0; i < _shards.Length; i++)
        {
            List<OwnerFinding> hand = hands[i];
            Action<Shard> tell = _kernelOnly
                ? shard => shard.FollowKernel(hand, taken, pass)
                : shard => shard.Attribute(hand, taken, listing: true, addMissing, pass);
            if (addMissing && _pass == 1)
            {
                _shards[i].Ask(shard => { tell(shard); return true; }, CancellationToken.None);
            }
            else
            {
                _shards[i].TryPost(tell);
            }
        }

        _lastCost = (long)TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds;
        _lastPass = _clock();
    }

    /// <summary>Sockets whose process is worth a look: those of connections that are shown or new, and those where new flows end.</summary>
    private HashSet<ulong> WantedNumbers(bool all)
    {
        var numbers = new HashSet<ulong>();
        foreach (KernelSocket socket in _sockets)
        {
            if (socket.IsConnected && socket.ProcessId == 0 && (all || !_kernelOnly) && _isWatched(socket.Local, socket.Remote))
            {
                numbers.Add(socket.Number);
            }
        }

        foreach (NewFlow flow in _waiting)
        {
            if (_index.Find(flow.Key, flow.LocalSide, out _) is { ProcessId: 0 } socket)
            {
                numbers.Add(socket.Number);
            }
        }

        return numbers;
    }

    /// <summary>Of a connection within this machine both ends are listed; the row is that of the end that opened it.</summary>
    private bool IsOtherEndOfLoopback(in KernelSocket socket, out FlowKey key, out int side)
    {
        key = socket.Key(out side);
        return _index.HasConnected(key, 1 - side)
            && _index.IsBound(socket.Protocol, socket.Local, socket.LocalPort)
            && !_index.IsBound(socket.Protocol, socket.Remote, socket.RemotePort);
    }

    private ConnectionOwner? OwnerOf(in KernelSocket socket, AttributionQuality quality) =>
        _sources.Sockets?.OwnerOf(socket)?.As(AttributionSource.SocketTable, quality);

    private ConnectionOwner? FromWatch(NewFlow flow) =>
        _sources.Watch!.Find(flow.Key, flow.LocalSide, out AttributionQuality quality)?.As(AttributionSource.Ebpf, quality);

    private ConnectionOwner? FromSockets(NewFlow flow) =>
        _index.Find(flow.Key, flow.LocalSide, out AttributionQuality quality) is { } socket ? OwnerOf(socket, quality) : null;

    /// <summary>Tells the shards whose flows have an owner now. One that is only likely stays in the queue, for a better one.</summary>
    private void Answer(Func<NewFlow, ConnectionOwner?> find, bool listing)
    {
        List<OwnerFinding>[] hands = [.. _shards.Select(_ => new List<OwnerFinding>())];
        _waiting.RemoveAll(flow =>
        {
            ConnectionOwner? owner = find(flow);
            if (owner is not null)
            {
                hands[Dealer.ShardOf(flow.Key.Hash(_settings.Seed), _shards.Length)]
                    .Add(new OwnerFinding(flow.Key, flow.LocalSide, owner, null, null, false, 0));
            }

            return owner is { Quality: AttributionQuality.Exact };
        });
        long taken = _clock();
        for (int i = 0; i < _shards.Length; i++)
        {
            List<OwnerFinding> hand = hands[i];
            if (hand.Count > 0)
            {
                _shards[i].TryPost(shard => shard.Attribute(hand, taken, listing, addMissing: false, pass: 0));
            }
        }
    }
}

/// <summary>What a session asks for owners: the kernel's list and, where there is one, the watch over its events.</summary>
internal sealed record AttributionSources(ISocketTable? Sockets, IConnectionWatch? Watch) : IDisposable
{
    /// <summary>What is asked, for people.</summary>
    public string? Description => (Watch, Sockets) switch
    {
        ({ } watch, _) => $"{watch.Method}, {Sockets?.Name}".TrimEnd(',', ' '),
        (null, { } sockets) => sockets.Name,
        _ => null,
    };

    public void Dispose()
    {
        Watch?.Dispose();
        Sockets?.Dispose();
    }
}
