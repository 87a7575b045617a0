using System.Runtime.CompilerServices;
using NetMonitor.Capture;
using NetMonitor.Export;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>What the shards of a session share: limits, settings and who is told.</summary>
internal sealed record ShardSettings
{
    /// <summary>The most flows a live session tracks, all shards together (docs/limits.md).</summary>
    public const int LiveFlows = 200_000;

    /// <summary>The most closed connections a live session remembers, all shards together (docs/limits.md).</summary>
    public const int LiveHistory = 5_000;

    /// <summary>Of a full table's places one in so many is for connections that nobody has answered yet (docs/limits.md).</summary>
    public const int HalfOpenShare = 64;

    public required ILocalAddresses LocalAddresses { get; init; }

    public required Func<ushort, string?> InterfaceName { get; init; }

    public bool Inspect { get; init; } = true;

    public int FlowLimit { get; init; } = int.MaxValue;

    public int HistoryLimit { get; init; } = int.MaxValue;

    public TimeoutPolicy Policy { get; init; } = TimeoutPolicy.Default;

    /// <summary>All connections stay to the end, so nobody needs to know when which would time out: no limit, and no <see cref="Shard.Advance"/>.</summary>
    public bool KeepsAll { get; init; }

    /// <summary>The packets are those of this machine's interfaces, as they pass.</summary>
    public bool IsLive { get; init; }

    /// <summary>What names addresses and places them.</summary>
    public NamesAndPlaces Names { get; init; } = new();

    /// <summary>The interface of a local address, for flows that only the kernel knows.</summary>
    public Func<IPAddressValue, ushort>? InterfaceOf { get; init; }

    /// <summary>No packets are captured: bytes are those that the kernel counts.</summary>
    public bool CountKernelBytes { get; init; }

    /// <summary>Where new flows are put so that their owners are found; null when nobody looks.</summary>
    public NewFlowQueue? NewFlows { get; init; }

    /// <summary>Secret of the flow hash, the same for all dealers and shards of a session.</summary>
    public ulong Seed { get; init; }

    /// <summary>What TLS may be decrypted with, or null.</summary>
    public Inspection.Tls.Decryption.TlsSecrets? Secrets { get; init; }

    /// <summary>Counts bytes over time; null unless asked for. One shard only: it is not thread-safe.</summary>
    public TrafficSeries? Traffic { get; init; }
}

/// <summary>
/// Tracks the flows dealt to it: finds each packet's flow, counts it, follows its state, has its payload inspected. One thread uses it; time comes
/// with the packets and by <see cref="Advance"/>.
/// </summary>
internal sealed partial class Shard
{
    // How far ahead of a packet the lines it will touch are fetched: its slot of the index first, then its entry, then what the entry says is next. A few for each packet, not many at
    // once: a processor that has no room to remember another fetch forgets it.
    private const int SlotsAhead = 32;
    private const int EntriesAhead = 8;
    private const int RatesAhead = 4;
    private const int InspectionsAhead = 2;

    /// <summary>Rows that one core builds for a snapshot at a time: whole chunks of the table, so that no two share what is made when it is first needed.</summary>
    private const int RowsOfPart = 4 * FlowTable.ChunkSize;

    private readonly ShardSettings _settings;
    private readonly FlowTable _table;
    private readonly FlowNames _names;
    private readonly TrafficSeries? _traffic;
    private readonly ConnectionRows _rows;
    private readonly Tombstones _tombstones = new();
    private readonly QuicPaths _paths = new();
    private long _packets;
    private long _tick;           // when the tick of the rates began that the last packet was in, and when its second
    private long _second;
    private BySide<long> _moved;  // bytes sent and received in it that are not in the shard's rates yet
    private long _now;

    public Shard(ShardSettings settings)
    {
        _settings = settings;
        _traffic = settings.Traffic;
        _table = new FlowTable(settings.FlowLimit, settings.Seed);
        _timers = new FlowTimers(_table);
        _names = new FlowNames(_table, settings);
        _rows = new ConnectionRows(_table, settings.InterfaceName, _names) { Policy = settings.Policy };
    }

    /// <summary>Told of every event, on this shard's thread; null while nobody listens.</summary>
    public Action<ConnectionEvent>? Listener { get; set; }

    /// <summary>The latest time known: of the last packet or of <see cref="Advance"/>.</summary>
    public long Now
    {
        get => Volatile.Read(ref _now);
        private set => Volatile.Write(ref _now, value);
    }

    public int Connections => _table.Count;

    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Tracks the packets of a batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Process(PacketBatch batch, FrameBatch frames)
    {
        ReadOnlySpan<Packet> packets = batch.Packets.AsSpan(0, batch.Count);
        ReadOnlySpan<PacketRoute> routes = batch.Routes.AsSpan(0, batch.Count);
        Span<FlowGuess> guesses = stackalloc FlowGuess[EntriesAhead]; // of the packets from this one on; none at first and at the end
        for (int i = -SlotsAhead; i < packets.Length; i++)
        {
            int next = i + SlotsAhead;
            if ((uint)next < (uint)routes.Length)
            {
                _table.PrefetchSlot(routes[next].Hash);
            }

            FlowGuess guess = guesses[i & (EntriesAhead - 1)];
            next = i + EntriesAhead;
            FlowGuess ahead = default;
            if ((uint)next < (uint)packets.Length)
            {
                ahead = _table.Guess(routes[next].Hash);
                _table.PrefetchEntry(ahead, packets[next].Protocol == TransportProtocol.TCP);
            }

            guesses[i & (EntriesAhead - 1)] = ahead;
            ahead = guesses[(i + RatesAhead) & (EntriesAhead - 1)];
            _table.PrefetchRates(ahead, _second);
            _table.PrefetchInspection(ahead, itself: false);
            _table.PrefetchInspection(guesses[(i + InspectionsAhead) & (EntriesAhead - 1)], itself: true);
            if ((uint)i < (uint)packets.Length)
            {
                Track(batch, frames, packets[i], routes[i], guess);
            }
        }

        SettleBytes();
        _names.Settle(Now);
        Volatile.Write(ref _packets, _packets + batch.Count);
    }

    /// <summary>Adds this shard's connections as they are now.</summary>
    /// <param name="rows">Receives them.</param>
    /// <param name="filter">Which ones; null for all. Asked by several threads at once.</param>
    /// <param name="loopback">Those with both ends on loopback too.</param>
    /// <param name="historic">Those that have closed too.</param>
    /// <param name="now">The time to show them at, when it is later than what the shard knows.</param>
    public void Snapshot(List<NetConnection> rows, Func<NetConnection, bool>? filter, bool loopback, bool historic, long now)
    {
        now = Math.Max(Now, now);
        if (historic)
        {
            foreach (NetConnection row in _history)
            {
                if ((loopback || !row.IsLoopback) && (filter is null || filter(row)))
                {
                    rows.Add(row);
                }
            }
        }

        // Nothing changes meanwhile, and what building a row writes down is the flow's own: so all cores may help, and packets wait the less.
        var parts = new List<NetConnection>[(_table.Bound + RowsOfPart - 1) / RowsOfPart];
        Parallel.For(0, parts.Length, part => parts[part] = BuildRows(part * RowsOfPart, filter, loopback, now));
        foreach (List<NetConnection> part in parts)
        {
            rows.AddRange(part);
        }
    }

    private List<NetConnection> BuildRows(int from, Func<NetConnection, bool>? filter, bool loopback, long now)
    {
        int end = Math.Min(from + RowsOfPart, _table.Bound);
        var rows = new List<NetConnection>(filter is null ? end - from : 0);
        for (int number = from; number < end; number++)
        {
            if (_table.IsUsed(number) && (loopback || !_table[number].Is(FlowFlags.Loopback)))
            {
                NetConnection row = _rows.Build(number, now, isHistoric: false);
                if (filter is null || filter(row))
                {
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Track(PacketBatch batch, FrameBatch frames, in Packet packet, in PacketRoute route, FlowGuess guess)
    {
        int number = _table.Find(route.Key, route.Hash, guess);
        bool isTcp = packet.Protocol == TransportProtocol.TCP && (packet.Traits & (PacketTraits.HasPorts | PacketTraits.HeaderCut)) == PacketTraits.HasPorts;
        if (number != FlowTable.None && isTcp && (packet.Flags & TcpFlags.Syn) != 0 && _table.Tcp(number).IsNewConnection(route.Sender, packet))
        {
            Close(number, CloseReason.Replaced);
            number = FlowTable.None;
        }

        if (number == FlowTable.None && packet.Protocol == TransportProtocol.UDP)
        {
            number = FindMoved(route, batch.PayloadOf(packet, route, frames));
        }

        if (number == FlowTable.None)
        {
            if (isTcp && (packet.Flags & TcpFlags.Syn) == 0 && _tombstones.Has(route.Hash, packet.Timestamp))
            {
                Volatile.Write(ref _lateSegments, _lateSegments + 1);
                return; // A late segment of a connection that has closed.
            }

            number = Open(packet, route);
            if (number == FlowTable.None)
            {
                return;
            }
        }

        ref FlowEntry entry = ref _table[number];
        if (packet.Timestamp < entry.Last)
        {
            BeginEarlier(number, packet.Timestamp);
        }

        Count(number, ref entry, packet, route.Sender);
        if (isTcp)
        {
            TcpFindings findings = Follow(ref _table.Tcp(number), packet, route.Sender, entry.LocalSide, batch.HeaderOf(packet, route, frames));
            if (findings != TcpFindings.None)
            {
                _table.TcpCounts[number].Add(findings, isLoss: packet.WirePayloadLength > 0 && IsSurelyAgain(findings, entry, route.Sender));
            }
        }
        else
        {
            entry.LastType = packet.IcmpType;
            entry.LastCode = packet.IcmpCode;
            if (packet.Is(PacketTraits.CarriesInner))
            {
                entry.Flags |= FlowFlags.CarriesInner; // Its first packet may have been a keep-alive.
            }

            if (IsEcho(packet))
            {
                TimeEcho(number, packet, route.Sender);
            }

            if (packet.Protocol == TransportProtocol.ARP
                || (packet.Protocol == TransportProtocol.ICMPv6 && Icmpv6Type.IsNeighborDiscovery(packet.IcmpType)))
            {
                _names.SeeNeighbor(packet, route, PacketBatch.TransportOf(packet, route, frames));
            }
        }

        if (!_settings.KeepsAll && NeedsTimer(entry, packet, route.Sender, isTcp))
        {
            SetTimer(number);
        }

        // A SYN, FIN or RST without payload matters only to an inspection that has begun.
        if (!entry.Is(FlowFlags.InspectionDone)
            && (packet.PayloadLength > 0 || ((packet.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0 && entry.Is(FlowFlags.Inspected))))
        {
            Inspect(number, ref entry, packet, route.Sender, batch.PayloadOf(packet, route, frames));
        }
    }

    /// <summary>Sent again, or what looks overtaken of a host that is here: nothing can overtake its segments before they are seen.</summary>
    private bool IsSurelyAgain(TcpFindings findings, in FlowEntry entry, int sender) => (findings & TcpFindings.Retransmission) != 0
        || ((findings & TcpFindings.OutOfOrder) != 0 && _settings.IsLive && _settings.LocalAddresses.IsLocal(sender == 0 ? entry.Key.A : entry.Key.B));

    private static bool IsEcho(in Packet packet) => packet.Protocol switch
    {
        TransportProtocol.ICMP => packet.IcmpType is IcmpHeader.Echo or IcmpHeader.EchoReply,
        TransportProtocol.ICMPv6 => packet.IcmpType is Icmpv6Type.EchoRequest or Icmpv6Type.EchoReply,
        _ => false,
    };

    private void TimeEcho(int number, in Packet packet, int sender)
    {
        ref object? kept = ref _table.Object(number);
        if ((packet.Traits & PacketTraits.Response) == 0)
        {
            ((EchoTimes)(kept ??= new EchoTimes())).Ask(packet.Acknowledgment, sender, packet.Timestamp);
        }
        else
        {
            (kept as EchoTimes)?.Answer(packet.Acknowledgment, sender, packet.Timestamp);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(int number, ref FlowEntry entry, in Packet packet, int sender)
    {
        entry.Bytes.At(sender) += packet.IpLength;
        entry.Packets.At(sender) += packet.IpPackets;
        entry.Payload.At(sender) += packet.WirePayloadLength;
        long time = Math.Max(entry.Last, packet.Timestamp);
        if (!RateWindow.IsIn(_tick, time))
        {
            BeginTick(time);
        }

        if (entry.Last < _tick)
        {
            AdvanceRates(number, ref entry, time);
        }

        entry.Rates.Add(sender, packet.IpLength);
        entry.Last = time;
        _traffic?.Add(packet.Timestamp, packet.IpLength, isSent: sender == entry.LocalSide);
        if (packet.Timestamp > Now)
        {
            Now = packet.Timestamp;
        }

        _moved.At(sender ^ entry.LocalSide) += packet.IpLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TcpFindings Follow(ref TcpTrack track, in Packet packet, int sender, int localSide, ReadOnlySpan<byte> header)
    {
        TcpFindings findings = track.Update(sender, localSide, packet, header);
        if (track.TerminalSince == 0 && track.MayBeOver && track.State(localSide) is ConnectionState.CLOSED or ConnectionState.TIME_WAIT)
        {
            track.TerminalSince = packet.Timestamp;
        }

        return findings;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Open(in Packet packet, in PacketRoute route)
    {
        if (_names.IsOwn(route.Key))
        {
            return FlowTable.None;
        }

        Now = Math.Max(Now, packet.Timestamp);
        if (!MakeRoom())
        {
            return FlowTable.None;
        }

        int number = _table.Add(route.Key, route.Hash);

        ref FlowEntry entry = ref _table[number];
        entry.Last = packet.Timestamp;
        _table.Origin(number) = new FlowOrigin
        {
            First = packet.Timestamp,
            InterfaceId = route.InterfaceId,
            VlanId = packet.VlanId,
            Tunnel = packet.Tunnel,
            IcmpType = Opening.RequestType(packet),
            IcmpCode = packet.IcmpCode,
        };
        entry.Flags = Opening.Of(packet, route.Key, route.Sender, _settings.LocalAddresses);
        bool inspectable = _settings.Inspect && packet.Protocol is TransportProtocol.TCP or TransportProtocol.UDP or TransportProtocol.SCTP
            && (packet.Traits & (PacketTraits.HasPorts | PacketTraits.CarriesInner)) == PacketTraits.HasPorts;
        entry.Flags |= inspectable ? FlowFlags.None : FlowFlags.InspectionDone;
        _settings.NewFlows?.Add(route.Key, entry.LocalSide, packet.Timestamp);
        _names.Begin(number);
        Opens(number);
        Listener?.Invoke(new ConnectionEvent(ConnectionChange.Opened, _rows.Build(number, packet.Timestamp, isHistoric: false)));
        return number;
    }

    /// <summary>The capture is not in the order of time: this packet may be from before the first one, by which the connection's Id goes.</summary>
    private void BeginEarlier(int number, long time)
    {
        ref FlowOrigin origin = ref _table.Origin(number);
        if (time < origin.First)
        {
            _table.FirstIds[number] = _rows.IdOf(number);
            origin.First = time;
        }
    }

    /// <summary>The QUIC connection that goes on between the addresses of this packet, renamed to them; else none.</summary>
    private int FindMoved(in PacketRoute route, ReadOnlySpan<byte> payload)
    {
        int number = _paths.Find(payload);
        if (number == FlowTable.None)
        {
            return number;
        }

        ref FlowEntry entry = ref _table[number];
        int stays = entry.Key.SideIn(route.Key, out int now);
        if (stays < 0)
        {
            return FlowTable.None; // One end stays where it is; two that changed are another connection.
        }

        ulong id = _rows.IdOf(number);
        _table.FirstIds[number] = id; // From here on it is the connection's.
        ref FlowOrigin origin = ref _table.Origin(number);
        origin.InterfaceId = route.InterfaceId;
        origin.IsPlaced = false;
        _table.Rename(number, route.Key, route.Hash);
        if (stays != now)
        {
            entry.SwapSides();
            if (_table.Rates.Has(number))
            {
                _table.Rates[number].SwapSides();
            }
        }

        (_table.Object(number) as FlowInspection)?.Moved();
        return number;
    }
}
