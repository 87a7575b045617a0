namespace NetMonitor.Packets;

/// <summary>
/// Reads the headers of a frame, once, and says which packets are in it. Not thread-safe: it holds the fragments it waits for.
/// </summary>
public sealed class PacketDecoder
{
    /// <summary>The most IP layers of one frame that are looked into (outermost counted).</summary>
    public const int MaxDepth = 8;

    /// <summary>What was met and could not be used, by reason.</summary>
    public DecodeCounters Counters { get; } = new();

    /// <summary>The reassembled datagrams that packets marked <see cref="PacketTraits.Reassembled"/> point into. Valid until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Reassembly => default;

    /// <summary>Decodes one frame.</summary>
    /// <param name="frame">The captured bytes, from the link-layer header on.</param>
    /// <param name="link">What the first byte is.</param>
    /// <param name="wireLength">The frame's length on the wire, in bytes; at least the captured length.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    /// <param name="packets">Receives the packets, outermost first. At least <see cref="MaxDepth"/> long.</param>
    /// <returns>How many packets were written; 0 for frames without IP or ARP, which <see cref="Counters"/> names. Never throws on any input.</returns>
    public int Decode(ReadOnlySpan<byte> frame, LinkType link, int wireLength, long timestamp, Span<Packet> packets) => 0;

    /// <summary>Ends a batch: what <see cref="Reassembly"/> held may be overwritten.</summary>
    public void Reset()
    {
    }
}

/// <summary>Frames and packets that a <see cref="PacketDecoder"/> met and could not use. Written by one thread, readable by all.</summary>
public sealed class DecodeCounters
{
}
