namespace NetMonitor.Packets;

/// <content>IP inside IP, by whatever way.</content>
public sealed partial class PacketDecoder
{
    /// <summary>Aruba's access points send 802.11 frames in GRE, as 0x8200, 0x8210 … 0x8270; here 0x8200 stands for one in any tunnel.</summary>
    private const ushort ArubaWlan = 0x8200;
    private const ushort ArubaMask = 0xFF8F;

    private void DecodeInnerIP(ref Context context, TunnelKind tunnel, byte protocol, int offset) =>
        DecodeInner(ref context, tunnel, protocol == (byte)TransportProtocol.IPIP ? EtherType.IPv4 : EtherType.IPv6, offset);

    /// <summary>Decodes what the packet found last carries, and marks it when that holds a packet.</summary>
    private void DecodeInner(ref Context context, TunnelKind tunnel, ushort type, int offset)
    {
        int outer = context.Count - 1;
        context.Tunnel = tunnel;
        if (type is EtherType.TransparentEthernet or ArubaWlan)
        {
            // The inner frame has tags of its own, or none.
            context.Vlan = Packet.NoVlan;
        }

        if (type == ArubaWlan)
        {
            DecodeWlan(ref context, offset, hasDataPadding: false, maySwap: tunnel == TunnelKind.Capwap);
        }
        else
        {
            DecodeEtherType(ref context, type, offset);
        }

        if (context.Count > outer + 1)
        {
            context.Packets[outer].Traits |= PacketTraits.CarriesInner;
        }
    }

    /// <summary>A multicast packet on its way to the rendezvous point, behind the register message's header (RFC 7761 section 4.9.3).</summary>
    private void DecodePimRegister(ref Context context, int offset)
    {
        const byte VersionAndRegister = 0x21;
        const int RegisterSize = 8;
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length > RegisterSize && data[0] == VersionAndRegister)
        {
            _ = TryDecodeEitherIP(ref context, TunnelKind.IpInIp, offset + RegisterSize);
        }
    }

    private void DecodeGre(ref Context context, ref Packet packet, int offset)
    {
        if (!GreHeader.TryParse(context.From(offset), out GreHeader gre))
        {
            Fail(ref context, Header.GRE);
            return;
        }

        int inner = offset + gre.Size;
        SetPayload(ref packet, ref context, inner, context.WireEnd);
        switch (gre.Protocol)
        {
            case EtherType.Ppp when gre.Version == 1:
                context.Trim(inner + gre.PayloadLength);
                if (gre.HasSequence && gre.PayloadLength > 0)
                {
                    DecodeInner(ref context, TunnelKind.Gre, EtherType.Ppp, inner);
                }

                break;
            case EtherType.ErspanII when !gre.HasSequence:
                DecodeInner(ref context, TunnelKind.Gre, EtherType.TransparentEthernet, inner);
                break;
            case EtherType.ErspanII or EtherType.ErspanIII:
                DecodeErspan(ref context, inner);
                break;
            case EtherType.Wccp:
                // WCCP version 2 puts a redirect header of 4 bytes before the packet (draft-mclaggan-wccp-v2rev1); its first nibble is not 4.
                bool redirect = !context.From(inner).IsEmpty && context.From(inner)[0] >> 4 != 4;
                DecodeInner(ref context, TunnelKind.Gre, EtherType.IPv4, redirect ? inner + 4 : inner);
                break;
            case var type when (type & ArubaMask) == ArubaWlan:
                DecodeInner(ref context, TunnelKind.Gre, ArubaWlan, inner);
                break;
            case < EtherType.SmallestType:
                Counters.EtherTypes.Increment(gre.Protocol);
                break;
            default:
                DecodeInner(ref context, TunnelKind.Gre, gre.Protocol, inner);
                break;
        }
    }

    private void DecodeErspan(ref Context context, int offset)
    {
        if (ErspanHeader.TryParse(context.From(offset), out ErspanHeader erspan))
        {
            DecodeInner(ref context, TunnelKind.Gre, EtherType.TransparentEthernet, offset + erspan.Size);
        }
        else
        {
            Fail(ref context, Header.ERSPAN);
        }
    }

    /// <summary>
    /// Looks into a UDP payload by its port. A port proves nothing, so a header that is not plausible, or an inner frame that starts with
    /// nothing known, leaves an ordinary UDP packet, and counts nothing.
    /// </summary>
    private void DecodeUdpTunnel(ref Context context, ref Packet packet, int offset, int end)
    {
        context.Trim(end);
        if (!TryDecodeUdpTunnel(ref context, packet.DestinationPort, offset))
        {
            _ = TryDecodeUdpTunnel(ref context, packet.SourcePort, offset);
        }
    }

    private bool TryDecodeUdpTunnel(ref Context context, ushort port, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        switch (port)
        {
            case VxlanHeader.Port or VxlanHeader.LinuxPort or VxlanHeader.GpePort:
                return VxlanHeader.TryParse(data, port, out VxlanHeader vxlan)
                    && TryDecodePlausible(ref context, TunnelKind.Vxlan, vxlan.Type, offset + VxlanHeader.Size);
            case GeneveHeader.Port:
                return GeneveHeader.TryParse(data, out GeneveHeader geneve)
                    && TryDecodePlausible(ref context, TunnelKind.Geneve, geneve.Protocol, offset + geneve.Size);
            case GtpUHeader.Port:
                if (!GtpUHeader.TryParse(data, out GtpUHeader gtp) || offset + gtp.End > context.WireEnd)
                {
                    return false;
                }

                context.Trim(offset + gtp.End);
                return TryDecodeEitherIP(ref context, TunnelKind.GtpU, offset + gtp.Size);
            case TeredoHeader.Port:
                return TeredoHeader.TryParse(data, context.WireEnd - offset, out TeredoHeader teredo)
                    && TryDecodePlausible(ref context, TunnelKind.Teredo, EtherType.IPv6, offset + teredo.Size);
            case L2tpHeader.Port:
                return L2tpHeader.TryParse(data, out L2tpHeader l2tp)
                    && PppHeader.TryParse(data[l2tp.Size..], out PppHeader ppp)
                    && TryDecodePlausible(ref context, TunnelKind.L2tp, ppp.Type, offset + l2tp.Size + ppp.Size);
            case UdpTunnel.GrePort:
                return GreHeader.TryParse(data, out GreHeader gre) && gre.Version == 0
                    && TryDecodePlausible(ref context, TunnelKind.Gre, gre.Protocol, offset + gre.Size);
            case UdpTunnel.MplsPort:
                return TryDecodePlausible(ref context, TunnelKind.Mpls, EtherType.MplsUnicast, offset);
            case LispHeader.Port:
                return data.Length > LispHeader.Size && TryDecodeEitherIP(ref context, TunnelKind.Lisp, offset + LispHeader.Size);
            case CapwapHeader.Port:
                return CapwapHeader.TryParse(data, out CapwapHeader capwap)
                    && TryDecodePlausible(ref context, TunnelKind.Capwap, capwap.IsWlan ? ArubaWlan : EtherType.TransparentEthernet, offset + capwap.Size);
            case AyiyaHeader.Port:
                return AyiyaHeader.TryParse(data, out AyiyaHeader ayiya)
                    && TryDecodePlausible(ref context, TunnelKind.Ayiya, ayiya.Type, offset + ayiya.Size);
            default:
                return false;
        }
    }

    private bool TryDecodeEitherIP(ref Context context, TunnelKind tunnel, int offset) =>
        TryDecodePlausible(ref context, tunnel, EtherType.IPv4, offset) || TryDecodePlausible(ref context, tunnel, EtherType.IPv6, offset);

    private bool TryDecodePlausible(ref Context context, TunnelKind tunnel, ushort type, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        bool plausible = type switch
        {
            EtherType.IPv4 => IPv4Header.TryParse(data, out _),
            EtherType.IPv6 => IPv6Header.TryParse(data, out _),
            EtherType.TransparentEthernet => IsLikelyEthernet(data),
            EtherType.MplsUnicast => TryPassLabels(data, out _, out _),
            ArubaWlan => Ieee80211Header.TryParse(data, out Ieee80211Header wlan, maySwap: true) && wlan is { HasData: true, IsProtected: false },
            _ => EtherType.IsLookedInto(type),
        };
        if (plausible)
        {
            DecodeInner(ref context, tunnel, type, offset);
        }

        return plausible;
    }
}
