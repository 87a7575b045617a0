using System.Buffers.Binary;

namespace NetMonitor.Packets;

/// <content>Links that are another one behind what the capturing system says of the packet. https://www.tcpdump.org/linktypes.html describes each.</content>
public sealed partial class PacketDecoder
{
    /// <summary>The link behind a header of fixed size that says nothing of the packet's connection; size 0 for a link that is not read.</summary>
    private static (int Size, LinkType Link) Behind(LinkType link) => link switch
    {
        LinkType.Slip => (16, LinkType.Raw),                            // direction, then TCP/IP headers as they were compressed
        LinkType.Enc => (12, LinkType.Raw),                             // address family, security parameters, flags
        LinkType.IPNet => (24, LinkType.Raw),                           // interface and zones
        LinkType.PppWithDirection => (1, LinkType.Ppp),
        LinkType.PppWithPppd => (2, LinkType.Ppp),                      // direction and control
        LinkType.CiscoHdlcWithDirection => (1, LinkType.CiscoHdlc),
        LinkType.FrameRelayWithDirection => (1, LinkType.FrameRelay),
        LinkType.NetAnalyzer => (4, LinkType.Ethernet),
        LinkType.NetAnalyzerTransparent => (4, LinkType.EthernetMpacket),
        LinkType.DsaTagBroadcomPrepended => (4, LinkType.Ethernet),
        _ => default,
    };

    private void DecodeBehind(ref Context context, LinkType link, int offset)
    {
        (int size, LinkType next) = Behind(link);
        if (size == 0)
        {
            Counters.LinkTypes.Increment((ushort)link);
        }
        else
        {
            DecodeLink(ref context, next, offset + size);
        }
    }

    /// <summary>Its length comes first, without the padding to whole words that follows (pflog(4)).</summary>
    private void DecodePfLog(ref Context context, int offset)
    {
        const int WordSize = 4;
        const int Smallest = 45; // of OpenBSD 3.4
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.IsEmpty || data[0] < Smallest)
        {
            Fail(ref context, Header.PFLOG);
            return;
        }

        DecodeRawIP(ref context, offset + ((data[0] + WordSize - 1) & -WordSize));
    }

    /// <summary>Numbers are little-endian. Of the two versions a flag tells, which is where it is in both.</summary>
    private void DecodePktAp(ref Context context, int offset)
    {
        const int TypeAt = 4;
        const int LinkAt = 8;
        const int LinkAt2 = 6;
        const int FlagsAt = 36;
        const int Smallest = FlagsAt + 4;
        const uint IsVersion2 = 0x0008_0000;
        const uint IsPacket = 1;
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length < Smallest)
        {
            Fail(ref context, Header.PKTAP);
            return;
        }

        bool is2 = (BinaryPrimitives.ReadUInt32LittleEndian(data[FlagsAt..]) & IsVersion2) != 0;
        uint size = is2 ? data[0] : BinaryPrimitives.ReadUInt32LittleEndian(data);
        uint link = is2 ? BinaryPrimitives.ReadUInt16LittleEndian(data[LinkAt2..]) : BinaryPrimitives.ReadUInt32LittleEndian(data[LinkAt..]);
        if (!is2 && BinaryPrimitives.ReadUInt32LittleEndian(data[TypeAt..]) != IsPacket)
        {
            Counters.LinkTypes.Increment((ushort)LinkType.PktAp);
        }
        else if (size < Smallest || size > data.Length)
        {
            Fail(ref context, Header.PKTAP);
        }
        else
        {
            DecodeLink(ref context, (LinkType)Math.Min(link, ushort.MaxValue), offset + (int)size);
        }
    }

    /// <summary>A header of 16 bytes, then extensions of 8 bytes while the first bit of what came before says so.</summary>
    private void DecodeErf(ref Context context, int offset)
    {
        const int TypeAt = 8;
        const int HeaderSize = 16;
        const int ExtensionSize = 8;
        const int EthernetPadding = 2;
        const byte Extended = 0x80;
        ReadOnlySpan<byte> data = context.From(offset);
        int at = HeaderSize;
        bool more = data.Length > TypeAt && (data[TypeAt] & Extended) != 0;
        while (more && at < data.Length)
        {
            more = (data[at] & Extended) != 0;
            at += ExtensionSize;
        }

        if (data.Length < at)
        {
            Fail(ref context, Header.ERF);
            return;
        }

        switch (data[TypeAt] & ~Extended)
        {
            case 2 or 11 or 16 or 20: // TYPE_ETH, and with colors or a hash
                DecodeLink(ref context, LinkType.Ethernet, offset + at + EthernetPadding);
                break;
            case 1 or 10 or 15 or 19: // TYPE_HDLC_POS, and with colors or a hash
                DecodeLink(ref context, LinkType.Ppp, offset + at);
                break;
            case 22 or 23: // TYPE_IPV4, TYPE_IPV6
                DecodeRawIP(ref context, offset + at);
                break;
            default:
                Counters.LinkTypes.Increment((ushort)LinkType.Erf);
                break;
        }
    }

    /// <summary>Prism's header has its length in the byte order of the driver, AVS's in the network's. Both come in captures of the one type.</summary>
    private void DecodePrism(ref Context context, int offset)
    {
        const int LengthAt = 4;
        const int Smallest = LengthAt + 4;
        const uint AvsMask = 0xFFFF_F000;
        const uint Avs = 0x8021_1000; // and a version
        ReadOnlySpan<byte> data = context.From(offset);
        if (data.Length < Smallest)
        {
            Fail(ref context, Header.Prism);
            return;
        }

        bool isNetworkOrder = (data.UInt32At(0) & AvsMask) == Avs || data[0] == 0;
        uint size = isNetworkOrder ? data.UInt32At(LengthAt) : BinaryPrimitives.ReadUInt32LittleEndian(data[LengthAt..]);
        if (size < Smallest || size > data.Length)
        {
            Fail(ref context, Header.Prism);
        }
        else
        {
            DecodeWlan(ref context, offset + (int)size, hasDataPadding: false);
        }
    }
}
