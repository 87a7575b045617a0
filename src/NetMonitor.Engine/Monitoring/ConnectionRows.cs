using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>Makes the immutable <see cref="NetConnection"/> of a live row, and knows when a row has timed out.</summary>
internal sealed class ConnectionRows(FlowTable table, Func<ushort, string?> interfaceName)
{
    private const ulong TimeMultiplier = 0x9E3779B97F4A7C15; // 2^64 / golden ratio: spreads creation times over the id

    /// <summary>True when a row has been silent (or closed) for its timeout.</summary>
    public bool IsTimedOut(int number, long now)
    {
        ref FlowEntry entry = ref table[number];
        long silence = SilenceOf(number, entry, now);
        return silence > TimeoutTable.Shortest && silence > TimeoutTable.For(FactsOf(number, ref entry, now)).Nanoseconds;
    }

    /// <summary>The row as an object.</summary>
    /// <param name="number">Its number in the table.</param>
    /// <param name="now">The time to show it at, nanoseconds since 1970.</param>
    /// <param name="isHistoric">It has closed or timed out.</param>
    public NetConnection Build(int number, long now, bool isHistoric)
    {
        ref FlowEntry entry = ref table[number];
        ref FlowOrigin origin = ref table.Origin(number);
        FlowFacts facts = FactsOf(number, ref entry, now);
        TimeoutRule rule = TimeoutTable.For(facts);
        long silence = SilenceOf(number, entry, now);
        var inspection = table.Object(number) as FlowInspection;
        ApplicationDetails? details = inspection?.Details;
        string? carrier = Carriers.NameOf(entry);
        int local = entry.LocalSide;
        int remote = 1 - local;
        bool isTcp = entry.Key.Protocol == TransportProtocol.TCP;
        TcpTrack track = isTcp ? table.Tcp(number) : default;
        return new NetConnection
        {
            IdValue = entry.Key.Hash((ulong)origin.First * TimeMultiplier),
            Protocol = entry.Key.Protocol,
            Local = local == 0 ? entry.Key.A : entry.Key.B,
            Remote = local == 0 ? entry.Key.B : entry.Key.A,
            HasPorts = entry.Is(FlowFlags.HasPorts),
            LocalPortValue = local == 0 ? entry.Key.PortA : entry.Key.PortB,
            RemotePortValue = local == 0 ? entry.Key.PortB : entry.Key.PortA,
            IcmpFirst = (origin.IcmpType, origin.IcmpCode),
            LocalSentFirst = entry.Originator == local,
            Direction = !entry.Is(FlowFlags.OpeningSeen) ? null
                : entry.Originator == local ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming,
            State = facts.State,
            Application = inspection?.Application ?? carrier,
            Confidence = inspection?.Confidence ?? (carrier is null ? null : Confidence.Decoded),
            Sni = details?.ServerName,
            HostName = details?.HostName,
            HostNameSource = details?.HostNameSource,
            BytesSent = entry.Bytes[local],
            BytesReceived = entry.Bytes[remote],
            PacketsSent = entry.Packets[local],
            PacketsReceived = entry.Packets[remote],
            PayloadSent = entry.Payload[local],
            PayloadReceived = entry.Payload[remote],
            SendRate = isHistoric ? 0 : entry.Rates.PerSecond(local, now),
            ReceiveRate = isHistoric ? 0 : entry.Rates.PerSecond(remote, now),
            Rtt = track.HandshakeRtt != 0 ? UnixTime.ToTimeSpan(track.HandshakeRtt) : null,
            Retransmits = isTcp ? track.Retransmits : null,
            OutOfOrder = isTcp ? track.OutOfOrder : null,
            CreationNanoseconds = origin.First,
            LastActivityNanoseconds = entry.Last,
            TakenNanoseconds = now,
            Timeout = rule.After,
            Staleness = TimeoutTable.StalenessAt(silence / (double)rule.Nanoseconds),
            IsHistoric = isHistoric,
            Interface = interfaceName(origin.InterfaceId),
            VlanId = origin.VlanId == Packet.NoVlan ? null : origin.VlanId,
            Tunnel = origin.Tunnel,
            Details = details,
        };
    }

    /// <summary>Nanoseconds that count against the timeout: since the last packet, or since the connection was over.</summary>
    private long SilenceOf(int number, in FlowEntry entry, long now)
    {
        long terminal = entry.Key.Protocol == TransportProtocol.TCP ? table.Tcp(number).TerminalSince : 0;
        return Math.Max(0, now - (terminal != 0 ? terminal : entry.Last));
    }

    private FlowFacts FactsOf(int number, ref FlowEntry entry, long now)
    {
        var inspection = table.Object(number) as FlowInspection;
        ConnectionState state = entry.Key.Protocol == TransportProtocol.TCP
            ? table.Tcp(number).State(entry.LocalSide)
            : inspection?.State ?? FlowStates.Of(entry, now);
        return new FlowFacts(entry.Key.Protocol, state, inspection?.Application, Math.Max(0, now - entry.Last));
    }
}
