namespace NetMonitor.Packets;

/// <content>Wireless links.</content>
public sealed partial class PacketDecoder
{
    /// <summary>Destination, source and length before the LLC header of an A-MSDU subframe (IEEE 802.11-2020 section 9.3.2.2.2).</summary>
    private const int SubframeHeaderSize = SubframeLengthAt + 2;
    private const int SubframeLengthAt = 2 * EthernetHeader.AddressSize;

    private void DecodeRadiotap(ref Context context, int offset)
    {
        if (!RadiotapHeader.TryParse(context.From(offset), out RadiotapHeader radiotap))
        {
            Fail(ref context, Header.Radiotap);
            return;
        }

        if (radiotap.HasFrameCheckSequence)
        {
            context.Trim(context.WireEnd - Ieee80211Header.FrameCheckSequenceSize);
        }

        DecodeWlan(ref context, offset + radiotap.Size, radiotap.HasDataPadding);
    }

    private void DecodePpi(ref Context context, int offset)
    {
        if (!PpiHeader.TryParse(context.From(offset), out PpiHeader ppi))
        {
            Fail(ref context, Header.PPI);
            return;
        }

        if (ppi.HasFrameCheckSequence)
        {
            context.Trim(context.WireEnd - Ieee80211Header.FrameCheckSequenceSize);
        }

        DecodeLink(ref context, (LinkType)Math.Min(ppi.LinkType, ushort.MaxValue), offset + ppi.Size);
    }

    private void DecodeWlan(ref Context context, int offset, bool hasDataPadding, bool maySwap = false)
    {
        if (!Ieee80211Header.TryParse(context.From(offset), out Ieee80211Header wlan, maySwap))
        {
            Fail(ref context, Header.Wlan);
            return;
        }

        if (!wlan.HasData)
        {
            Counters.CountWlanWithoutData();
            return;
        }

        if (wlan.IsProtected)
        {
            Counters.CountEncrypted();
            return;
        }

        int body = offset + (hasDataPadding ? (wlan.Size + 3) & -4 : wlan.Size);
        if (wlan.IsAggregate)
        {
            DecodeAggregate(ref context, body);
        }
        else
        {
            DecodeLlc(ref context, body);
        }
    }

    private void DecodeAggregate(ref Context context, int offset)
    {
        while (context.From(offset).Length >= SubframeHeaderSize && context.Count < context.Packets.Length)
        {
            int end = offset + SubframeHeaderSize + context.From(offset).UInt16At(SubframeLengthAt);
            Context subframe = context;
            subframe.Trim(end);
            DecodeLlc(ref subframe, offset + SubframeHeaderSize);
            context.Count = subframe.Count;

            // Each but the last is padded to a multiple of 4 bytes.
            offset += (end - offset + 3) & -4;
        }
    }
}
