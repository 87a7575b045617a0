using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <content>Transport layers.</content>
public sealed partial class PacketDecoder
{
    private const int PortsSize = 4;
    private const int DestinationPortAt = 2;

    private void DecodeTransport(ref Context context, ref Packet packet, byte protocol, int offset)
    {
        switch ((TransportProtocol)protocol)
        {
            case TransportProtocol.TCP:
                DecodeTcp(ref context, ref packet, offset);
                break;
            case TransportProtocol.UDP:
                DecodeUdp(ref context, ref packet, offset);
                break;
            case TransportProtocol.UDPLite:
                DecodeUdpLite(ref context, ref packet, offset);
                break;
            case TransportProtocol.SCTP:
                DecodeSctp(ref context, ref packet, offset);
                break;
            case TransportProtocol.ICMP:
                DecodeIcmp(ref context, ref packet, offset, TransportProtocol.ICMP, IcmpHeader.Echo, IcmpHeader.EchoReply);
                break;
            case TransportProtocol.ICMPv6:
                DecodeIcmp(ref context, ref packet, offset, TransportProtocol.ICMPv6, Icmpv6Type.EchoRequest, Icmpv6Type.EchoReply);
                break;
            case TransportProtocol.IGMP:
                DecodeIgmp(ref context, ref packet, offset);
                break;
            case TransportProtocol.IPIP or TransportProtocol.IPv6:
                SetNoTransport(ref packet, ref context, offset, offset);
                packet.Protocol = (TransportProtocol)protocol;
                DecodeInnerIP(ref context, TunnelKind.IpInIp, protocol, offset);
                break;
            case TransportProtocol.MPLS:
                SetNoTransport(ref packet, ref context, offset, offset);
                packet.Protocol = TransportProtocol.MPLS;
                DecodeInner(ref context, TunnelKind.IpInIp, EtherType.MplsUnicast, offset);
                break;
            case TransportProtocol.Ethernet:
                SetNoTransport(ref packet, ref context, offset, offset);
                packet.Protocol = TransportProtocol.Ethernet;
                DecodeInner(ref context, TunnelKind.IpInIp, EtherType.TransparentEthernet, offset);
                break;
            case TransportProtocol.PIM:
                SetNoTransport(ref packet, ref context, offset, offset);
                packet.Protocol = TransportProtocol.PIM;
                DecodePimRegister(ref context, offset);
                break;
            case TransportProtocol.GRE:
                SetNoTransport(ref packet, ref context, offset, offset);
                packet.Protocol = TransportProtocol.GRE;
                DecodeGre(ref context, ref packet, offset);
                break;
            default:
                SetNoTransport(ref packet, ref context, offset, offset);
                packet.Protocol = (TransportProtocol)protocol;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DecodeTcp(ref Context context, ref Packet packet, int offset)
    {
        packet.Protocol = TransportProtocol.TCP;
        if (!TcpHeader.TryParse(context.From(offset), out TcpHeader tcp))
        {
            SetPortsOnly(ref packet, ref context, offset, Header.TCP);
            return;
        }

        packet.SourcePort = tcp.SourcePort;
        packet.DestinationPort = tcp.DestinationPort;
        packet.Sequence = tcp.Sequence;
        packet.Acknowledgment = tcp.Acknowledgment;
        packet.Flags = tcp.Flags;
        packet.Window = tcp.Window;
        packet.IcmpType = 0;
        packet.IcmpCode = 0;
        packet.TransportOffset = offset;
        packet.Traits |= PacketTraits.HasPorts;
        int payload = offset + tcp.Size;
        if (tcp.Size < TcpHeader.MinimumSize || payload > context.WireEnd)
        {
            Counters.CountBad(Header.TCP, truncated: false);
            payload = context.WireEnd;
        }

        SetPayload(ref packet, ref context, payload, context.WireEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DecodeUdp(ref Context context, ref Packet packet, int offset)
    {
        packet.Protocol = TransportProtocol.UDP;
        if (!UdpHeader.TryParse(context.From(offset), out UdpHeader udp))
        {
            SetPortsOnly(ref packet, ref context, offset, Header.UDP);
            return;
        }

        int payload = offset + UdpHeader.Size;
        int end = context.WireEnd;
        int length = udp.Length;
        if (length >= UdpHeader.Size)
        {
            end = Math.Min(end, offset + length);
        }
        else if (length != 0)
        {
            Counters.CountBad(Header.UDP, truncated: false);
            end = payload;
        }

        SetUdp(ref packet, ref context, udp, offset, end);
        if (UdpTunnel.NameOf(packet.DestinationPort) is not null || UdpTunnel.NameOf(packet.SourcePort) is not null)
        {
            DecodeUdpTunnel(ref context, ref packet, payload, end);
        }
    }

    private void DecodeUdpLite(ref Context context, ref Packet packet, int offset)
    {
        packet.Protocol = TransportProtocol.UDPLite;
        if (UdpHeader.TryParse(context.From(offset), out UdpHeader udp))
        {
            SetUdp(ref packet, ref context, udp, offset, context.WireEnd);
        }
        else
        {
            SetPortsOnly(ref packet, ref context, offset, Header.UDP);
        }
    }

    private void DecodeSctp(ref Context context, ref Packet packet, int offset)
    {
        packet.Protocol = TransportProtocol.SCTP;
        if (!SctpHeader.TryParse(context.From(offset), out SctpHeader sctp))
        {
            SetPortsOnly(ref packet, ref context, offset, Header.SCTP);
            return;
        }

        SetNoTransport(ref packet, ref context, offset, offset + SctpHeader.Size);
        packet.SourcePort = sctp.SourcePort;
        packet.DestinationPort = sctp.DestinationPort;
        packet.Traits |= PacketTraits.HasPorts;
    }

    private void DecodeIcmp(ref Context context, ref Packet packet, int offset, TransportProtocol protocol, byte echo, byte echoReply)
    {
        packet.Protocol = protocol;
        if (!IcmpHeader.TryParse(context.From(offset), out IcmpHeader icmp))
        {
            Fail(ref context, Header.ICMP);
            SetNoTransport(ref packet, ref context, offset, context.WireEnd);
            return;
        }

        SetNoTransport(ref packet, ref context, offset, offset + IcmpHeader.Size);
        packet.IcmpType = icmp.Type;
        packet.IcmpCode = icmp.Code;
        if (icmp.Type == echo || icmp.Type == echoReply)
        {
            packet.Acknowledgment = icmp.Rest;
            packet.Traits |= icmp.Type == echoReply ? PacketTraits.Response : PacketTraits.None;
        }
    }

    private void DecodeIgmp(ref Context context, ref Packet packet, int offset)
    {
        packet.Protocol = TransportProtocol.IGMP;
        if (!IcmpHeader.TryParse(context.From(offset), out IcmpHeader igmp))
        {
            Fail(ref context, Header.IGMP);
            SetNoTransport(ref packet, ref context, offset, context.WireEnd);
            return;
        }

        SetNoTransport(ref packet, ref context, offset, offset + IcmpHeader.Size);
        packet.IcmpType = igmp.Type;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetUdp(ref Packet packet, ref Context context, UdpHeader udp, int offset, int end)
    {
        packet.SourcePort = udp.SourcePort;
        packet.DestinationPort = udp.DestinationPort;
        packet.Sequence = 0;
        packet.Acknowledgment = 0;
        packet.Flags = TcpFlags.None;
        packet.Window = 0;
        packet.IcmpType = 0;
        packet.IcmpCode = 0;
        packet.TransportOffset = offset;
        packet.Traits |= PacketTraits.HasPorts;
        SetPayload(ref packet, ref context, offset + UdpHeader.Size, end);
    }

    /// <summary>A transport header that is cut: ports when they are there, nothing else.</summary>
    private void SetPortsOnly(ref Packet packet, ref Context context, int offset, Header header)
    {
        Fail(ref context, header);
        SetNoTransport(ref packet, ref context, offset, context.WireEnd);
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length >= PortsSize)
        {
            packet.SourcePort = data.UInt16At(0);
            packet.DestinationPort = data.UInt16At(DestinationPortAt);
            packet.Traits |= PacketTraits.HasPorts | PacketTraits.HeaderCut;
        }
    }

    /// <summary>
    /// Writes every field of the transport layer except the protocol; the payload goes from <paramref name="payload"/> to the end of the IP
    /// layer.
    /// </summary>
    private static void SetNoTransport(ref Packet packet, ref Context context, int offset, int payload)
    {
        packet.SourcePort = 0;
        packet.DestinationPort = 0;
        packet.Sequence = 0;
        packet.Acknowledgment = 0;
        packet.Flags = TcpFlags.None;
        packet.Window = 0;
        packet.IcmpType = 0;
        packet.IcmpCode = 0;
        packet.TransportOffset = Math.Min(offset, context.Data.Length);
        SetPayload(ref packet, ref context, payload, context.WireEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetPayload(ref Packet packet, ref Context context, int start, int wireEnd)
    {
        int captured = context.Data.Length;
        packet.WirePayloadLength = wireEnd - start;
        packet.PayloadOffset = Math.Min(start, captured);
        packet.PayloadLength = Math.Min(wireEnd, captured) - packet.PayloadOffset;
    }
}
