using NetMonitor.Packets;

namespace NetMonitor.View;

/// <summary>
/// What the view remembers from one snapshot to the next: what came and went, rates, sums per process, connections that are gone.
/// Everything is bounded. Snapshots come oldest connection first, so two of them are compared in one pass over both.
/// </summary>
internal sealed class Ledger
{
    /// <summary>Ticks kept: one minute at two a second.</summary>
    public const int MaxTicks = 120;

    /// <summary>Gone connections kept; the first to go leave first.</summary>
    public const int MaxGone = 5_000;

    /// <summary>Processes kept; those longest silent leave first.</summary>
    public const int MaxProcesses = 1_000;

    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(60);

    private readonly Queue<Tick> _ticks = new();
    private readonly Queue<NetConnection> _gone = new();
    private readonly Dictionary<string, ProcessSums> _processes = new(StringComparer.Ordinal);
    private Dictionary<string, (InterfaceReading Reading, DateTimeOffset At)> _interfaces = [];
    private IReadOnlyList<InterfaceRates> _interfaceRates = [];
    private LiveSnapshot? _before;

    /// <summary>Takes a snapshot in.</summary>
    public LedgerPage Advance(LiveSnapshot snapshot)
    {
        var count = new Count();
        TimeSpan elapsed = _before is null ? TimeSpan.Zero : snapshot.Now - _before.Now;
        bool first = _before is null;
        foreach (ProcessSums sums in _processes.Values)
        {
            (sums.SentNow, sums.ReceivedNow, sums.Connections) = (0, 0, 0);
        }

        Compare(_before?.Connections ?? [], snapshot.Connections, first, count);
        foreach (ProcessSums sums in _processes.Values)
        {
            sums.Advance(snapshot.Now.Ticks, Lately.Ticks);
        }

        ForgetProcesses();
        var tick = new Tick
        {
            Elapsed = elapsed,
            ReceiveRate = PerSecond(count.Received, elapsed),
            SendRate = PerSecond(count.Sent, elapsed),
            PacketRate = _before is null ? 0 : PerSecond(snapshot.Packets - _before.Packets, elapsed),
            Opened = first ? 0 : count.Opened,
            Closed = count.Closed,
            Active = snapshot.Connections.Count,
            Rtt = count.Measured > 0 ? TimeSpan.FromTicks(count.RttTicks / count.Measured) : null,
            Loss = count.TcpPackets > 0 && count.CountsRetransmits ? Math.Clamp((double)count.Retransmits / count.TcpPackets, 0, 1) : null,
        };
        if (!first && elapsed > TimeSpan.Zero)
        {
            _ticks.Enqueue(tick);
            while (_ticks.Count > MaxTicks)
            {
                _ticks.Dequeue();
            }
        }

        if (snapshot.Interfaces.Count > 0)
        {
            ReadInterfaces(snapshot);
        }

        _before = snapshot;
        return new LedgerPage
        {
            Snapshot = snapshot,
            Ticks = [.. _ticks],
            Gone = [.. _gone],
            Processes = [.. _processes.Select(process => process.Value.ToRow(process.Key, elapsed))],
            Interfaces = _interfaceRates,
            Summary = Summarize(snapshot.Connections),
        };
    }

    /// <summary>Forgets everything but the last snapshot.</summary>
    public void Clear()
    {
        _ticks.Clear();
        _gone.Clear();
        _processes.Clear();
    }

    private static double PerSecond(long amount, TimeSpan elapsed) => elapsed > TimeSpan.Zero ? amount / elapsed.TotalSeconds : 0;

    private void Compare(IReadOnlyList<NetConnection> before, IReadOnlyList<NetConnection> after, bool first, Count count)
    {
        int old = 0;
        for (int i = 0; i < after.Count; i++)
        {
            NetConnection row = after[i];
            int order = -1;
            while (old < before.Count && (order = NetConnection.CompareByCreation(before[old], row)) < 0)
            {
                Leave(before[old++], count);
            }

            NetConnection? same = old < before.Count && order == 0 ? before[old++] : null;
            ProcessSums sums = SumsOf(row);
            sums.Connections++;
            if (same is null)
            {
                count.Opened++;
            }

            // What a connection had carried before the first look was not carried now.
            if (!first)
            {
                Add(row, same, sums, count);
            }
        }

        while (old < before.Count)
        {
            Leave(before[old++], count);
        }
    }

    private static void Add(NetConnection row, NetConnection? same, ProcessSums sums, Count count)
    {
        long sent = row.BytesSent - (same?.BytesSent ?? 0);
        long received = row.BytesReceived - (same?.BytesReceived ?? 0);
        if (sent <= 0 && received <= 0)
        {
            return;
        }

        (sums.SentNow, sums.ReceivedNow) = (sums.SentNow + sent, sums.ReceivedNow + received);
        (count.Sent, count.Received) = (count.Sent + sent, count.Received + received);
        if (row.Rtt is { } rtt)
        {
            count.RttTicks += rtt.Ticks;
            count.Measured++;
        }

        if (row.Protocol == TransportProtocol.TCP)
        {
            count.CountsRetransmits |= row.Retransmits is not null;
            count.Retransmits += (row.Retransmits ?? 0) - (same?.Retransmits ?? 0);
            count.TcpPackets += row.PacketsSent + row.PacketsReceived - (same is null ? 0 : same.PacketsSent + same.PacketsReceived);
        }
    }

    private void Leave(NetConnection row, Count count)
    {
        count.Closed++;
        _gone.Enqueue(row);
        while (_gone.Count > MaxGone)
        {
            _gone.Dequeue();
        }
    }

    private ProcessSums SumsOf(NetConnection row)
    {
        string name = ActivityRow.NameOf(row);
        if (!_processes.TryGetValue(name, out ProcessSums? sums))
        {
            sums = new ProcessSums();
            _processes.Add(name, sums);
        }

        return sums;
    }

    private void ForgetProcesses()
    {
        if (_processes.Count > MaxProcesses)
        {
            foreach (string name in _processes.Where(process => process.Value.IsOver).Take(_processes.Count - MaxProcesses).Select(process => process.Key).ToArray())
            {
                _processes.Remove(name);
            }
        }
    }

    private void ReadInterfaces(LiveSnapshot snapshot)
    {
        var now = new Dictionary<string, (InterfaceReading, DateTimeOffset)>(StringComparer.Ordinal);
        var rates = new List<InterfaceRates>();
        bool changed = false;
        foreach (InterfaceReading reading in snapshot.Interfaces)
        {
            (InterfaceReading Reading, DateTimeOffset At) before = _interfaces.GetValueOrDefault(reading.Name, (reading, snapshot.Now));
            changed |= !ReferenceEquals(before.Reading, reading) || _interfaces.Count == 0;
            TimeSpan elapsed = snapshot.Now - before.At;
            rates.Add(new InterfaceRates(
                reading,
                Math.Max(0, PerSecond((reading.BytesReceived ?? 0) - (before.Reading.BytesReceived ?? 0), elapsed)),
                Math.Max(0, PerSecond((reading.BytesSent ?? 0) - (before.Reading.BytesSent ?? 0), elapsed))));
            now.TryAdd(reading.Name, (reading, snapshot.Now));
        }

        // The counters may be read less often than connections: the same reading again says nothing new.
        if (changed || _interfaceRates.Count == 0)
        {
            (_interfaces, _interfaceRates) = (now, rates);
        }
    }

    private static Summary Summarize(IReadOnlyList<NetConnection> rows)
    {
        int tcp = 0, udp = 0;
        long retransmits = 0, outOfOrder = 0, resets = 0;
        bool processes = false, places = false, services = false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var applications = new Dictionary<string, int>(StringComparer.Ordinal);
        Span<int> states = stackalloc int[byte.MaxValue + 1];
        for (int i = 0; i < rows.Count; i++)
        {
            NetConnection row = rows[i];
            if (row.Protocol == TransportProtocol.TCP)
            {
                tcp++;
                states[(byte)row.State]++;
                retransmits += row.Retransmits ?? 0;
                outOfOrder += row.OutOfOrder ?? 0;
                resets += row.CloseReason == CloseReason.Reset ? 1 : 0;
            }
            else if (row.Protocol == TransportProtocol.UDP)
            {
                udp++;
            }

            if (row.ProcessName is { } name)
            {
                processes = true;
                names.Add(name);
            }

            places |= row.RemotePlace is not null;
            services |= row.Service is not null;
            string application = row.Application ?? "other";
            applications[application] = applications.GetValueOrDefault(application) + 1;
        }

        var tcpStates = new List<Share>();
        for (int state = 0; state < states.Length; state++)
        {
            if (states[state] > 0)
            {
                tcpStates.Add(new Share(((ConnectionState)state).ToString(), states[state]));
            }
        }

        return new Summary
        {
            Tcp = tcp,
            Udp = udp,
            Other = rows.Count - tcp - udp,
            Processes = names.Count,
            Retransmits = retransmits,
            OutOfOrder = outOfOrder,
            Resets = resets,
            KnowsProcesses = processes,
            KnowsPlaces = places,
            KnowsServices = services,
            Applications = [.. applications.Select(pair => new Share(pair.Key, pair.Value)).OrderByDescending(share => share.Count).ThenBy(share => share.Name, StringComparer.Ordinal)],
            TcpStates = [.. tcpStates.OrderByDescending(share => share.Count).ThenBy(share => share.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>Sums of one comparison.</summary>
    private sealed class Count
    {
        public int Opened;
        public int Closed;
        public long Sent;
        public long Received;
        public long RttTicks;
        public int Measured;
        public long Retransmits;
        public long TcpPackets;
        public bool CountsRetransmits;
    }
}

/// <summary>An interface with its rates, bytes per second.</summary>
internal sealed record InterfaceRates(InterfaceReading Interface, double ReceiveRate, double SendRate);

/// <summary>What the ledger knows after a snapshot. Immutable.</summary>
internal sealed record LedgerPage
{
    public required LiveSnapshot Snapshot { get; init; }

    public required IReadOnlyList<Tick> Ticks { get; init; }

    /// <summary>Connections that left the table, the first to go first.</summary>
    public required IReadOnlyList<NetConnection> Gone { get; init; }

    public required IReadOnlyList<ActivityRow> Processes { get; init; }

    public required IReadOnlyList<InterfaceRates> Interfaces { get; init; }

    public required Summary Summary { get; init; }
}
