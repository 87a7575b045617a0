namespace NetMonitor.Packets;

/// <content>Links that are neither Ethernet nor wireless: loopback, serial lines, old local networks, logs.</content>
public sealed partial class PacketDecoder
{
    /// <summary>FDDI: frame control before the addresses; an LLC frame has this in its upper bits (ISO 9314-2).</summary>
    private const int FddiControlSize = 1;
    private const byte FddiLlcMask = 0xF0;
    private const byte FddiLlc = 0x50;

    /// <summary>Token Ring: access control and frame control before the addresses. A frame of LLC has this in the upper bits of frame control (IEEE 802.5 clause 3.2.3).</summary>
    private const int TokenRingControlSize = 2;
    private const byte TokenRingFrameMask = 0xC0;
    private const byte TokenRingLlc = 0x40;

    /// <summary>A source address with this bit is followed by routing information, whose length is in the lower bits of its first byte (IEEE 802.5 clause 3.3).</summary>
    private const byte SourceRouted = 0x80;
    private const byte RoutingLengthMask = 0x1F;

    /// <summary>Destination and source (RFC 4338 section 4).</summary>
    private const int FibreChannelHeaderSize = 16;
    private const int Ieee1394AddressSize = 8;

    /// <summary>An EtherType and two reserved bytes (RFC 4391 section 6).</summary>
    private const int InfiniBandHeaderSize = 4;

    private void DecodeLoopback(ref Context context, int offset)
    {
        if (LoopbackHeader.TryParse(context.From(offset), out LoopbackHeader loopback) && loopback.Type != 0)
        {
            DecodeEtherType(ref context, loopback.Type, offset + LoopbackHeader.Size);
        }
        else
        {
            Fail(ref context, Header.Loopback);
        }
    }

    private void DecodeRawIP(ref Context context, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        switch (data.IsEmpty ? 0 : data[0] >> 4)
        {
            case 4:
                DecodeIPv4(ref context, offset);
                break;
            case 6:
                DecodeIPv6(ref context, offset);
                break;
            default:
                Fail(ref context, Header.RawIP);
                break;
        }
    }

    /// <summary>
    /// Link types 9 and 50: the first byte tells PPP from Cisco HDLC (https://www.tcpdump.org/linktypes.html, LINKTYPE_PPP_HDLC).
    /// </summary>
    private void DecodePppOrCiscoHdlc(ref Context context, int offset)
    {
        if (CiscoHdlcHeader.TryParse(context.From(offset), out _))
        {
            DecodeCiscoHdlc(ref context, offset);
        }
        else
        {
            DecodePpp(ref context, offset);
        }
    }

    private void DecodePpp(ref Context context, int offset)
    {
        if (!PppHeader.TryParse(context.From(offset), out PppHeader ppp))
        {
            Fail(ref context, Header.PPP);
        }
        else if (ppp.Type != 0)
        {
            DecodeEtherType(ref context, ppp.Type, offset + ppp.Size);
        }
        else
        {
            Counters.PppProtocols.Increment(ppp.Protocol);
        }
    }

    private void DecodePppoe(ref Context context, int offset)
    {
        if (!PppoeHeader.TryParse(context.From(offset), out PppoeHeader pppoe))
        {
            Fail(ref context, Header.PPPoE);
            return;
        }

        context.Trim(offset + PppoeHeader.Size + pppoe.Length);
        DecodePpp(ref context, offset + PppoeHeader.Size);
    }

    private void DecodeCiscoHdlc(ref Context context, int offset)
    {
        if (!CiscoHdlcHeader.TryParse(context.From(offset), out CiscoHdlcHeader hdlc))
        {
            Fail(ref context, Header.CiscoHdlc);
        }
        else if (hdlc.Protocol < EtherType.SmallestType)
        {
            Counters.EtherTypes.Increment(hdlc.Protocol);
        }
        else
        {
            DecodeEtherType(ref context, hdlc.Protocol, offset + CiscoHdlcHeader.Size);
        }
    }

    private void DecodeFrameRelay(ref Context context, int offset)
    {
        if (!FrameRelayHeader.TryParse(context.From(offset), out FrameRelayHeader relay))
        {
            Fail(ref context, Header.FrameRelay);
        }
        else if (relay.Type >= EtherType.SmallestType)
        {
            DecodeEtherType(ref context, relay.Type, offset + relay.Size);
        }
        else
        {
            Counters.LinkTypes.Increment((ushort)LinkType.FrameRelay);
        }
    }

    private void DecodeFddi(ref Context context, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.IsEmpty)
        {
            Fail(ref context, Header.FDDI);
        }
        else if ((data[0] & FddiLlcMask) != FddiLlc)
        {
            Counters.LinkTypes.Increment((ushort)LinkType.Fddi);
        }
        else
        {
            DecodeLlc(ref context, offset + FddiControlSize + (2 * EthernetHeader.AddressSize));
        }
    }

    private void DecodeTokenRing(ref Context context, int offset)
    {
        const int SourceAt = TokenRingControlSize + EthernetHeader.AddressSize;
        const int RoutingAt = SourceAt + EthernetHeader.AddressSize;
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length <= RoutingAt)
        {
            Fail(ref context, Header.TokenRing);
        }
        else if ((data[1] & TokenRingFrameMask) != TokenRingLlc)
        {
            Counters.LinkTypes.Increment((ushort)LinkType.TokenRing);
        }
        else
        {
            DecodeLlc(ref context, offset + RoutingAt + ((data[SourceAt] & SourceRouted) != 0 ? data[RoutingAt] & RoutingLengthMask : 0));
        }
    }

    private void DecodeInfiniBand(ref Context context, int offset)
    {
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length < InfiniBandHeaderSize)
        {
            Fail(ref context, Header.Ethernet);
        }
        else
        {
            DecodeEtherType(ref context, data.UInt16At(0), offset + InfiniBandHeaderSize);
        }
    }

    private void DecodeArcnet(ref Context context, int offset)
    {
        if (!ArcnetHeader.TryParse(context.From(offset), out ArcnetHeader arcnet))
        {
            Fail(ref context, Header.ARCNET);
        }
        else if (arcnet.Type != 0)
        {
            DecodeEtherType(ref context, arcnet.Type, offset + arcnet.Size);
        }
        else
        {
            Counters.LinkTypes.Increment((ushort)LinkType.ArcnetLinux);
        }
    }

    private void DecodeNflog(ref Context context, int offset)
    {
        if (!NflogHeader.TryParse(context.From(offset), out NflogHeader nflog))
        {
            Fail(ref context, Header.NFLOG);
            return;
        }

        context.Trim(offset + nflog.PayloadAt + nflog.PayloadLength);
        DecodeRawIP(ref context, offset + nflog.PayloadAt);
    }
}
