using System.Buffers.Binary;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Bench.Generation;

/// <summary>
/// The captures of a corpus one after the other, over and over: real applications. Each repetition has addresses of its own, so that its flows are
/// new ones, and follows the one before in time. Checksums are left as they are and no longer right.
/// </summary>
internal sealed class CorpusTraffic
{
    private const int EtherTypeAt = 12;
    private const int EthernetHeader = 14;
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86DD;
    private const int IPv4SourceAt = EthernetHeader + 12;
    private const int IPv4DestinationAt = EthernetHeader + 16;
    private const int IPv6SourceAt = EthernetHeader + 8;
    private const int IPv6DestinationAt = EthernetHeader + 24;
    private const int IPv6SubnetAt = 4; // bytes into an address
    private const long LongestPause = 1_000_000_000; // ns

    private readonly List<(byte[] Bytes, long Pause)> _frames = [];

    /// <param name="folder">Captures; those of other links than Ethernet are left out.</param>
    public CorpusTraffic(string folder)
    {
        FrameBatch batch = new();
        foreach (string file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            long last = 0;
            try
            {
                using CaptureFile source = CaptureFile.Open(file);
                while (source.Read(batch))
                {
                    Take(batch, ref last);
                }
            }
            catch (CaptureException)
            {
                // What a damaged capture held before the damage counts.
            }
        }
    }

    /// <summary>Writes frames until there are as many as wanted.</summary>
    public void Write(PcapWriter writer, long packets, long timestamp)
    {
        for (long i = 0; i < packets && _frames.Count > 0; i++)
        {
            (byte[] bytes, long pause) = _frames[(int)(i % _frames.Count)];
            timestamp += pause;
            bytes.CopyTo(writer.NextFrame);
            Readdress(writer.NextFrame[..bytes.Length], (uint)(i / _frames.Count));
            writer.Commit(bytes.Length, timestamp);
        }
    }

    private void Take(FrameBatch batch, ref long last)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameRecord frame = ref batch.Frames[i];
            if (frame.LinkType == LinkType.Ethernet && frame.CapturedLength is >= EthernetHeader and <= PcapWriter.MaxFrame)
            {
                long pause = last == 0 ? 0 : Math.Clamp(frame.Timestamp - last, 0, LongestPause);
                last = frame.Timestamp;
                _frames.Add((batch[i].ToArray(), pause));
            }
        }
    }

    /// <summary>Moves both addresses to other networks: the first byte, which says private, public or multicast, and the last stay.</summary>
    private static void Readdress(Span<byte> frame, uint repetition)
    {
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[EtherTypeAt..]);
        if (type == EtherTypeIPv4 && frame.Length >= IPv4DestinationAt + sizeof(uint))
        {
            Change(frame[IPv4SourceAt..], repetition << 8);
            Change(frame[IPv4DestinationAt..], repetition << 8);
        }
        else if (type == EtherTypeIPv6 && frame.Length >= IPv6DestinationAt + IPv6SubnetAt + sizeof(uint))
        {
            Change(frame[(IPv6SourceAt + IPv6SubnetAt)..], repetition);
            Change(frame[(IPv6DestinationAt + IPv6SubnetAt)..], repetition);
        }
    }

    private static void Change(Span<byte> at, uint bits) => BinaryPrimitives.WriteUInt32BigEndian(at, BinaryPrimitives.ReadUInt32BigEndian(at) ^ bits);
}
