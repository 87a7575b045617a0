using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>Who opened a flow and which side is local, told by its first packet and the local addresses.</summary>
internal static class Opening
{
    /// <summary>Ports below this are servers' (RFC 6335 section 6, system ports).</summary>
    private const int FirstUserPort = 1024;

    /// <summary>From this port on systems choose one for who does not care: Linux from here, others from 49152 (RFC 6335 section 6).</summary>
    public const int FirstEphemeralPort = 32768;

    private const byte IcmpEchoReply = 0;
    private const byte IcmpEchoRequest = 8;
    private const byte IcmpV6EchoRequest = 128;
    private const byte IcmpV6EchoReply = 129;

    /// <summary>The flags of a new flow.</summary>
    /// <param name="packet">Its first packet.</param>
    /// <param name="key">Its key.</param>
    /// <param name="sender">The side that sent the packet.</param>
    /// <param name="local">What counts as local.</param>
    public static FlowFlags Of(in Packet packet, in FlowKey key, int sender, ILocalAddresses local)
    {
        (bool senderOpened, bool seen) = packet.Protocol switch
        {
            TransportProtocol.TCP => ByTcp(packet),
            TransportProtocol.UDP or TransportProtocol.UDPLite or TransportProtocol.SCTP => ByPorts(packet),
            TransportProtocol.ARP or TransportProtocol.ICMP or TransportProtocol.ICMPv6 => ((packet.Traits & PacketTraits.Response) == 0, true),
            _ => (true, true),
        };
        int originator = senderOpened ? sender : 1 - sender;
        return (originator == 1 ? FlowFlags.OriginatorIsB : 0)
            | ((LocalSide(key, local) ?? originator) == 1 ? FlowFlags.LocalIsB : 0)
            | (seen ? FlowFlags.OpeningSeen : 0)
            | (key.A.IsLoopback && key.B.IsLoopback ? FlowFlags.Loopback : 0)
            | ((packet.Traits & PacketTraits.CarriesInner) != 0 ? FlowFlags.CarriesInner : 0)
            | ((packet.Traits & PacketTraits.HasPorts) != 0 ? FlowFlags.HasPorts : 0);
    }

    /// <summary>The end that is local; null for both or none: then the side that opened counts as local.</summary>
    public static int? LocalSide(in FlowKey key, ILocalAddresses local)
    {
        bool isA = local.IsLocal(key.A);
        bool isB = local.IsLocal(key.B);
        return isA == isB ? null : isB ? 1 : 0;
    }

    /// <summary>The ICMP type of the side that opened: of an echo reply, that of its request.</summary>
    public static byte RequestType(in Packet packet) => (packet.Protocol, packet.IcmpType) switch
    {
        (TransportProtocol.ICMP, IcmpEchoReply) => IcmpEchoRequest,
        (TransportProtocol.ICMPv6, IcmpV6EchoReply) => IcmpV6EchoRequest,
        _ => packet.IcmpType,
    };

    private static (bool SenderOpened, bool Seen) ByTcp(in Packet packet) => (packet.Flags & (TcpFlags.Syn | TcpFlags.Ack)) switch
    {
        TcpFlags.Syn => (true, true),
        TcpFlags.Syn | TcpFlags.Ack => (false, true),
        _ => (ByPorts(packet).SenderOpened, false), // Picked up in the middle: an order for the columns, no claim.
    };

    /// <summary>The first sender opened, unless it uses a server's port and the other does not: then this is an answer whose question was missed.</summary>
    private static (bool SenderOpened, bool Seen) ByPorts(in Packet packet)
    {
        bool answer = packet.SourcePort < FirstUserPort && packet.DestinationPort >= FirstUserPort;
        return (!answer, !answer);
    }
}
