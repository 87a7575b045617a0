using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <content>Link layers: the choice between them, Ethernet and what stands between Ethernet and IP.</content>
public sealed partial class PacketDecoder
{
    /// <summary>
    /// Bytes of switch tags between the addresses and the type of an Ethernet frame (tcpdump.org link types 281, 284, 285).
    /// </summary>
    private const int BroadcomTagSize = 4;
    private const int DsaTagSize = 4;
    private const int EdsaTagSize = 8;

    /// <summary>Preamble and start delimiter (IEEE 802.3br clause 99.3).</summary>
    private const int PreambleSize = 8;
    private const byte ExpressDelimiter = 0xD5;

    /// <summary>
    /// Direction, type and compression information before the packet (https://www.tcpdump.org/linktypes.html, LINKTYPE_SLIP).
    /// </summary>
    private const int SlipHeaderSize = 16;

    /// <summary>
    /// Bytes between these EtherTypes and the next: Cisco TrustSec's security group tag, Cisco's VN-Tag, and IEEE 802.1BR's E-TAG (clause
    /// 7.5).
    /// </summary>
    private const int CiscoMetaDataSize = 6;
    private const int VnTagSize = 4;
    private const int BridgePortExtensionSize = 6;

    /// <summary>Forwarding tag and time to live, behind the EtherType of Cisco's FabricPath; the customer's frame follows.</summary>
    private const int FabricPathTagSize = 2;

    private const int ServiceInstanceTagSize = 4;
    private const int PseudowireControlWordSize = 4;

    private void DecodeLink(ref Context context, LinkType link, int offset)
    {
        if (++context.Nesting > MaxNesting)
        {
            Counters.CountTooDeep();
            return;
        }

        switch (link)
        {
            case LinkType.Ethernet:
                DecodeEthernet(ref context, offset);
                break;
            case LinkType.LinuxSll:
                DecodeSll(ref context, offset);
                break;
            case LinkType.LinuxSll2:
                DecodeSll2(ref context, offset);
                break;
            case LinkType.Null or LinkType.Loop:
                DecodeLoopback(ref context, offset);
                break;
            case LinkType.Raw or LinkType.RawDlt or LinkType.RawOpenBsd or LinkType.IPv4 or LinkType.IPv6:
                DecodeRawIP(ref context, offset);
                break;
            case LinkType.Ppp or LinkType.PppHdlc:
                DecodePppOrCiscoHdlc(ref context, offset);
                break;
            case LinkType.PppEther:
                DecodePppoe(ref context, offset);
                break;
            case LinkType.CiscoHdlc:
                DecodeCiscoHdlc(ref context, offset);
                break;
            case LinkType.FrameRelay:
                DecodeFrameRelay(ref context, offset);
                break;
            case LinkType.Ieee80211:
                DecodeWlan(ref context, offset, hasDataPadding: false);
                break;
            case LinkType.Ieee80211Radiotap:
                DecodeRadiotap(ref context, offset);
                break;
            case LinkType.Ppi:
                DecodePpi(ref context, offset);
                break;
            case LinkType.Nflog:
                DecodeNflog(ref context, offset);
                break;
            case LinkType.Fddi:
                DecodeFddi(ref context, offset);
                break;
            case LinkType.ArcnetLinux:
                DecodeArcnet(ref context, offset);
                break;
            case LinkType.TokenRing:
                DecodeTokenRing(ref context, offset);
                break;
            case LinkType.AtmRfc1483:
                DecodeLlc(ref context, offset);
                break;
            case LinkType.IPOverFibreChannel:
                DecodeLlc(ref context, offset + FibreChannelHeaderSize);
                break;
            case LinkType.AppleIPOverIeee1394:
                DecodeTag(ref context, offset, 2 * Ieee1394AddressSize);
                break;
            case LinkType.IPOverInfiniBand:
                DecodeInfiniBand(ref context, offset);
                break;
            case LinkType.Mpls:
                DecodeMpls(ref context, offset);
                break;
            case LinkType.PfLog:
                DecodePfLog(ref context, offset);
                break;
            case LinkType.PktAp:
                DecodePktAp(ref context, offset);
                break;
            case LinkType.Erf:
                DecodeErf(ref context, offset);
                break;
            case LinkType.Prism or LinkType.Ieee80211Avs:
                DecodePrism(ref context, offset);
                break;
            case LinkType.EthernetMpacket:
                DecodeMpacket(ref context, offset);
                break;
            case LinkType.DsaTagBroadcom:
                DecodeTaggedEthernet(ref context, offset, BroadcomTagSize);
                break;
            case LinkType.DsaTag:
                DecodeTaggedEthernet(ref context, offset, DsaTagSize);
                break;
            case LinkType.DsaTagEdsa:
                DecodeTaggedEthernet(ref context, offset, EdsaTagSize);
                break;
            default:
                DecodeBehind(ref context, link, offset);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DecodeEthernet(ref Context context, int offset)
    {
        if (EthernetHeader.TryParse(context.From(offset), out EthernetHeader ethernet))
        {
            DecodeEtherType(ref context, ethernet.Type, offset + EthernetHeader.Size);
        }
        else
        {
            Fail(ref context, Header.Ethernet);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DecodeEtherType(ref Context context, ushort type, int offset)
    {
        switch (type)
        {
            case EtherType.IPv4:
                DecodeIPv4(ref context, offset);
                break;
            case EtherType.IPv6:
                DecodeIPv6(ref context, offset);
                break;
            case EtherType.Arp:
                DecodeArp(ref context, offset);
                break;
            default:
                DecodeRareEtherType(ref context, type, offset);
                break;
        }
    }

    private void DecodeRareEtherType(ref Context context, ushort type, int offset)
    {
        if (++context.Nesting > MaxNesting)
        {
            Counters.CountTooDeep();
            return;
        }

        switch (type)
        {
            case EtherType.CustomerVlan or EtherType.ServiceVlan or EtherType.OldServiceVlan:
                DecodeVlan(ref context, offset);
                break;
            case EtherType.MplsUnicast or EtherType.MplsMulticast:
                DecodeMpls(ref context, offset);
                break;
            case EtherType.PppoeSession:
                DecodePppoe(ref context, offset);
                break;
            case EtherType.Ppp:
                DecodePpp(ref context, offset);
                break;
            case EtherType.TransparentEthernet:
                DecodeEthernet(ref context, offset);
                break;
            case EtherType.ProviderBackbone:
                // IEEE 802.1Q clause 9.7: the I-TAG, then the customer's frame.
                DecodeEthernet(ref context, offset + ServiceInstanceTagSize);
                break;
            case EtherType.FabricPath:
                DecodeEthernet(ref context, offset + FabricPathTagSize);
                break;
            case EtherType.CiscoMetaData:
                DecodeTag(ref context, offset, CiscoMetaDataSize);
                break;
            case EtherType.VnTag:
                DecodeTag(ref context, offset, VnTagSize);
                break;
            case EtherType.BridgePortExtension:
                DecodeTag(ref context, offset, BridgePortExtensionSize);
                break;
            case < EtherType.SmallestType:
                context.Trim(offset + type);
                DecodeLlc(ref context, offset);
                break;
            default:
                Counters.EtherTypes.Increment(type);
                break;
        }
    }

    private void DecodeVlan(ref Context context, int offset)
    {
        if (!VlanTag.TryParse(context.From(offset), out VlanTag tag))
        {
            Fail(ref context, Header.Vlan);
            return;
        }

        if (context.Vlan == Packet.NoVlan)
        {
            context.Vlan = tag.Id;
        }

        DecodeEtherType(ref context, tag.Type, offset + VlanTag.Size);
    }

    private void DecodeLlc(ref Context context, int offset)
    {
        if (!LlcHeader.TryParse(context.From(offset), out LlcHeader llc))
        {
            Fail(ref context, Header.LLC);
        }
        else if (llc.Type >= EtherType.SmallestType)
        {
            DecodeEtherType(ref context, llc.Type, offset + llc.Size);
        }
        else
        {
            Counters.ServiceAccessPoints.Increment(llc.DestinationSap);
        }
    }

    private void DecodeSll(ref Context context, int offset)
    {
        if (LinuxSllHeader.TryParse(context.From(offset), out LinuxSllHeader sll))
        {
            DecodeCooked(ref context, sll.Protocol, sll.DeviceType, offset + LinuxSllHeader.Size);
        }
        else
        {
            Fail(ref context, Header.SLL);
        }
    }

    private void DecodeSll2(ref Context context, int offset)
    {
        if (LinuxSll2Header.TryParse(context.From(offset), out LinuxSll2Header sll))
        {
            DecodeCooked(ref context, sll.Protocol, sll.DeviceType, offset + LinuxSll2Header.Size);
        }
        else
        {
            Fail(ref context, Header.SLL2);
        }
    }

    private void DecodeCooked(ref Context context, ushort protocol, ushort deviceType, int offset)
    {
        if (deviceType == LinuxSllHeader.DeviceNetlink)
        {
            Counters.LinkTypes.Increment((ushort)LinkType.Netlink);
        }
        else if (protocol == LinuxSllHeader.ProtocolLlc)
        {
            DecodeLlc(ref context, offset);
        }
        else if (protocol < EtherType.SmallestType)
        {
            // ETH_P_* numbers below 0x0600 are Linux's own.
            Counters.EtherTypes.Increment(protocol);
        }
        else
        {
            DecodeEtherType(ref context, protocol, offset);
        }
    }

    private void DecodeMpacket(ref Context context, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length < PreambleSize)
        {
            Fail(ref context, Header.Ethernet);
        }
        else if (data[PreambleSize - 1] != ExpressDelimiter)
        {
            Counters.LinkTypes.Increment((ushort)LinkType.EthernetMpacket);
        }
        else
        {
            DecodeEthernet(ref context, offset + PreambleSize);
        }
    }

    private void DecodeTaggedEthernet(ref Context context, int offset, int tagSize)
    {
        DecodeTag(ref context, offset + (2 * EthernetHeader.AddressSize), tagSize);
    }

    /// <summary>Skips a tag whose content says nothing about the packet, and takes the EtherType behind it.</summary>
    private void DecodeTag(ref Context context, int offset, int tagSize)
    {
        int typeAt = offset + tagSize;
        ReadOnlySpan<byte> type = context.From(typeAt);
        if (type.Length < sizeof(ushort))
        {
            Fail(ref context, Header.SwitchTag);
        }
        else
        {
            DecodeEtherType(ref context, type.UInt16At(0), typeAt + sizeof(ushort));
        }
    }

    private void DecodeMpls(ref Context context, int offset)
    {
        if (TryPassLabels(context.From(offset), out int size, out ushort type))
        {
            DecodeEtherType(ref context, type, offset + size);
        }
        else
        {
            Fail(ref context, Header.Mpls);
        }
    }

    /// <summary>
    /// Finds what is below a stack of labels, of which nothing in it speaks. The first nibble does for IP (RFC 4928 section 3) and for pseudowires with a control word
    /// (RFC 4385 section 3); else it may be an Ethernet frame without one (RFC 4448 section 4.6).
    /// </summary>
    private static bool TryPassLabels(ReadOnlySpan<byte> data, out int size, out ushort type)
    {
        size = 0;
        type = 0;
        bool bottom = false;
        while (!bottom)
        {
            if (!MplsLabel.TryParse(data[size..], out MplsLabel label))
            {
                return false;
            }

            bottom = label.IsBottom;
            size += MplsLabel.Size;
        }

        ReadOnlySpan<byte> rest = data[size..];
        if (IPv4Header.TryParse(rest, out _))
        {
            type = EtherType.IPv4;
        }
        else if (IPv6Header.TryParse(rest, out _))
        {
            type = EtherType.IPv6;
        }
        else if (rest.Length > PseudowireControlWordSize && rest[0] >> 4 == 0 && IsLikelyEthernet(rest[PseudowireControlWordSize..]))
        {
            size += PseudowireControlWordSize;
            type = EtherType.TransparentEthernet;
        }
        else if (IsLikelyEthernet(rest))
        {
            type = EtherType.TransparentEthernet;
        }

        return type != 0;
    }

    private static bool IsLikelyEthernet(ReadOnlySpan<byte> data) =>
        EthernetHeader.TryParse(data, out EthernetHeader ethernet) && ethernet.Type switch
        {
            EtherType.IPv4 => IPv4Header.TryParse(data[EthernetHeader.Size..], out _),
            EtherType.IPv6 => IPv6Header.TryParse(data[EthernetHeader.Size..], out _),
            _ => EtherType.IsLookedInto(ethernet.Type),
        };
}
