using System.Net;
using NetMonitor.Packets;

namespace NetMonitor;

/// <summary>One packet of a capture, decoded for a person to look at.</summary>
public sealed class NetPacket
{
    private PacketDotNet.Packet? _packet;
    private bool _parsed;

    /// <summary>Its place in the capture, from 1.</summary>
    public long Number { get; internal init; }

    /// <summary>When it was captured.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>The interface it was captured on, as the capture names it; null where it does not.</summary>
    public string? Interface { get; internal init; }

    /// <summary>Bytes on the wire.</summary>
    public int Length { get; internal init; }

    /// <summary>Bytes captured.</summary>
    public int CapturedLength => Bytes.Length;

    /// <summary>What its first byte is.</summary>
    public LinkType LinkType { get; internal init; }

    /// <summary>Sender, of the innermost IP or ARP packet; null when there is none.</summary>
    public IPAddress? SourceAddress { get; internal init; }

    /// <summary>The sender's port, or null.</summary>
    public int? SourcePort { get; internal init; }

    /// <summary>Receiver, or null.</summary>
    public IPAddress? DestinationAddress { get; internal init; }

    /// <summary>The receiver's port, or null.</summary>
    public int? DestinationPort { get; internal init; }

    /// <summary>The transport protocol, or null when the packet could not be decoded that far.</summary>
    public TransportProtocol? Protocol { get; internal init; }

    /// <summary>TCP control bits; null when it is not TCP.</summary>
    public TcpFlags? Flags { get; internal init; }

    /// <summary>What its payload is, told from this packet alone; null when it cannot be told so.</summary>
    public string? Application { get; internal init; }

    /// <summary>One line: what a person wants to see first.</summary>
    public string Info { get; internal init; } = "";

    /// <summary>The frame as captured.</summary>
    public byte[] Bytes { get; internal init; } = [];

    /// <summary>Where the payload of the innermost transport begins in <see cref="Bytes"/>; 0 when there is none.</summary>
    public int PayloadOffset { get; internal init; }

    /// <summary>Bytes of that payload that were captured.</summary>
    public int PayloadLength { get; internal init; }

    /// <summary>That payload.</summary>
    public byte[] Payload => Bytes.AsSpan(PayloadOffset, PayloadLength).ToArray();

    /// <summary>What inspection learned from this packet alone, or null.</summary>
    public ApplicationDetails? Details { get; internal init; }

    /// <summary>The packet as PacketDotNet reads it, layer in layer, for a look at single fields; null for links that it does not know.</summary>
    public PacketDotNet.Packet? Packet
    {
        get
        {
            if (!_parsed)
            {
                _packet = Parse();
                _parsed = true;
            }

            return _packet;
        }
    }

    /// <summary>The layers and their fields as lines of text, the outermost first.</summary>
    public IReadOnlyList<string> Layers => PacketLayers.Describe(this);

    /// <inheritdoc/>
    public override string ToString() => $"{Number} {Info}";

    private PacketDotNet.Packet? Parse()
    {
        try
        {
            return PacketDotNet.Packet.ParsePacket((PacketDotNet.LinkLayers)LinkType, Bytes);
        }
        catch (Exception e) when (e is NotImplementedException or NotSupportedException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null; // A link it does not know, or bytes it does not expect.
        }
    }
}
