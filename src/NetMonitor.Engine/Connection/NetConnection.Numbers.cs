namespace NetMonitor;

/// <content>How much, how fast, how healthy, and how long it will stay.</content>
public sealed partial class NetConnection
{
    /// <summary>Bytes the local side sent, at IP level (IP headers included), as the wire says.</summary>
    public long BytesSent { get; internal init; }

    /// <summary>Bytes the local side received, at IP level.</summary>
    public long BytesReceived { get; internal init; }

    /// <summary>IP packets the local side sent.</summary>
    public long PacketsSent { get; internal init; }

    /// <summary>IP packets the local side received.</summary>
    public long PacketsReceived { get; internal init; }

    /// <summary>Bytes of transport payload the local side sent, as the headers say.</summary>
    public long PayloadSent { get; internal init; }

    /// <summary>Bytes of transport payload the local side received.</summary>
    public long PayloadReceived { get; internal init; }

    /// <summary>Bytes per second sent: the rate that tables show.</summary>
    public double SendRate { get; internal init; }

    /// <summary>Bytes per second received: the rate that tables show.</summary>
    public double ReceiveRate { get; internal init; }

    /// <summary>Bytes per second sent over the last 1, 10 and 60 seconds.</summary>
    public RateSet SendRates { get; internal init; }

    /// <summary>Bytes per second received over the last 1, 10 and 60 seconds.</summary>
    public RateSet ReceiveRates { get; internal init; }

    /// <summary>The best round-trip time known (TCP: smoothed; else that of the handshake or of request and response), or null when it could not be measured.</summary>
    public TimeSpan? Rtt { get; internal init; }

    /// <summary>What TCP's sequence numbers, acknowledgments and windows tell; null for other protocols.</summary>
    public TcpNumbers? Tcp { get; internal init; }

    /// <summary>What the kernel's own socket says (Linux: tcp_info); null where it was not asked or does not know the connection.</summary>
    public KernelNumbers? Kernel { get; internal init; }

    /// <summary>TCP segments sent again, both directions; null for other protocols.</summary>
    public long? Retransmits { get; internal init; }

    /// <summary>TCP segments that arrived out of order, both directions; null for other protocols.</summary>
    public long? OutOfOrder { get; internal init; }

    /// <summary>Share of data segments that had to be sent again, 0 to 1; null where it cannot be told.</summary>
    public double? LossRatio { get; internal init; }

    /// <summary>Zeek's word for the connection's life so far (S0, S1, SF, REJ …), as in its conn.log; null for protocols without one.</summary>
    public string? ConnState { get; internal init; }

    /// <summary>Zeek's history letters in order of first appearance (ShADadFf; upper case: originator), or null.</summary>
    public string? History { get; internal init; }

    /// <summary>Why it closed; null while it is open.</summary>
    public CloseReason? CloseReason { get; internal init; }

    /// <summary>The silence after which it leaves the table.</summary>
    public TimeSpan Timeout { get; internal init; }

    /// <summary>How much of <see cref="Timeout"/> has passed in silence, 0 to 1.</summary>
    public double TimeoutRatio { get; internal init; }

    /// <summary>How close to its timeout it is.</summary>
    public Staleness Staleness { get; internal init; }

    /// <summary>True when it has closed or timed out.</summary>
    public bool IsHistoric { get; internal init; }
}

/// <summary>Bytes per second over windows that end now.</summary>
/// <param name="OneSecond">Over the last second.</param>
/// <param name="TenSeconds">Over the last 10 seconds.</param>
/// <param name="SixtySeconds">Over the last 60 seconds.</param>
public readonly record struct RateSet(double OneSecond, double TenSeconds, double SixtySeconds);

/// <summary>Why a connection closed.</summary>
public enum CloseReason
{
    /// <summary>Both sides said they were done (TCP FIN, QUIC CONNECTION_CLOSE).</summary>
    Finished,

    /// <summary>One side broke it off (TCP RST).</summary>
    Reset,

    /// <summary>It was silent for its timeout.</summary>
    TimedOut,

    /// <summary>A new connection of the same ports and addresses took its place.</summary>
    Replaced,

    /// <summary>The table was full and it mattered least.</summary>
    Evicted,
}
