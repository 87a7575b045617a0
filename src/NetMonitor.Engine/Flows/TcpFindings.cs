namespace NetMonitor.Flows;

/// <summary>What one TCP segment tells of the path, a bit each: the markers of Wireshark's <c>tcp.analysis</c> by the same rules (docs/numbers.md).</summary>
[Flags]
internal enum TcpFindings : ushort
{
    None = 0,

    /// <summary>Sent again, for whatever reason: set with <see cref="FastRetransmission"/> and <see cref="SpuriousRetransmission"/> too.</summary>
    Retransmission = 1,

    /// <summary>Sent again within 20 ms of an acknowledgment that had been repeated twice.</summary>
    FastRetransmission = 2,

    /// <summary>Sent again though it had been acknowledged.</summary>
    SpuriousRetransmission = 4,

    /// <summary>Overtaken on its way.</summary>
    OutOfOrder = 8,

    /// <summary>An acknowledgment that repeats the one before.</summary>
    DuplicateAck = 16,

    /// <summary>A segment before this one was not seen.</summary>
    LostSegment = 32,

    /// <summary>Announces a window of zero.</summary>
    ZeroWindow = 64,

    /// <summary>Fills the other side's window.</summary>
    WindowFull = 128,

    /// <summary>Asks whether the other side is still there.</summary>
    KeepAlive = 256,

    /// <summary>Answers a keep-alive.</summary>
    KeepAliveAck = 512,

    /// <summary>One byte against a window of zero.</summary>
    ZeroWindowProbe = 1024,

    /// <summary>Answers such a byte.</summary>
    ZeroWindowProbeAck = 2048,

    /// <summary>Acknowledges what was not seen.</summary>
    AckedUnseen = 4096,
}
