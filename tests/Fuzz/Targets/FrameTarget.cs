using System.Buffers.Binary;
using NetMonitor.Packets;
using NetMonitor.Tests.Packets;

namespace NetMonitor.Fuzz.Targets;

/// <summary>Frames of any link type through one decoder, fragments and tunnels included. Input: <c>link { cut length bytes }</c>.</summary>
internal sealed class FrameTarget : FuzzTarget
{
    private const int HeaderSize = 2;
    private const int RecordSize = 3;
    private readonly Packet[] _packets = new Packet[PacketDecoder.MaxDepth];

    public override string Name => "frames";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach ((_, LinkType link, byte[] frame, _) in GoldenFrames.All.Concat(GoldenTunnels.All))
            {
                yield return Encode(link, frame);
            }

            byte[][] fragments = [.. FragmentTests.Split(FragmentTests.Payload(3000), 800)];
            yield return Encode(LinkType.Raw, fragments);
            yield return Encode(LinkType.Raw, [.. fragments.Reverse()]);
        }
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderSize)
        {
            return;
        }

        PacketDecoder decoder = new();
        LinkType link = (LinkType)BinaryPrimitives.ReadUInt16BigEndian(input);
        input = input[HeaderSize..];
        for (long time = 0; input.Length >= RecordSize; time += 1_000_000)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input[1..]), input.Length - RecordSize);
            Decode(decoder, input.Slice(RecordSize, length), link, length + input[0], time);
            input = input[(RecordSize + length)..];
        }
    }

    private void Decode(PacketDecoder decoder, ReadOnlySpan<byte> frame, LinkType link, int wireLength, long time)
    {
        int count = decoder.Decode(frame, link, wireLength, time, _packets);
        BrokenInvariantException.Unless(count >= 0 && count <= _packets.Length, "no more packets than there is room for");
        foreach (ref readonly Packet packet in _packets.AsSpan(0, count))
        {
            int available = packet.Is(PacketTraits.Reassembled) ? decoder.Reassembly.Length : frame.Length;
            BrokenInvariantException.Unless(
                packet.PayloadOffset >= 0 && packet.PayloadLength >= 0 && (long)packet.PayloadOffset + packet.PayloadLength <= available,
                "the payload lies within the frame");
            BrokenInvariantException.Unless(packet.TransportOffset >= 0 && packet.TransportOffset <= available, "the transport header lies within the frame");
            BrokenInvariantException.Unless(packet.WirePayloadLength >= packet.PayloadLength, "no more is captured than was on the wire");
            BrokenInvariantException.Unless(packet.Depth < PacketDecoder.MaxDepth, "depth is bounded");
            BrokenInvariantException.Unless(packet.IpPackets >= 1 && packet.IpLength >= 0, "counts are positive");
        }

        decoder.Reset();
    }

    private static byte[] Encode(LinkType link, params byte[][] frames) =>
    [
        (byte)((ushort)link >> 8),
        (byte)link,
        .. frames.SelectMany(frame => (byte[])[0, (byte)(frame.Length >> 8), (byte)frame.Length, .. frame]),
    ];
}
