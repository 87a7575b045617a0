using NetMonitor.Attribution.Names;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Text;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>What a flow's timer needs.</summary>
/// <param name="Look">When to look at it next, nanoseconds since 1970; it cannot time out before.</param>
/// <param name="IsOver">It has timed out.</param>
/// <param name="Rank">How much it matters.</param>
/// <param name="IsSettled">Only what ends it can bring its timeout nearer.</param>
internal readonly record struct FlowTiming(long Look, bool IsOver, FlowRank Rank, bool IsSettled);

/// <summary>Makes the immutable <see cref="NetConnection"/> of a live row, and knows when a row times out.</summary>
internal sealed class ConnectionRows(FlowTable table, Func<ushort, string?> interfaceName, FlowNames names)
{
    private const ulong TimeMultiplier = 0x9E3779B97F4A7C15; // 2^64 / golden ratio: spreads creation times over the id
    private const long KernelAgain = 5 * UnixTime.NanosecondsPerSecond;

    /// <summary>When rows time out.</summary>
    public TimeoutPolicy Policy { get; set; } = TimeoutPolicy.Default;

    /// <summary>Where a row is on its way out.</summary>
    public FlowTiming TimingOf(int number, long now)
    {
        ref FlowEntry entry = ref table[number];
        var findings = table.Object(number) as IFindings;
        FlowFacts facts = FactsOf(number, entry, findings, now);
        TimeoutRule rule = Policy.For(facts);
        long ended = EndedAt(number, entry, findings);
        long from = ended != 0 ? ended : entry.Last;
        long look = from + rule.Allows(facts) + 1;
        if (rule.Recent != 0)
        {
            // Once it has been silent so long another row applies.
            FlowFacts later = facts with { Idle = rule.Recent + 1 };
            look = Math.Min(look, Math.Max(entry.Last + later.Idle, from + Policy.For(later).Allows(later) + 1));
        }

        bool isOpening = facts.State is ConnectionState.SYN_SENT or ConnectionState.SYN_RECV;
        bool isClosing = facts.State is ConnectionState.LAST_ACK or ConnectionState.CLOSING;
        bool isAlive = (table.Owner(number) as FlowOwner)?.IsAlive(now) == true;
        FlowRank rank = ended != 0 ? FlowRank.Over
            : isAlive ? FlowRank.Answered
            : isOpening || entry.Packets.A == 0 || entry.Packets.B == 0 ? FlowRank.HalfOpen : FlowRank.Answered;
        if (isAlive && now >= look)
        {
            look = now + KernelAgain; // The kernel still lists it.
        }

        return new FlowTiming(look, IsOver: now >= look, rank, IsSettled: rank != FlowRank.HalfOpen && !isClosing);
    }

    /// <summary>What the connection's Id is made of: its first key and its first time.</summary>
    public ulong IdOf(int number) => table.FirstIds.ValueOf(number) is var first and not 0 ? first : table[number].Key.Hash((ulong)table.Origin(number).First * TimeMultiplier);

    /// <summary>The row as an object.</summary>
    /// <param name="number">Its number in the table.</param>
    /// <param name="now">The time to show it at, nanoseconds since 1970.</param>
    /// <param name="isHistoric">It has closed or timed out.</param>
    /// <param name="reason">Why, unless it says so itself.</param>
    /// <param name="keepDetails">To remember the details for the next time.</param>
    public NetConnection Build(int number, long now, bool isHistoric, CloseReason? reason = null, bool keepDetails = true)
    {
        ref FlowEntry entry = ref table[number];
        ref FlowOrigin origin = ref table.Origin(number);
        object? kept = table.Object(number);
        bool isFtpData = names.IsFtpData(number, ref entry);
        IFindings? findings = isFtpData ? null : kept as IFindings; // A file may look like any protocol.
        FlowFacts facts = FactsOf(number, entry, findings, now);
        long allowed = Policy.For(facts).Allows(facts);
        long ended = EndedAt(number, entry, findings);
        double ratio = Math.Clamp((now - (ended != 0 ? ended : entry.Last)) / (double)allowed, 0, 1);
        ApplicationDetails? details = findings?.GetDetails(keepDetails);
        var owner = table.Owner(number) as FlowOwner;
        string? known = isFtpData ? Ftp.Data : Carriers.NameOf(entry);
        int local = entry.LocalSide;
        int remote = 1 - local;
        IPAddressValue remoteAddress = local == 0 ? entry.Key.B : entry.Key.A;
        ushort localPort = local == 0 ? entry.Key.PortA : entry.Key.PortB;
        ushort remotePort = local == 0 ? entry.Key.PortB : entry.Key.PortA;
        ConnectionDirection? direction = !entry.Is(FlowFlags.OpeningSeen) ? null
            : entry.Originator == local ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming;
        (string? hostName, HostNameSource? hostNameSource) = names.NameOf(number, details, now);
        (AddressScope scope, Place? place) = names.PlaceOf(number);
        bool isTcp = entry.Key.Protocol == TransportProtocol.TCP;
        TcpTrack track = isTcp ? table.Tcp(number) : default;
        TcpCounts counts = table.TcpCounts.ValueOf(number);
        TcpNumbers? tcp = isTcp ? track.Numbers(local, entry.Originator, counts) : null;
        return new NetConnection
        {
            IdValue = IdOf(number),
            Protocol = entry.Key.Protocol,
            Local = local == 0 ? entry.Key.A : entry.Key.B,
            Remote = remoteAddress,
            HasPorts = entry.Is(FlowFlags.HasPorts),
            LocalPortValue = localPort,
            RemotePortValue = remotePort,
            IcmpFirst = (origin.IcmpType, origin.IcmpCode),
            LocalSentFirst = entry.Originator == local,
            Direction = direction,
            State = facts.State,
            Application = findings?.Application ?? known,
            Confidence = findings?.Confidence ?? (known is null ? null : Confidence.Decoded),
            Sni = details?.ServerName,
            HostName = hostName,
            HostNameSource = hostNameSource,
            Service = entry.Is(FlowFlags.HasPorts) ? ServiceNames.Instance.Find(entry.Key.Protocol, localPort, remotePort, direction) : null,
            RemoteScope = scope,
            RemotePlace = place,
            RemoteVendor = names.VendorOf(remoteAddress),
            BytesSent = entry.Bytes[local],
            BytesReceived = entry.Bytes[remote],
            PacketsSent = entry.Packets[local],
            PacketsReceived = entry.Packets[remote],
            PayloadSent = entry.Payload[local],
            PayloadReceived = entry.Payload[remote],
            SendRate = isHistoric ? 0 : entry.Rates.Fading(local, entry.Last, now),
            ReceiveRate = isHistoric ? 0 : entry.Rates.Fading(remote, entry.Last, now),
            SendRates = isHistoric ? default : RatesOf(number, entry, local, now),
            ReceiveRates = isHistoric ? default : RatesOf(number, entry, remote, now),
            Rtt = tcp?.SmoothedRtt ?? tcp?.HandshakeRtt ?? RoundTripOf(kept, details) ?? owner?.Kernel?.Rtt,
            Tcp = tcp,
            Retransmits = tcp?.Retransmissions,
            OutOfOrder = tcp?.OutOfOrder,
            LossRatio = isTcp ? track.LossRatio(counts) : null,
            ConnState = ConnStateOf(entry, track),
            History = isTcp ? track.History(entry.Originator) : null,
            CreationNanoseconds = origin.First,
            LastActivityNanoseconds = entry.Last,
            TakenNanoseconds = now,
            Timeout = UnixTime.ToTimeSpan(allowed),
            TimeoutRatio = ratio,
            Staleness = TimeoutTable.StalenessAt(ratio),
            CloseReason = ended != 0 ? isTcp && track.Reset ? CloseReason.Reset : CloseReason.Finished : reason,
            IsHistoric = isHistoric,
            Interface = interfaceName(origin.InterfaceId),
            VlanId = origin.VlanId == Packet.NoVlan ? null : origin.VlanId,
            Tunnel = origin.Tunnel,
            Details = details,
            Owner = owner?.Owner,
            Kernel = owner?.Kernel,
        };
    }

    /// <summary>What an echo or the innermost protocol that shows one says.</summary>
    private static TimeSpan? RoundTripOf(object? kept, ApplicationDetails? details)
    {
        if (kept is EchoTimes { Last: { } echo })
        {
            return UnixTime.ToTimeSpan(echo);
        }

        while (details is { RoundTrip: null, Outer: { } outer })
        {
            details = outer;
        }

        return details?.RoundTrip;
    }

    private static string? ConnStateOf(in FlowEntry entry, in TcpTrack track) => entry.Key.Protocol switch
    {
        TransportProtocol.TCP => track.ZeekState(entry.Originator),
        TransportProtocol.UDP => ZeekState.OfUdp(entry.Packets[entry.Originator] > 0, entry.Packets[1 - entry.Originator] > 0),
        _ => null,
    };

    /// <summary>When the connection was over by its own account, nanoseconds since 1970: TCP closed or waiting, QUIC closed or draining. 0 while it is not.</summary>
    private long EndedAt(int number, in FlowEntry entry, IFindings? findings) => entry.Key.Protocol == TransportProtocol.TCP
        ? table.Tcp(number).TerminalSince
        : findings?.ClosedAt ?? 0;

    private RateSet RatesOf(int number, in FlowEntry entry, int side, long now)
    {
        now = Math.Max(now, entry.Last);
        return table.Rates.Has(number) ? table.Rates[number].Read(side, entry.Rates, entry.Last, now)
            : LongRates.ReadAlone(side, entry.Rates, entry.Last, now);
    }

    private FlowFacts FactsOf(int number, in FlowEntry entry, IFindings? findings, long now)
    {
        long idle = Math.Max(0, now - entry.Last);
        if (entry.Packets is { A: 0, B: 0 } && table.Owner(number) is FlowOwner { State: { } kernelState })
        {
            return new FlowFacts(entry.Key.Protocol, kernelState, findings?.Application, idle); // Known from the kernel alone: no packet was seen yet.
        }

        if (entry.Key.Protocol == TransportProtocol.TCP)
        {
            return new FlowFacts(entry.Key.Protocol, table.Tcp(number).State(entry.LocalSide), findings?.Application, idle);
        }

        ConnectionState state = findings?.State ?? FlowStates.Of(entry, now);
        var facts = new FlowFacts(entry.Key.Protocol, state, findings?.Application, idle);
        return state is ConnectionState.QUIC_CONNECTED or ConnectionState.QUIC_DRAINING or ConnectionState.QUIC_CLOSED
            ? WithQuic(facts, findings!.GetDetails(keep: true)) : facts;
    }

    private static FlowFacts WithQuic(in FlowFacts facts, ApplicationDetails? details)
    {
        while (details is not (null or QuicDetails))
        {
            details = details.Outer;
        }

        return details is not QuicDetails quic ? facts : facts with
        {
            IdleTimeout = quic.IdleTimeout is { } idle ? UnixTime.FromTimeSpan(idle) : 0,
            Close = quic.ClosedByApplication switch { true => QuicClose.Application, false => QuicClose.Transport, null => QuicClose.Unknown },
        };
    }
}
