using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Packets;

public class GoldenFrameTests
{
    public static TheoryData<string> Names => [.. GoldenFrames.All.Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryKindOfFrameGivesItsPackets(string name)
    {
        (_, LinkType link, byte[] frame, string[] expected) = GoldenFrames.All.Single(golden => golden.Name == name);
        PacketDecoder decoder = new();
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        int count = decoder.Decode(frame, link, frame.Length, timestamp: 42, packets);

        string[] found = [.. packets.Take(count).Select(packet => Describe(packet, frame, expected))];
        Assert.Equal(expected, count == 0 ? ["none"] : found);
        Assert.Equal(1, decoder.Counters.Frames);
        Assert.Equal(count, decoder.Counters.Packets);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(42, packets[i].Timestamp);
            Assert.Equal(packets[i].PayloadLength, packets[i].WirePayloadLength);
            Assert.False(packets[i].Is(PacketTraits.Truncated));
            Assert.Equal(1, packets[i].IpPackets);
        }
    }

    /// <summary>A link that the documentation calls read has a frame here that gives a packet, and no other has.</summary>
    [Fact]
    public void TheDocumentedLinksAreThoseRead()
    {
        HashSet<LinkType> read = [.. GoldenFrames.All.Where(golden => golden.Expected is not ["none"]).Select(golden => golden.Link)];
        Assert.Equal(
            Enum.GetValues<LinkType>().Select(link => $"{(int)link} {(read.Contains(link) ? "yes" : "")}"),
            DocumentedTables.Read("protocols.md", "Links").Select(row => $"{row[0]} {row[2]}"));
    }

    /// <summary>A UDP port that the documentation calls a tunnel's is one, is called so, and has a frame here in which something is found; no other has.</summary>
    [Fact]
    public void TheDocumentedTunnelsAreThoseLookedInto()
    {
        IEnumerable<int> ports = Enumerable.Range(0, ushort.MaxValue + 1).Where(port => UdpTunnel.NameOf((ushort)port) is not null);
        Assert.Equal(
            ports.Select(port => $"{port} {UdpTunnel.NameOf((ushort)port)}"),
            DocumentedTables.Read("protocols.md", "Tunnels").Select(row => $"{row[0]} {row[1]}"));
        Assert.All(ports, port => Assert.Contains(GoldenTunnels.All, golden => golden.Expected is [{ } outer, _] && outer.Contains($":{port} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void DepthsAndInnerMarksFollowTheLayers()
    {
        byte[] frame = GoldenFrames.All.Single(golden => golden.Name == "Three layers").Frame;
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        Assert.Equal(3, new PacketDecoder().Decode(frame, LinkType.Raw, frame.Length, 0, packets));
        Assert.Equal([0, 1, 2], packets.Take(3).Select(packet => (int)packet.Depth));
        Assert.Equal([true, true, false], packets.Take(3).Select(packet => packet.Is(PacketTraits.CarriesInner)));
        Assert.Equal([false, true, false], packets.Take(3).Select(packet => packet.Is(PacketTraits.IPv6)));
        Assert.Equal([92, 72, 32], packets.Take(3).Select(packet => packet.IpLength));
        Assert.Equal([64, 63, 64], packets.Take(3).Select(packet => (int)packet.HopLimit));
    }

    [Fact]
    public void NestingEndsAtTheLimit()
    {
        byte[] frame = Wire.UdpIn4;
        for (int i = 0; i < 20; i++)
        {
            frame = Wire.IPv4(4, frame);
        }

        PacketDecoder decoder = new();
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        Assert.Equal(PacketDecoder.MaxDepth, decoder.Decode(frame, LinkType.Raw, frame.Length, 0, packets));
        Assert.Equal(1, decoder.Counters.TooDeep);
    }

    [Fact]
    public void LinkHeadersInLinkHeadersEnd()
    {
        byte[] frame = Wire.UdpIn4;
        for (int i = 0; i < 500; i++)
        {
            frame = Wire.Ethernet(0x6558, frame);
        }

        PacketDecoder decoder = new();
        Assert.Equal(0, decoder.Decode(frame, LinkType.Ethernet, frame.Length, 0, new Packet[PacketDecoder.MaxDepth]));
        Assert.Equal(1, decoder.Counters.TooDeep);
    }

    [Fact]
    public void ASnapLengthKeepsTheWireLengths()
    {
        byte[] frame = Wire.Ethernet(0x0800, Wire.IPv4(17, Wire.UdpTo(2000, new byte[1000])));
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        Assert.Equal(1, new PacketDecoder().Decode(frame.AsSpan(0, 64), LinkType.Ethernet, frame.Length, 0, packets));
        Assert.Equal(1028, packets[0].IpLength);
        Assert.Equal(1000, packets[0].WirePayloadLength);
        Assert.Equal(64 - 42, packets[0].PayloadLength);
        Assert.Equal(PacketTraits.Truncated | PacketTraits.HasPorts, packets[0].Traits);
    }

    [Fact]
    public void AJumbogramHasTheLengthOfItsOption()
    {
        byte[] options = Wire.Hex("1100 c204 00011178");
        byte[] payload = new byte[70000 - 8];
        Wire.Udp.AsSpan(0, 4).CopyTo(payload);
        byte[] header = Wire.IPv6(0, []);
        byte[] frame = Wire.Join(header, options, payload);
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        Assert.Equal(1, new PacketDecoder().Decode(frame, LinkType.Raw, frame.Length, 0, packets));
        Assert.Equal(70000 + 40, packets[0].IpLength);
        Assert.Equal(70000 - 16, packets[0].PayloadLength);
    }

    private static string Describe(Packet packet, byte[] frame, string[] expected)
    {
        StringBuilder text = new();
        bool ports = packet.Is(PacketTraits.HasPorts);
        text.Append(packet.Protocol).Append(' ').Append(packet.Source);
        text.Append(ports ? $":{packet.SourcePort}" : "").Append(" > ").Append(packet.Destination).Append(ports ? $":{packet.DestinationPort}" : "");
        ReadOnlySpan<byte> payload = frame.AsSpan(packet.PayloadOffset, packet.PayloadLength);
        bool elided = packet.Is(PacketTraits.CarriesInner) || expected.Any(line => line.EndsWith('…') && line.StartsWith(text.ToString(), StringComparison.Ordinal));
        if (!elided && payload.Length > 0)
        {
            bool isText = payload.IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0;
            text.Append(' ').Append(isText ? Encoding.ASCII.GetString(payload) : Convert.ToHexStringLower(payload));
        }

        bool typed = packet.Protocol is TransportProtocol.ICMP or TransportProtocol.ICMPv6 or TransportProtocol.IGMP or TransportProtocol.ARP;
        text.Append(typed ? $" type {packet.IcmpType}" : "");
        text.Append(typed && packet.Acknowledgment != 0 ? $" echo {packet.Acknowledgment:x8}" : "");
        text.Append(packet.Is(PacketTraits.Response) ? " response" : "");
        text.Append(packet.VlanId != Packet.NoVlan ? $" vlan {packet.VlanId}" : "");
        text.Append(packet.Tunnel != TunnelKind.None ? $" in {packet.Tunnel}" : "");
        text.Append(elided ? " …" : "");
        return text.ToString();
    }
}
