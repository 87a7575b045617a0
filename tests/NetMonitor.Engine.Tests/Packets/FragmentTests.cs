using System.Buffers.Binary;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Packets;

public class FragmentTests
{
    private const int More = 0x2000;
    private readonly PacketDecoder _decoder = new();
    private readonly Packet[] _packets = new Packet[PacketDecoder.MaxDepth];

    /// <summary>A UDP datagram of <paramref name="length"/> bytes, header included, whose bytes tell their place.</summary>
    public static byte[] Payload(int length) =>
        Wire.UdpTo(2000, [.. Enumerable.Range(0, length - 8).Select(i => (byte)(i * 7 / 3))]);

    public static IEnumerable<byte[]> Split(byte[] payload, int size, int id = 1)
    {
        for (int at = 0; at < payload.Length; at += size)
        {
            int length = Math.Min(size, payload.Length - at);
            yield return Wire.IPv4(17, payload[at..(at + length)], (at / 8) | (at + length < payload.Length ? More : 0), id);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FragmentsInAnyOrderBecomeOneDatagram(int seed)
    {
        byte[] payload = Payload(5000);
        byte[][] fragments = [.. Split(payload, 800)];
        new Random(seed).Shuffle(fragments);
        for (int i = 0; i < fragments.Length - 1; i++)
        {
            Assert.Equal(0, Decode(fragments[i]));
        }

        Assert.Equal(fragments.Length - 1, _decoder.Counters.Fragments.Pending);
        Assert.Equal(1, Decode(fragments[^1]));
        AssertPayload(payload);
        Assert.Equal(fragments.Length, _packets[0].IpPackets);
        Assert.Equal(payload.Length + (20 * fragments.Length), _packets[0].IpLength);
        Assert.Equal((50000, 2000), (_packets[0].SourcePort, _packets[0].DestinationPort));
        Assert.Equal(0, _decoder.Counters.Fragments.Pending);
        Assert.Equal(1, _decoder.Counters.Fragments.ReassembledDatagrams);
    }

    [Fact]
    public void DuplicatesAreCountedAndHarmless()
    {
        byte[] payload = Payload(2400);
        byte[][] fragments = [.. Split(payload, 800)];
        Assert.Equal(0, Decode(fragments[0]));
        Assert.Equal(0, Decode(fragments[0]));
        Assert.Equal(0, Decode(fragments[2]));
        Assert.Equal(0, Decode(fragments[2]));
        Assert.Equal(1, Decode(fragments[1]));
        AssertPayload(payload);
        Assert.Equal(5, _packets[0].IpPackets);
        Assert.Equal(2, _decoder.Counters.Fragments.Duplicate);
    }

    [Fact]
    public void OverlappingIPv4FragmentsKeepTheFirstBytes()
    {
        byte[] payload = Payload(1600);
        byte[] other = [.. payload.Select(value => (byte)~value)];
        Assert.Equal(0, Decode(Wire.IPv4(17, payload[..800], More)));
        Assert.Equal(0, Decode(Wire.IPv4(17, [.. other[400..800], .. payload[800..1200]], (400 / 8) | More)));
        Assert.Equal(1, Decode(Wire.IPv4(17, [.. other[1000..1200], .. payload[1200..]], 1000 / 8)));
        AssertPayload(payload);
    }

    [Fact]
    public void OverlappingIPv6FragmentsDiscardTheDatagram()
    {
        byte[] payload = Payload(1600);
        Assert.Equal(0, Decode(Fragment6(payload, 0, 800)));
        Assert.Equal(0, Decode(Fragment6(payload, 0, 800)));
        Assert.Equal(1, _decoder.Counters.Fragments.Duplicate);
        Assert.Equal(0, Decode(Fragment6(payload, 400, 800)));
        Assert.Equal(3, _decoder.Counters.Fragments.Overlapping);
        Assert.Equal(0, Decode(Fragment6(payload, 800, 800)));
        Assert.Equal(4, _decoder.Counters.Fragments.Overlapping);
        Assert.Equal(0, _decoder.Counters.Fragments.Pending);
    }

    [Fact]
    public void IPv6FragmentsBecomeOneDatagram()
    {
        byte[] payload = Payload(1600);
        Assert.Equal(0, Decode(Fragment6(payload, 800, 800)));
        Assert.Equal(1, Decode(Fragment6(payload, 0, 800)));
        AssertPayload(payload);
        Assert.Equal(1600 + (2 * 48), _packets[0].IpLength);
        Assert.True(_packets[0].Is(PacketTraits.IPv6));
    }

    [Fact]
    public void ATunnelInsideAReassembledDatagramPointsIntoTheReassembly()
    {
        byte[] vxlan = Wire.UdpTo(4789, Wire.Join(Wire.Hex("08000000 00000100"), Wire.EthernetUdpIn4));
        Assert.Equal(0, Decode(Wire.IPv4(17, vxlan[..24], More)));
        Assert.Equal(2, Decode(Wire.IPv4(17, vxlan[24..], 24 / 8)));
        Assert.Equal(TunnelKind.Vxlan, _packets[1].Tunnel);
        Assert.True(_packets[1].Is(PacketTraits.Reassembled));
        Assert.True(_packets[0].Is(PacketTraits.Reassembled | PacketTraits.CarriesInner));
        Assert.Equal("abcd"u8.ToArray(), _decoder.Reassembly.Slice(_packets[1].PayloadOffset, _packets[1].PayloadLength).ToArray());
        Assert.Equal((1, 32), (_packets[1].IpPackets, _packets[1].IpLength));
    }

    [Fact]
    public void SeveralDatagramsOfABatchStayReadable()
    {
        byte[] payload = Payload(60_000);
        byte[][] found = new byte[6][];
        Packet[] kept = new Packet[found.Length];
        for (int i = 0; i < found.Length; i++)
        {
            foreach (byte[] fragment in Split(payload, 1480, id: i))
            {
                _ = Decode(fragment);
            }

            kept[i] = _packets[0];
        }

        Assert.All(kept, packet => Assert.Equal(payload[8..], _decoder.Reassembly.Slice(packet.PayloadOffset, packet.PayloadLength).ToArray()));
        _decoder.Reset();
        Assert.Equal(0, _decoder.Reassembly.Length);
    }

    [Fact]
    public void ATruncatedFragmentKeepsThePrefix()
    {
        byte[] payload = Payload(2400);
        byte[][] fragments = [.. Split(payload, 800)];
        Assert.Equal(0, Decode(fragments[0]));
        Assert.Equal(0, _decoder.Decode(fragments[1].AsSpan(0, 120), LinkType.Raw, fragments[1].Length, 0, _packets));
        Assert.Equal(1, Decode(fragments[2]));
        Assert.Equal(2400 - 8, _packets[0].WirePayloadLength);
        Assert.Equal(800 + 100 - 8, _packets[0].PayloadLength);
        Assert.True(_packets[0].Is(PacketTraits.Truncated));
        Assert.Equal(payload[8..900], _decoder.Reassembly.Slice(_packets[0].PayloadOffset, _packets[0].PayloadLength).ToArray());
    }

    [Fact]
    public void FragmentsThatDoNotFitAreMalformed()
    {
        Assert.Equal(0, Decode(Wire.IPv4(17, new byte[12], More)));
        Assert.Equal(0, Decode(Wire.IPv4(17, new byte[100], 0x1FFF)));
        Assert.Equal(0, Decode(Wire.IPv4(17, [], More)));
        Assert.Equal(3, _decoder.Counters.Fragments.Malformed);
        Assert.Equal(0, Decode(Wire.IPv4(17, new byte[16], 8)));
        Assert.Equal(0, Decode(Wire.IPv4(17, new byte[16], 20 | More)));
        Assert.Equal(0, Decode(Wire.IPv4(17, new byte[16], 4)));
        Assert.Equal(5, _decoder.Counters.Fragments.Malformed);
        Assert.Equal(1, _decoder.Counters.Fragments.Pending);
    }

    [Fact]
    public void ADatagramIsGivenUpAfterItsTime()
    {
        byte[][] fragments = [.. Split(Payload(1600), 800)];
        Assert.Equal(0, _decoder.Decode(fragments[0], LinkType.Raw, fragments[0].Length, 0, _packets));
        Assert.Equal(0, _decoder.Decode(fragments[1], LinkType.Raw, fragments[1].Length, FragmentReassembler.Timeout + 1, _packets));
        Assert.Equal(1, _decoder.Counters.Fragments.TimedOut);
        Assert.Equal(1, _decoder.Counters.Fragments.Pending);
    }

    [Fact]
    public void TheOldestLeavesWhenThereAreTooMany()
    {
        byte[][] first = [.. Split(Payload(1600), 800, id: 0)];
        Assert.Equal(0, Decode(first[0]));
        for (int id = 1; id <= FragmentReassembler.MaxDatagrams; id++)
        {
            Assert.Equal(0, Decode(Split(Payload(1600), 800, id).First()));
        }

        Assert.Equal(1, _decoder.Counters.Fragments.Evicted);
        Assert.Equal(FragmentReassembler.MaxDatagrams, _decoder.Counters.Fragments.Pending);
        Assert.Equal(0, Decode(first[1]));
    }

    [Fact]
    public void WaitingMemoryIsBounded()
    {
        FragmentCounters counters = new();
        FragmentReassembler reassembler = new(counters);
        byte[] bytes = new byte[8];
        for (uint id = 0; id < 5000; id++)
        {
            FragmentKey key = new(default, default, id, 17, 0);
            Assert.False(reassembler.TryAdd(key, new Fragment(65000, 8, 28, More: true, 17, 64), bytes, isIPv6: false, 0, out _));
            Assert.InRange(reassembler.WaitingBytes, 0, FragmentReassembler.MaxBytes);
        }

        Assert.InRange(reassembler.Waiting, 1, FragmentReassembler.MaxBytes / 65000);
        Assert.Equal(5000, counters.Evicted + counters.Pending);
    }

    [Fact]
    public void RandomFragmentsNeverBreakTheAccounts()
    {
        Random random = new(99);
        FragmentCounters counters = new();
        FragmentReassembler reassembler = new(counters);
        byte[] bytes = new byte[2048];
        for (int i = 0; i < 100_000; i++)
        {
            FragmentKey key = new(default, default, (uint)random.Next(40), 17, 0);
            int length = random.Next(1, 100) * (random.Next(3) == 0 ? 1 : 8);
            Fragment fragment = new(random.Next(300) * 8, length, length + 20, random.Next(5) != 0, 17, 64);
            int captured = random.Next(10) == 0 ? random.Next(length) : length;
            if (reassembler.TryAdd(key, fragment, bytes.AsSpan(0, captured), random.Next(20) == 0, i * 10_000_000L, out ReassembledDatagram datagram))
            {
                Assert.InRange(datagram.Captured, 0, datagram.WireLength);
                Assert.True(datagram.Start + datagram.Captured <= reassembler.Buffer.Length);
                reassembler.Reset();
            }

            Assert.InRange(counters.Pending, 0, counters.Received);
        }

        Assert.True(counters.ReassembledDatagrams > 0);
        Assert.True(counters.TimedOut > 0);
    }

    private int Decode(byte[] frame) => _decoder.Decode(frame, LinkType.Raw, frame.Length, 0, _packets);

    private void AssertPayload(byte[] datagram)
    {
        Assert.True(_packets[0].Is(PacketTraits.Reassembled | PacketTraits.HasPorts));
        Assert.Equal(datagram[8..], _decoder.Reassembly.Slice(_packets[0].PayloadOffset, _packets[0].PayloadLength).ToArray());
        Assert.Equal(datagram.Length - 8, _packets[0].WirePayloadLength);
    }

    private static byte[] Fragment6(byte[] payload, int at, int length)
    {
        byte[] header = Wire.Hex("1100 0000 00000007");
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(at | (at + length < payload.Length ? 1 : 0)));
        return Wire.IPv6(44, [.. header, .. payload[at..(at + length)]]);
    }
}
