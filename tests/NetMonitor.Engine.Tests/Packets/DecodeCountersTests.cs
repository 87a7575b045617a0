using NetMonitor.Packets;

namespace NetMonitor.Tests.Packets;

public class DecodeCountersTests
{
    private readonly PacketDecoder _decoder = new();
    private readonly Packet[] _packets = new Packet[PacketDecoder.MaxDepth];

    [Fact]
    public void WhatCannotBeUsedIsNamed()
    {
        Decode(LinkType.Ethernet, Wire.Ethernet(0x88CC, new byte[50]));
        Decode(LinkType.Ethernet, Wire.Ethernet(0x0026, Wire.Join(Wire.Hex("424203"), new byte[43])));
        Decode((LinkType)230, new byte[20]);
        Decode((LinkType)999, new byte[20]);
        Decode(LinkType.Ppp, Wire.Hex("ff03 c021 0102 0004"));
        Decode(LinkType.Raw, Wire.Hex("45000014"));
        _decoder.Decode(Wire.UdpIn4.AsSpan(0, 10), LinkType.Raw, Wire.UdpIn4.Length, 0, _packets);
        Decode(LinkType.Ieee80211, GoldenFrames.Wlan("0840"));
        Decode(LinkType.Raw, Wire.UdpIn4);

        Dictionary<string, long> expected = new()
        {
            ["frames without packet"] = 8,
            ["EtherType 0x88CC LLDP"] = 1,
            ["LLC SAP 0x42 STP"] = 1,
            ["link type 230 Ieee802154NoFcs"] = 1,
            ["link type 999"] = 1,
            ["PPP protocol 0xC021 LCP"] = 1,
            ["malformed IPv4 header"] = 1,
            ["truncated IPv4 header"] = 1,
            ["WLAN data encrypted"] = 1,
        };
        Assert.Equal(expected.OrderBy(pair => pair.Key), _decoder.Counters.ToDictionary().OrderBy(pair => pair.Key));
    }

    [Fact]
    public void SixtyFiveThousandEtherTypesShareALimitedTable()
    {
        for (int type = 0x0600; type <= 0xFFFF; type++)
        {
            Decode(LinkType.Ethernet, Wire.Ethernet(type, []));
        }

        IReadOnlyDictionary<string, long> counters = _decoder.Counters.ToDictionary();
        Assert.InRange(counters.Count, NumberedCounters.Capacity, NumberedCounters.Capacity + 20);
        Assert.True(counters["EtherType others"] > 60_000);
    }

    private void Decode(LinkType link, byte[] frame) => _decoder.Decode(frame, link, frame.Length, 0, _packets);
}
