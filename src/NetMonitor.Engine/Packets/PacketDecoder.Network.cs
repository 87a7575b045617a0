using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <content>ARP, IPv4 and IPv6.</content>
public sealed partial class PacketDecoder
{
    private void DecodeArp(ref Context context, int offset)
    {
        if (!ArpHeader.TryParse(context.From(offset), out ArpHeader arp))
        {
            Fail(ref context, Header.Arp);
            return;
        }

        if (!HasRoom(ref context))
        {
            return;
        }

        ref Packet packet = ref context.Packets[context.Count++];
        packet.Source = arp.Sender;
        packet.Destination = arp.Target;
        packet.Protocol = TransportProtocol.ARP;
        packet.HopLimit = 0;
        packet.Traits = arp.Operation == ArpHeader.Reply ? context.Traits | PacketTraits.Response : context.Traits;
        context.Trim(offset + arp.Size);
        SetLayer(ref packet, ref context, arp.Size);
        SetNoTransport(ref packet, ref context, offset, offset + arp.Size);
        packet.IcmpType = (byte)Math.Min((int)arp.Operation, byte.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DecodeIPv4(ref Context context, int offset)
    {
        if (!IPv4Header.TryParse(context.From(offset), out IPv4Header ip))
        {
            Fail(ref context, Header.IPv4);
            return;
        }

        // A length of 0 is what a capture sees before segmentation offload fills it in: all of the frame is meant.
        // A length beyond the layer around it is a lie, or that layer was cut before the capture.
        int announced = ip.TotalLength;
        int available = context.WireEnd - offset;
        int length = announced == 0 ? available : Math.Min(announced, available);
        if (length < ip.Size)
        {
            Fail(ref context, Header.IPv4);
            return;
        }

        if (!HasRoom(ref context))
        {
            return;
        }

        ref Packet packet = ref context.Packets[context.Count];
        packet.Source = ip.Source;
        packet.Destination = ip.HasOptions && ip.TryGetRouteEnd(out IPAddressValue end) ? end : ip.Destination;
        packet.HopLimit = ip.TimeToLive;
        packet.Traits = announced > available ? context.Traits | PacketTraits.Truncated : context.Traits;
        SetEnd(ref packet, ref context, offset + length);
        SetLayer(ref packet, ref context, length);
        int payload = offset + ip.Size;
        if (ip.IsFragment)
        {
            FragmentKey key = new(packet.Source, packet.Destination, ip.Identification, ip.Protocol, context.Vlan);
            Fragment fragment = new(ip.FragmentOffset, context.WireEnd - payload, length, ip.MoreFragments, ip.Protocol, ip.TimeToLive);
            DecodeFragment(ref context, ref packet, key, fragment, payload, isIPv6: false);
            return;
        }

        switch (ip.Protocol)
        {
            case (byte)TransportProtocol.TCP:
                context.Count++;
                DecodeTcp(ref context, ref packet, payload);
                break;
            case (byte)TransportProtocol.UDP:
                context.Count++;
                DecodeUdp(ref context, ref packet, payload);
                break;
            default:
                DecodeUpperLayer(ref context, ref packet, ip.Protocol, payload, isIPv6: false);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DecodeIPv6(ref Context context, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        if (!IPv6Header.TryParse(data, out IPv6Header ip))
        {
            Fail(ref context, Header.IPv6);
            return;
        }

        int announced = IPv6Header.Size + ip.PayloadLength;
        if (ip.PayloadLength == 0 && !TryGetLongLength(ref context, ip, offset, out announced))
        {
            Fail(ref context, Header.IPv6);
            return;
        }

        int available = context.WireEnd - offset;
        int length = Math.Min(announced, available);

        if (!HasRoom(ref context))
        {
            return;
        }

        ref Packet packet = ref context.Packets[context.Count];
        packet.Source = ip.Source;
        packet.Destination = ip.Destination;
        packet.HopLimit = ip.HopLimit;
        packet.Traits = context.Traits | PacketTraits.IPv6 | (announced > available ? PacketTraits.Truncated : PacketTraits.None);
        SetEnd(ref packet, ref context, offset + length);
        SetLayer(ref packet, ref context, length);
        int payload = offset + IPv6Header.Size;
        switch (ip.NextHeader)
        {
            case (byte)TransportProtocol.TCP:
                context.Count++;
                DecodeTcp(ref context, ref packet, payload);
                break;
            case (byte)TransportProtocol.UDP:
                context.Count++;
                DecodeUdp(ref context, ref packet, payload);
                break;
            default:
                DecodeUpperLayer(ref context, ref packet, ip.NextHeader, payload, isIPv6: true);
                break;
        }
    }

    /// <summary>
    /// The length of an IPv6 packet whose length field is 0: a jumbogram's (RFC 2675 section 3), an empty packet's, or one before
    /// segmentation offload.
    /// </summary>
    private static bool TryGetLongLength(ref Context context, IPv6Header ip, int offset, out int length)
    {
        length = context.WireEnd - offset;
        if (ip.NextHeader == IPv6ExtensionHeader.NoNextHeader)
        {
            length = IPv6Header.Size;
        }
        else if (ip.NextHeader == IPv6ExtensionHeader.HopByHop
            && IPv6ExtensionHeader.TryParse(context.From(offset + IPv6Header.Size), ip.NextHeader, out IPv6ExtensionHeader options)
            && options.TryGetJumboLength(out uint jumbo))
        {
            length = (int)Math.Min(jumbo, int.MaxValue / 2) + IPv6Header.Size;
            return jumbo > ushort.MaxValue && jumbo < int.MaxValue / 2;
        }

        return true;
    }

    /// <summary>Goes over IPv6 extension headers and IPsec authentication to the transport header.</summary>
    private void DecodeUpperLayer(ref Context context, ref Packet packet, byte protocol, int offset, bool isIPv6)
    {
        while (true)
        {
            if (isIPv6 && protocol == IPv6ExtensionHeader.Fragment)
            {
                if (!IPv6FragmentHeader.TryParse(context.From(offset), out IPv6FragmentHeader fragment))
                {
                    break;
                }

                offset += IPv6FragmentHeader.Size;
                protocol = fragment.NextHeader;
                if (!fragment.IsAtomic)
                {
                    FragmentKey key = new(packet.Source, packet.Destination, fragment.Identification, 0, context.Vlan);
                    Fragment part = new(
                        fragment.Offset, context.WireEnd - offset, packet.IpLength, fragment.MoreFragments, protocol, packet.HopLimit);
                    DecodeFragment(ref context, ref packet, key, part, offset, isIPv6: true);
                    return;
                }

                continue;
            }

            bool authentication = protocol == IPv6ExtensionHeader.Authentication;
            if (!authentication && !(isIPv6 && IPv6ExtensionHeader.IsSkipped(protocol)))
            {
                context.Count++;
                DecodeTransport(ref context, ref packet, protocol, offset);
                return;
            }

            if (!IPv6ExtensionHeader.TryParse(context.From(offset), protocol, out IPv6ExtensionHeader extension))
            {
                break;
            }

            if (authentication && extension.NextHeader is (byte)TransportProtocol.IPIP or (byte)TransportProtocol.IPv6)
            {
                context.Count++;
                SetNoTransport(ref packet, ref context, offset, offset + extension.Size);
                packet.Protocol = TransportProtocol.AH;
                DecodeInnerIP(ref context, TunnelKind.Ah, extension.NextHeader, offset + extension.Size);
                return;
            }

            // RFC 6275 section 6.1.1: what mobility headers announce is "no next header"; the packet is the mobility message then.
            if (protocol == IPv6ExtensionHeader.Mobility && extension.NextHeader == IPv6ExtensionHeader.NoNextHeader)
            {
                context.Count++;
                DecodeTransport(ref context, ref packet, protocol, offset);
                return;
            }

            if (protocol == IPv6ExtensionHeader.Routing && extension.TryGetRouteEnd(out IPAddressValue end))
            {
                packet.Destination = end;
            }

            offset += extension.Size;
            protocol = extension.NextHeader;
        }

        // The chain is cut or broken: still a packet of the two hosts, of the protocol that was reached.
        Fail(ref context, protocol == IPv6ExtensionHeader.Authentication ? Header.AH : Header.IPv6Extension);
        context.Count++;
        SetNoTransport(ref packet, ref context, offset, context.Data.Length);
        packet.Protocol = (TransportProtocol)protocol;
    }

    private void DecodeFragment(ref Context context, ref Packet packet, in FragmentKey key, in Fragment fragment, int offset, bool isIPv6)
    {
        if (!_reassembler.TryAdd(key, fragment, context.From(offset), isIPv6, context.Timestamp, out ReassembledDatagram datagram))
        {
            return;
        }

        packet.IpLength = datagram.IpLength;
        packet.IpPackets = datagram.Fragments;
        packet.HopLimit = datagram.HopLimit;
        packet.Traits = (packet.Traits & ~PacketTraits.Truncated) | PacketTraits.Reassembled;
        Context whole = context;
        whole.Data = _reassembler.Buffer;
        whole.Traits |= PacketTraits.Reassembled;
        SetEnd(ref packet, ref whole, datagram.Start + datagram.WireLength);
        DecodeUpperLayer(ref whole, ref packet, datagram.NextHeader, datagram.Start, isIPv6);
        context.Count = whole.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasRoom(ref Context context)
    {
        if (context.Count < MaxDepth && context.Count < context.Packets.Length)
        {
            return true;
        }

        Counters.CountTooDeep();
        return false;
    }

    /// <summary>The IP layer says where it ends: before padding, or behind what was captured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetEnd(ref Packet packet, ref Context context, int end)
    {
        context.WireEnd = end;
        if (end < context.Data.Length)
        {
            context.Data = context.Data[..end];
        }
        else if (end > context.Data.Length)
        {
            packet.Traits |= PacketTraits.Truncated;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetLayer(ref Packet packet, ref Context context, int length)
    {
        packet.Timestamp = context.Timestamp;
        packet.IpLength = length;
        packet.IpPackets = 1;
        packet.VlanId = context.Vlan;
        packet.Depth = context.Depth++;
        packet.Tunnel = context.Tunnel;
    }
}
