using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>The states of flows that are not TCP: by silence, or by the last message's type.</summary>
internal static class FlowStates
{
    private const long IdleAfter = 30 * UnixTime.NanosecondsPerSecond;
    private const long StaleAfter = 60 * UnixTime.NanosecondsPerSecond;

    /// <summary>ICMP types (RFC 792; IANA "ICMP Type Numbers").</summary>
    private static readonly Dictionary<byte, ConnectionState> Icmp = new()
    {
        [0] = ConnectionState.ECHO_REPLY,
        [3] = ConnectionState.DEST_UNREACH,
        [5] = ConnectionState.REDIRECT,
        [8] = ConnectionState.ECHO_REQUEST,
        [9] = ConnectionState.ROUTER_DISCOVERY,
        [10] = ConnectionState.ROUTER_DISCOVERY,
        [11] = ConnectionState.TIME_EXCEEDED,
    };

    /// <summary>ICMPv6 types (RFC 4443, RFC 4861, RFC 2710, RFC 9777).</summary>
    private static readonly Dictionary<byte, ConnectionState> IcmpV6 = new()
    {
        [1] = ConnectionState.DEST_UNREACH,
        [3] = ConnectionState.TIME_EXCEEDED,
        [128] = ConnectionState.ECHO_REQUEST,
        [129] = ConnectionState.ECHO_REPLY,
        [130] = ConnectionState.MULTICAST_LISTENER,
        [131] = ConnectionState.MULTICAST_LISTENER,
        [132] = ConnectionState.MULTICAST_LISTENER,
        [133] = ConnectionState.ROUTER_DISCOVERY,
        [134] = ConnectionState.ROUTER_DISCOVERY,
        [135] = ConnectionState.NEIGHBOR_DISCOVERY,
        [136] = ConnectionState.NEIGHBOR_DISCOVERY,
        [137] = ConnectionState.REDIRECT,
        [143] = ConnectionState.MULTICAST_LISTENER,
    };

    /// <summary>IGMP types (RFC 2236, RFC 9776).</summary>
    private static readonly Dictionary<byte, ConnectionState> Igmp = new()
    {
        [0x11] = ConnectionState.IGMP_QUERY,
        [0x12] = ConnectionState.IGMP_REPORT,
        [0x16] = ConnectionState.IGMP_REPORT,
        [0x17] = ConnectionState.IGMP_LEAVE,
        [0x22] = ConnectionState.IGMP_REPORT,
    };

    /// <summary>The state of a flow that is not TCP and that inspection gives no state.</summary>
    public static ConnectionState Of(in FlowEntry entry, long now) => entry.Key.Protocol switch
    {
        TransportProtocol.UDP or TransportProtocol.UDPLite => BySilence(now - entry.Last, ConnectionState.UDP_ACTIVE),
        TransportProtocol.ICMP => Icmp.GetValueOrDefault(entry.LastType, ConnectionState.ICMP_OTHER),
        TransportProtocol.ICMPv6 => IcmpV6.GetValueOrDefault(entry.LastType, ConnectionState.ICMP_OTHER),
        TransportProtocol.IGMP => Igmp.GetValueOrDefault(entry.LastType, ConnectionState.IGMP_OTHER),
        TransportProtocol.ARP => entry.LastType == ArpReply ? ConnectionState.ARP_REPLY : ConnectionState.ARP_REQUEST,
        _ => BySilence(now - entry.Last, ConnectionState.ACTIVE),
    };

    private const byte ArpReply = 2;

    /// <param name="silence">Nanoseconds.</param>
    /// <param name="active">The first of three consecutive states: active, idle, stale.</param>
    private static ConnectionState BySilence(long silence, ConnectionState active) =>
        silence <= IdleAfter ? active : silence <= StaleAfter ? active + 1 : active + 2;
}
