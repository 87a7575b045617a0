using System.Collections;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Text;
using PacketDotNet;

namespace NetMonitor;

/// <summary>The layers of a packet as text, in the manner of protocol analyzers: a line for each layer, and below it a line for each field that counts.</summary>
internal static class PacketLayers
{
    private const int ShownBytes = 64;                  // of a payload
    private const int BytesPerLine = 16;

    public static IReadOnlyList<string> Describe(NetPacket packet)
    {
        List<string> lines = [];
        string captured = packet.CapturedLength < packet.Length ? $", {packet.CapturedLength} of them captured" : "";
        lines.Add($"Frame {packet.Number}: {packet.Length} bytes{captured}, {packet.LinkType}");
        Field(lines, "Time", packet.Time.ToString("O", CultureInfo.InvariantCulture));
        Field(lines, "Interface", packet.Interface);
        for (PacketDotNet.Packet? layer = packet.Packet; layer is not null; layer = layer.PayloadPacket)
        {
            Describe(lines, layer);
        }

        if (packet.Packet is null && packet.Protocol is not null)
        {
            lines.Add($"{packet.Protocol}: {packet.SourceAddress} → {packet.DestinationAddress}");
            Field(lines, "Source port", packet.SourcePort?.ToString(CultureInfo.InvariantCulture));
            Field(lines, "Destination port", packet.DestinationPort?.ToString(CultureInfo.InvariantCulture));
        }

        if (packet.Application is { } application)
        {
            lines.Add($"{application}: {packet.Details?.Summary}".TrimEnd(' ', ':'));
            Describe(lines, packet.Details);
        }

        DescribePayload(lines, packet);
        return lines;
    }

    private static void Describe(List<string> lines, PacketDotNet.Packet layer)
    {
        switch (layer)
        {
            case EthernetPacket ethernet:
                lines.Add($"Ethernet: {Mac(ethernet.SourceHardwareAddress)} → {Mac(ethernet.DestinationHardwareAddress)}");
                Field(lines, "Type", $"{ethernet.Type} (0x{(int)ethernet.Type:x4})");
                break;
            case Ieee8021QPacket vlan:
                lines.Add($"802.1Q: VLAN {vlan.VlanIdentifier}");
                Field(lines, "Priority", vlan.PriorityControlPoint.ToString());
                break;
            case LinuxSllPacket cooked:
                lines.Add($"Linux cooked capture: {cooked.Type}");
                Field(lines, "Protocol", cooked.EthernetProtocolType.ToString());
                break;
            case ArpPacket arp:
                lines.Add($"ARP: {arp.Operation}");
                Field(lines, "Sender", $"{arp.SenderProtocolAddress} ({Mac(arp.SenderHardwareAddress)})");
                Field(lines, "Target", $"{arp.TargetProtocolAddress} ({Mac(arp.TargetHardwareAddress)})");
                break;
            case IPv4Packet ip:
                lines.Add($"IPv4: {ip.SourceAddress} → {ip.DestinationAddress}");
                Field(lines, "Total length", ip.TotalLength);
                Field(lines, "Identification", $"0x{ip.Id:x4}");
                Field(lines, "Fragment", $"flags 0x{ip.FragmentFlags:x}, offset {ip.FragmentOffset}");
                Field(lines, "Time to live", ip.TimeToLive);
                Field(lines, "DSCP and ECN", $"0x{ip.TypeOfService:x2}");
                Field(lines, "Protocol", ip.Protocol.ToString());
                Field(lines, "Checksum", $"0x{ip.Checksum:x4}");
                break;
            case IPv6Packet ip:
                lines.Add($"IPv6: {ip.SourceAddress} → {ip.DestinationAddress}");
                Field(lines, "Payload length", ip.PayloadLength);
                Field(lines, "Hop limit", ip.HopLimit);
                Field(lines, "Flow label", $"0x{ip.FlowLabel:x5}");
                Field(lines, "Next header", ip.NextHeader.ToString());
                break;
            case TcpPacket tcp:
                DescribeTcp(lines, tcp);
                break;
            case UdpPacket udp:
                lines.Add($"UDP: {udp.SourcePort} → {udp.DestinationPort}");
                Field(lines, "Length", udp.Length);
                Field(lines, "Checksum", $"0x{udp.Checksum:x4}");
                break;
            case IcmpV4Packet icmp:
                lines.Add($"ICMP: {icmp.TypeCode}");
                Field(lines, "Identifier", icmp.Id);
                Field(lines, "Sequence", icmp.Sequence);
                break;
            case IcmpV6Packet icmp:
                lines.Add($"ICMPv6: {icmp.Type}");
                Field(lines, "Code", icmp.Code);
                break;
            default:
                lines.Add(layer.GetType().Name.Replace("Packet", "", StringComparison.Ordinal));
                break;
        }
    }

    private static void DescribeTcp(List<string> lines, TcpPacket tcp)
    {
        lines.Add($"TCP: {tcp.SourcePort} → {tcp.DestinationPort}");
        Field(lines, "Flags", NetPacketText.Flags((Packets.TcpFlags)(byte)tcp.Flags));
        Field(lines, "Sequence", tcp.SequenceNumber);
        Field(lines, "Acknowledgment", tcp.AcknowledgmentNumber);
        Field(lines, "Window", tcp.WindowSize);
        Field(lines, "Header length", tcp.DataOffset * 4);
        Field(lines, "Checksum", $"0x{tcp.Checksum:x4}");
        Field(lines, "Options", tcp.Options is { Length: > 0 } options ? Convert.ToHexStringLower(options) : null);
    }

    /// <summary>What was learned, property by property: the names that Details has in every view.</summary>
    private static void Describe(List<string> lines, ApplicationDetails? details)
    {
        foreach (System.Reflection.PropertyInfo property in details?.GetType().GetProperties() ?? [])
        {
            if (property.Name is not (nameof(ApplicationDetails.Summary) or nameof(ApplicationDetails.Outer)) && Text(property.GetValue(details)) is { } text)
            {
                Field(lines, property.Name, text);
            }
        }
    }

    private static string? Text(object? value) => value switch
    {
        null or false or "" => null,
        string text => text,
        IEnumerable items => string.Join(", ", items.Cast<object>()) is { Length: > 0 } list ? list : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static void DescribePayload(List<string> lines, NetPacket packet)
    {
        if (packet.PayloadLength == 0)
        {
            return;
        }

        lines.Add($"Payload: {packet.PayloadLength} bytes");
        ReadOnlySpan<byte> payload = packet.Bytes.AsSpan(packet.PayloadOffset, Math.Min(packet.PayloadLength, ShownBytes));
        for (int at = 0; at < payload.Length; at += BytesPerLine)
        {
            ReadOnlySpan<byte> part = payload[at..Math.Min(payload.Length, at + BytesPerLine)];
            StringBuilder hex = new();
            StringBuilder text = new();
            foreach (byte value in part)
            {
                hex.Append(CultureInfo.InvariantCulture, $"{value:x2} ");
                text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
            }

            lines.Add($"    {at:x4}  {hex.ToString().PadRight(3 * BytesPerLine)} {text}");
        }

        if (packet.PayloadLength > ShownBytes)
        {
            lines.Add("    …");
        }
    }

    private static void Field(List<string> lines, string name, object? value)
    {
        if (value is not null)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"    {name}: {value}"));
        }
    }

    private static string Mac(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
}

/// <summary>Packets in few words.</summary>
internal static class NetPacketText
{
    private static readonly (Packets.TcpFlags Flag, string Name)[] Names =
    [
        (Packets.TcpFlags.Syn, "SYN"), (Packets.TcpFlags.Fin, "FIN"), (Packets.TcpFlags.Rst, "RST"), (Packets.TcpFlags.Psh, "PSH"),
        (Packets.TcpFlags.Ack, "ACK"), (Packets.TcpFlags.Urg, "URG"), (Packets.TcpFlags.Ece, "ECE"), (Packets.TcpFlags.Cwr, "CWR"),
    ];

    /// <summary>"SYN, ACK".</summary>
    public static string Flags(Packets.TcpFlags flags) => string.Join(", ", Names.Where(name => (flags & name.Flag) != 0).Select(name => name.Name));
}
