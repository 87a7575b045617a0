using System.Diagnostics;
using System.Runtime.CompilerServices;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <content>When connections go: timeouts, eviction, history.</content>
internal sealed partial class Shard
{
    /// <summary>Flows that are looked at for a victim before the nearest is taken: their packets may have postponed their end since.</summary>
    private const int VictimLooks = 64;

    private readonly FlowTimers _timers;
    private readonly Queue<NetConnection> _history = new();
    private readonly List<int> _due = [];
    private NetConnection[] _remembered = []; // the history as RowKeys numbered it
    private readonly RateMeter _bytes = new();
    private readonly RateMeter _turnover = new(); // opened, closed
    private long _opened;
    private long _closed;
    private long _evictedHalfOpen;
    private long _evictedOther;
    private long _tableFull;
    private long _lateSegments;

    public long Opened => Volatile.Read(ref _opened);

    public long Closed => Volatile.Read(ref _closed);

    /// <summary>Connections let go because the table was full, that nobody had answered.</summary>
    public long EvictedHalfOpen => Volatile.Read(ref _evictedHalfOpen);

    /// <summary>Connections let go because the table was full, that had been answered or were over.</summary>
    public long EvictedOther => Volatile.Read(ref _evictedOther);

    public long TableFull => Volatile.Read(ref _tableFull);

    /// <summary>Segments of connections that had closed and left the table: no connection counts them.</summary>
    public long LateSegments => Volatile.Read(ref _lateSegments);

    /// <summary>Closed connections that are remembered.</summary>
    public int Historic => _history.Count;

    /// <summary>When connections time out. Setting it looks at all of them.</summary>
    public TimeoutPolicy Policy
    {
        get => _rows.Policy;
        set
        {
            _rows.Policy = value;
            for (int number = 0; number < _table.Bound; number++)
            {
                if (_table.IsUsed(number))
                {
                    SetTimer(number);
                }
            }
        }
    }

    /// <summary>Moves time on and lets go of what has timed out. Looks only at what may have.</summary>
    /// <param name="now">Nanoseconds since 1970.</param>
    public void Advance(long now)
    {
        Debug.Assert(!_settings.KeepsAll);
        Now = Math.Max(Now, now);
        _names.Settle(Now);
        _due.Clear();
        _timers.TakeDue(Now, _due);
        foreach (int number in _due)
        {
            FlowTiming timing = _rows.TimingOf(number, Now);
            if (timing.IsOver)
            {
                Close(number, CloseReason.TimedOut);
                continue;
            }

            _timers.Move(number, timing.Rank, timing.Look);
        }
    }

    /// <summary>Connections, open and remembered.</summary>
    public int Rows => _table.Count + _history.Count;

    /// <summary>What orders the rows, and the rows themselves as <see cref="Row"/> takes them: table numbers, and below zero those of the history.</summary>
    public IEnumerable<(long Creation, ulong Id, int Row)> RowKeys()
    {
        for (int number = 0; number < _table.Bound; number++)
        {
            if (_table.IsUsed(number))
            {
                yield return (_table.Origin(number).First, _rows.IdOf(number), number);
            }
        }

        _remembered = [.. _history];
        for (int i = 0; i < _remembered.Length; i++)
        {
            yield return (_remembered[i].CreationNanoseconds, _remembered[i].IdValue, -1 - i);
        }
    }

    /// <summary>One of the rows that <see cref="RowKeys"/> gave; nothing may have been tracked since.</summary>
    /// <param name="row">Its number there.</param>
    /// <param name="now">The time to show it at, nanoseconds since 1970.</param>
    public NetConnection Row(int row, long now) =>
        row < 0 ? _remembered[-1 - row] : _rows.Build(row, now, isHistoric: false, keepDetails: false);

    /// <summary>Fetches what <see cref="Row"/> will read of a row that comes soon.</summary>
    public void PrefetchRow(int row)
    {
        if (row >= 0)
        {
            _table.PrefetchRow(row);
        }
    }

    /// <summary>Forgets all connections, open and closed. Counters stay; nobody is told.</summary>
    public int Clear()
    {
        int forgotten = _table.Count + _history.Count;
        for (int number = 0; number < _table.Bound; number++)
        {
            (_table.IsUsed(number) ? _table.Object(number) as FlowInspection : null)?.Close();
        }

        _table.Clear();
        _timers.Clear();
        _paths.Clear();
        _names.Clear();
        _history.Clear();
        _history.TrimExcess();
        return forgotten;
    }

    /// <summary>The rates of the whole shard.</summary>
    public ShardRates Rates(long now)
    {
        now = Math.Max(now, Now);
        return new ShardRates(
            _bytes.Fading(0, now), _bytes.Fading(1, now), _bytes.Read(0, now), _bytes.Read(1, now), _turnover.Read(0, now), _turnover.Read(1, now));
    }

    /// <summary>True when a packet may have brought the flow's timeout nearer, or changed its rank.</summary>
    private static bool NeedsTimer(in FlowEntry entry, in Packet packet, int sender, bool isTcp) =>
        (isTcp && (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0)
        || (!entry.Is(FlowFlags.Settled) && entry.Packets[1 - sender] != 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SetTimer(int number)
    {
        if (_settings.KeepsAll)
        {
            return;
        }

        FlowTiming timing = _rows.TimingOf(number, Now);
        FlowRank before = _table.Side(number).Rank;
        _timers.Move(number, timing.Rank, timing.Look);
        ref FlowEntry entry = ref _table[number];
        entry.Flags = timing.IsSettled ? entry.Flags | FlowFlags.Settled : entry.Flags & ~FlowFlags.Settled;

        // The share that is left to the half-open keeps a full table open for new connections; so one of the others makes room for this one.
        if (timing.Rank == FlowRank.Answered && before != FlowRank.Answered && _timers.Count(FlowRank.Answered) > MostAnswered)
        {
            Evict(FlowRank.Answered, except: number);
        }
    }

    private int MostAnswered => _settings.FlowLimit - (_settings.FlowLimit > 1 ? Math.Max(1, _settings.FlowLimit / ShardSettings.HalfOpenShare) : 0);

    /// <summary>Sees to it that a connection can be added: whom nobody has answered goes first, then what is over. What is open stays.</summary>
    private bool MakeRoom()
    {
        if (!_table.IsFull || Evict(FlowRank.HalfOpen) || Evict(FlowRank.Over))
        {
            return true;
        }

        Volatile.Write(ref _tableFull, _tableFull + 1);
        return false;
    }

    /// <summary>Lets go of the flow of a rank that is nearest to its timeout.</summary>
    private bool Evict(FlowRank rank, int except = FlowTable.None)
    {
        _timers.Advance(Now);
        int number = _timers.Nearest(rank, except);
        for (int i = 0; i < VictimLooks && number != FlowTable.None; i++)
        {
            FlowTiming timing = _rows.TimingOf(number, Now);
            if (timing.Rank == rank && !_timers.IsPostponed(timing.Look))
            {
                break;
            }

            _timers.Move(number, timing.Rank, timing.Look);
            number = _timers.Nearest(rank, except);
        }

        if (number == FlowTable.None)
        {
            return false;
        }

        ref long counter = ref rank == FlowRank.HalfOpen ? ref _evictedHalfOpen : ref _evictedOther;
        Volatile.Write(ref counter, counter + 1);
        Close(number, CloseReason.Evicted);
        return true;
    }

    private void Opens(int number)
    {
        if (!_settings.KeepsAll)
        {
            _timers.Advance(Now);
            _timers.Add(number, FlowRank.HalfOpen, _rows.TimingOf(number, Now).Look);
        }

        Volatile.Write(ref _opened, _opened + 1);
        _turnover.Add(0, 1, Now);
    }

    /// <summary>A connection leaves the table. What was evicted before anybody answered is not remembered: a flood would wash out the history.</summary>
    private void Close(int number, CloseReason reason)
    {
        (_table.Object(number) as FlowInspection)?.Close();
        bool isRemembered = _settings.HistoryLimit > 0 && (reason != CloseReason.Evicted || _table.Side(number).Rank != FlowRank.HalfOpen);
        NetConnection? row = isRemembered || Listener is not null ? _rows.Build(number, Now, isHistoric: true, reason) : null;
        if (!_settings.KeepsAll)
        {
            _timers.Remove(number);
        }

        if (_table[number].Key.Protocol == TransportProtocol.TCP && _table.Tcp(number).TerminalSince != 0)
        {
            _tombstones.Add(_table.HashOf(_table[number].Key), Now);
        }

        _table.Remove(number);
        _paths.Forget(number);
        if (isRemembered)
        {
            if (_history.Count >= _settings.HistoryLimit)
            {
                _history.Dequeue();
            }

            _history.Enqueue(row!);
        }

        Volatile.Write(ref _closed, _closed + 1);
        _turnover.Add(1, 1, Now);
        if (row is not null)
        {
            Listener?.Invoke(new ConnectionEvent(ConnectionChange.Closed, row));
        }
    }

    /// <summary>The packets have come to another tick of the rates.</summary>
    private void BeginTick(long time)
    {
        SettleBytes();
        _tick = RateWindow.TickOf(time);
        _second = time - (time % UnixTime.NanosecondsPerSecond);
    }

    /// <summary>What was sent and received in this tick goes to the shard's rates.</summary>
    private void SettleBytes()
    {
        _bytes.Add(0, _moved.A, _tick);
        _bytes.Add(1, _moved.B, _tick);
        _moved = default;
    }

    /// <summary>A flow's clock moves on; a second that is over goes to its long rates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AdvanceRates(int number, ref FlowEntry entry, long now)
    {
        long second = entry.Last / UnixTime.NanosecondsPerSecond;
        long next = now / UnixTime.NanosecondsPerSecond;
        if (second != next && (_table.Rates.Has(number) || next - second <= LongRates.Longest))
        {
            _table.Rates[number].Push(second, entry.Rates.Current, next);
        }

        entry.Rates.Advance(entry.Last, now);
    }
}

/// <summary>The rates of all that a shard tracks.</summary>
/// <param name="Send">Bytes per second sent, as displays show it.</param>
/// <param name="Receive">Bytes per second received, as displays show it.</param>
/// <param name="Sent">Bytes per second sent.</param>
/// <param name="Received">Bytes per second received.</param>
/// <param name="Opened">Connections opened per second.</param>
/// <param name="Closed">Connections closed per second.</param>
internal readonly record struct ShardRates(double Send, double Receive, RateSet Sent, RateSet Received, RateSet Opened, RateSet Closed);
