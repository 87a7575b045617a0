using System.Globalization;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>Reads a capture packet by packet, each decoded for a person to look at. For few packets: each costs objects.</summary>
public static class PacketReader
{
    /// <summary>The packets of a capture, one after the other as they are asked for.</summary>
    /// <param name="file">The capture, or "-" for standard input.</param>
    /// <param name="filter">A libpcap filter, or null for all. Numbers count all packets of the file nonetheless.</param>
    /// <param name="connections">Only packets of these connections; null for all.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CaptureException">The file cannot be opened, is damaged, or the filter does not compile; while enumerating.</exception>
    public static IEnumerable<NetPacket> Read(
        string file, string? filter, IReadOnlyList<NetConnection>? connections, CancellationToken cancellation = default)
    {
        using CaptureFile source = CaptureFile.Open(file);
        using FrameFilter? frames = filter is null ? null : new FrameFilter(filter);
        using CancellationTokenRegistration registration = cancellation.Register(source.Cancel);
        HashSet<FlowKey>? flows = connections is null ? null : [.. connections.Select(FlowKey.Of)];
        var decoder = new PacketDecoder();
        var batch = new FrameBatch();
        long number = 0;
        while (source.Read(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                number++;
                FrameRecord record = batch.Frames[i];
                if ((frames is null || frames.Matches(batch[i], record)) && Decode(decoder, batch[i], record, source, number, flows) is { } packet)
                {
                    yield return packet;
                }

                cancellation.ThrowIfCancellationRequested();
            }
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private static NetPacket? Decode(
        PacketDecoder decoder, ReadOnlySpan<byte> frame, in FrameRecord record, CaptureFile source, long number, HashSet<FlowKey>? flows)
    {
        decoder.Reset();
        Span<Packet> packets = new Packet[PacketDecoder.MaxDepth];
        packets = packets[..decoder.Decode(frame, record.LinkType, record.WireLength, record.Timestamp, packets)];
        int found = packets.Length - 1;
        if (flows is not null)
        {
            found = -1;
            for (int i = 0; i < packets.Length; i++)
            {
                found = flows.Contains(FlowKey.Of(packets[i], out _)) ? i : found;
            }

            if (found < 0)
            {
                return null;
            }
        }

        byte[] bytes = frame.ToArray();
        string? name = source.Interfaces[record.InterfaceId].Name;
        DateTimeOffset time = UnixTime.ToDateTimeOffset(record.Timestamp);
        if (found < 0)
        {
            return new NetPacket
            {
                Number = number, Time = time, Interface = name, Length = record.WireLength, LinkType = record.LinkType, Bytes = bytes,
                Info = string.Create(CultureInfo.InvariantCulture, $"{record.LinkType}, {record.WireLength} bytes"),
            };
        }

        Packet packet = packets[found];
        bool reassembled = (packet.Traits & PacketTraits.Reassembled) != 0;
        ReadOnlySpan<byte> payload = (reassembled ? decoder.Reassembly : frame).Slice(packet.PayloadOffset, packet.PayloadLength);
        bool hasPorts = (packet.Traits & PacketTraits.HasPorts) != 0;
        FlowInspection? inspection = hasPorts ? Inspect(packet, payload) : null;
        return new NetPacket
        {
            Number = number,
            Time = time,
            Interface = name,
            Length = record.WireLength,
            LinkType = record.LinkType,
            SourceAddress = packet.Source.ToIPAddress(),
            SourcePort = hasPorts ? packet.SourcePort : null,
            DestinationAddress = packet.Destination.ToIPAddress(),
            DestinationPort = hasPorts ? packet.DestinationPort : null,
            Protocol = packet.Protocol,
            Flags = packet.Protocol == TransportProtocol.TCP ? packet.Flags : null,
            Application = inspection?.Application,
            Details = inspection?.Details,
            Info = InfoOf(packet, inspection),
            Bytes = bytes,
            PayloadOffset = reassembled || !hasPorts ? 0 : packet.PayloadOffset,
            PayloadLength = reassembled || !hasPorts ? 0 : packet.PayloadLength,
        };
    }

    /// <summary>What a packet alone says: of a stream, only what begins with this segment.</summary>
    private static FlowInspection? Inspect(in Packet packet, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || packet.Protocol is not (TransportProtocol.TCP or TransportProtocol.UDP))
        {
            return null;
        }

        var inspection = new FlowInspection(new FlowContext(packet.Protocol, packet.SourcePort, packet.DestinationPort));
        if (packet.Protocol == TransportProtocol.TCP)
        {
            inspection.Segment(Side.Originator, packet.Sequence, packet.Flags & ~TcpFlags.Syn, payload, packet.WirePayloadLength, packet.Timestamp);
        }
        else
        {
            inspection.Datagram(Side.Originator, payload, packet.Timestamp);
        }

        inspection.Close();
        return inspection.Confidence is { } confidence and > Confidence.Port ? inspection : null;
    }

    private static string InfoOf(in Packet packet, FlowInspection? inspection)
    {
        string transport = packet.Protocol switch
        {
            TransportProtocol.TCP => string.Create(CultureInfo.InvariantCulture,
                $"{packet.SourcePort} → {packet.DestinationPort} [{NetPacketText.Flags(packet.Flags)}] Seq={packet.Sequence} Len={packet.WirePayloadLength}"),
            TransportProtocol.UDP => string.Create(CultureInfo.InvariantCulture, $"{packet.SourcePort} → {packet.DestinationPort} Len={packet.WirePayloadLength}"),
            TransportProtocol.ICMP or TransportProtocol.ICMPv6 =>
                string.Create(CultureInfo.InvariantCulture, $"{packet.Protocol} type {packet.IcmpType} code {packet.IcmpCode}"),
            TransportProtocol.ARP => packet.IcmpType == 1 ? $"Who has {packet.Destination}?" : $"{packet.Source} answers",
            _ => string.Create(CultureInfo.InvariantCulture, $"{packet.Protocol}, {packet.IpLength} bytes"),
        };
        return inspection?.Application is { } application ? $"{application} {inspection.Details?.Summary}".TrimEnd() : transport;
    }
}
