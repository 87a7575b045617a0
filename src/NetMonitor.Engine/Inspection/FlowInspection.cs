using NetMonitor.Packets;

namespace NetMonitor.Inspection;

/// <summary>
/// The inspection of one flow, from its first payload byte until it is classified and nothing more is expected: finds the protocol, feeds the
/// inspector (for TCP through reassembly), keeps the result. Used by one thread.
/// </summary>
public sealed class FlowInspection
{
    /// <summary>Begins the inspection of a flow.</summary>
    public FlowInspection(in FlowContext context)
    {
    }

    /// <summary>True when no further packet is wanted. Buffers have been given back; the result stays.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Grows by one whenever one of the results below changed.</summary>
    public int Version { get; private set; }

    /// <summary>The protocol, or null.</summary>
    public string? Application { get; private set; }

    /// <summary>How sure that is.</summary>
    public Confidence? Confidence { get; private set; }

    /// <summary>The state the protocol gives the connection, or null.</summary>
    public ConnectionState? State { get; private set; }

    /// <summary>What was learned, or null. Builds the record when something changed since it was last asked for.</summary>
    public ApplicationDetails? Details { get; private set; }

    /// <summary>A TCP segment.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="sequence">Its sequence number (of the SYN, when it has one).</param>
    /// <param name="flags">Its control bits.</param>
    /// <param name="payload">Its payload as captured; may be empty.</param>
    /// <param name="wireLength">Its payload's length on the wire; what was not captured is a gap.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    public void Segment(Side from, uint sequence, TcpFlags flags, ReadOnlySpan<byte> payload, int wireLength, long timestamp)
    {
    }

    /// <summary>A UDP datagram.</summary>
    public void Datagram(Side from, ReadOnlySpan<byte> payload, long timestamp)
    {
    }

    /// <summary>Ends the inspection (the flow closed or timed out): buffers go back.</summary>
    public void Close()
    {
    }
}
