using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Packets;

[Collection(Alone.Name)] // it counts garbage
public class HostileFrameTests
{
    private const int Mutations = 200_000;

    [Fact]
    public void AnyFrameMayEndAnywhere()
    {
        PacketDecoder decoder = new();
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        foreach ((string name, LinkType link, byte[] frame, _) in GoldenFrames.All)
        {
            for (int length = 0; length <= frame.Length; length++)
            {
                AssertInRange(decoder, packets, frame.AsSpan(0, length), link, frame.Length, name);
                AssertInRange(decoder, packets, frame.AsSpan(0, length), link, length, name);
            }
        }
    }

    [Fact]
    public void MutatedFramesNeverThrowAndStayInRange()
    {
        Random random = new(20_260_101);
        PacketDecoder decoder = new();
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        byte[] buffer = new byte[512];
        for (int i = 0; i < Mutations; i++)
        {
            (string name, LinkType link, byte[] golden, _) = GoldenFrames.All[random.Next(GoldenFrames.All.Count)];
            Span<byte> frame = buffer.AsSpan(0, golden.Length);
            golden.CopyTo(frame);
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                frame[random.Next(frame.Length)] = random.Next(4) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
            }

            int length = random.Next(3) == 0 ? random.Next(frame.Length + 1) : frame.Length;
            AssertInRange(decoder, packets, frame[..length], link, random.Next(2) == 0 ? length : frame.Length, name);
            if (i % 100 == 0)
            {
                decoder.Reset();
            }
        }

        Assert.True(decoder.Counters.Packets > 0);
        Assert.True(decoder.Counters.ToDictionary().Count < 1000);
    }

    [Fact]
    public void NoiseNeverThrowsOnAnyLinkType()
    {
        Random random = new(7);
        PacketDecoder decoder = new();
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        byte[] frame = new byte[200];
        for (int link = 0; link < 300; link++)
        {
            for (int i = 0; i < 50; i++)
            {
                random.NextBytes(frame);
                AssertInRange(decoder, packets, frame.AsSpan(0, random.Next(frame.Length)), (LinkType)link, 0, "noise");
            }
        }
    }

    [Fact]
    public void EveryFieldIsWrittenWhateverTheArrayHeld()
    {
        Packet[] clean = new Packet[PacketDecoder.MaxDepth];
        Packet[] dirty = new Packet[PacketDecoder.MaxDepth];
        PacketDecoder decoder = new();
        foreach ((string name, LinkType link, byte[] golden, _) in GoldenFrames.All)
        {
            for (int length = 0; length <= golden.Length; length++)
            {
                Array.Clear(clean);
                MemoryMarshal.AsBytes(dirty.AsSpan()).Fill(0xA5);
                int count = decoder.Decode(golden.AsSpan(0, length), link, golden.Length, 1, clean);
                Assert.Equal(count, decoder.Decode(golden.AsSpan(0, length), link, golden.Length, 1, dirty));
                for (int i = 0; i < count; i++)
                {
                    Assert.True(clean[i].Equals(dirty[i]), $"{name} cut to {length}, packet {i}");
                }
            }
        }
    }

    [Fact]
    public void AShortArrayOfPacketsIsRespected()
    {
        byte[] frame = Wire.IPv4(4, Wire.UdpIn4);
        Assert.Equal(1, new PacketDecoder().Decode(frame, LinkType.Raw, frame.Length, 0, new Packet[1]));
        Assert.Equal(0, new PacketDecoder().Decode(frame, LinkType.Raw, frame.Length, 0, []));
    }

    [Fact]
    public void DecodingAllocatesNothing()
    {
        PacketDecoder decoder = new();
        Packet[] packets = new Packet[PacketDecoder.MaxDepth];
        byte[][] fragments = [.. FragmentTests.Split(FragmentTests.Payload(3000), 1000)];
        DecodeAll();
        DecodeAll();

        // Under memory pressure a collection may empty the shared array pool between two rounds: one clean round is the proof.
        long allocated = long.MaxValue;
        for (int round = 0; round < 5 && allocated != 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                DecodeAll();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);

        void DecodeAll()
        {
            for (int i = 0; i < GoldenFrames.All.Count; i++)
            {
                byte[] frame = GoldenFrames.All[i].Frame;
                decoder.Decode(frame, GoldenFrames.All[i].Link, frame.Length, 0, packets);
            }

            foreach (byte[] fragment in fragments)
            {
                decoder.Decode(fragment, LinkType.Raw, fragment.Length, 0, packets);
            }

            decoder.Reset();
        }
    }

    private static void AssertInRange(PacketDecoder decoder, Packet[] packets, ReadOnlySpan<byte> frame, LinkType link, int wireLength, string name)
    {
        int count = decoder.Decode(frame, link, wireLength, 0, packets);
        Assert.InRange(count, 0, PacketDecoder.MaxDepth);
        for (int i = 0; i < count; i++)
        {
            ref Packet packet = ref packets[i];
            int limit = packet.Is(PacketTraits.Reassembled) ? decoder.Reassembly.Length : frame.Length;
            bool sane = packet.PayloadOffset >= 0 && packet.PayloadLength >= 0 && packet.PayloadOffset + packet.PayloadLength <= limit
                && packet.TransportOffset >= 0 && packet.TransportOffset <= packet.PayloadOffset
                && packet.WirePayloadLength >= packet.PayloadLength && packet.IpLength > 0 && packet.IpPackets > 0
                && (packet.Is(PacketTraits.Truncated) || packet.WirePayloadLength == packet.PayloadLength);
            Assert.True(sane, $"{name}: {packet.Protocol} {packet.TransportOffset} {packet.PayloadOffset}+{packet.PayloadLength}/{packet.WirePayloadLength} of {limit}: {Convert.ToHexString(frame)}");
        }
    }
}
