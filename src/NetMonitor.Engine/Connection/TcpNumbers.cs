namespace NetMonitor;

/// <summary>What a watcher learns from one TCP connection's headers; counts are of both directions unless they say otherwise.</summary>
public sealed record TcpNumbers
{
    /// <summary>Smoothed round-trip time between here and the remote end (RFC 6298), or null.</summary>
    public TimeSpan? SmoothedRtt { get; internal init; }

    /// <summary>Mean deviation of the round-trip time (RFC 6298, RTTVAR), or null.</summary>
    public TimeSpan? RttVariance { get; internal init; }

    /// <summary>Shortest round-trip time measured, or null.</summary>
    public TimeSpan? MinimumRtt { get; internal init; }

    /// <summary>Longest round-trip time measured, or null.</summary>
    public TimeSpan? MaximumRtt { get; internal init; }

    /// <summary>From SYN to the ACK that ends the handshake (Wireshark's initial RTT), or null.</summary>
    public TimeSpan? HandshakeRtt { get; internal init; }

    /// <summary>From SYN to SYN-ACK: from here to the server and back, or null.</summary>
    public TimeSpan? ServerHandshakeRtt { get; internal init; }

    /// <summary>From SYN-ACK to ACK: from here to the client and back, or null.</summary>
    public TimeSpan? ClientHandshakeRtt { get; internal init; }

    /// <summary>Segments sent again.</summary>
    public long Retransmissions { get; internal init; }

    /// <summary>Those of them that duplicate ACKs had asked for.</summary>
    public long FastRetransmissions { get; internal init; }

    /// <summary>Those of them that had been acknowledged already.</summary>
    public long SpuriousRetransmissions { get; internal init; }

    /// <summary>Segments that were overtaken on their way.</summary>
    public long OutOfOrder { get; internal init; }

    /// <summary>Acknowledgments that say the same again.</summary>
    public long DuplicateAcks { get; internal init; }

    /// <summary>Times a segment was not seen before a later one.</summary>
    public long LostSegments { get; internal init; }

    /// <summary>Segments that announced a window of zero.</summary>
    public long ZeroWindows { get; internal init; }

    /// <summary>Segments that filled the other side's window.</summary>
    public long WindowFull { get; internal init; }

    /// <summary>Keep-alive segments.</summary>
    public long KeepAlives { get; internal init; }

    /// <summary>Window the local side announced last, bytes, scaled.</summary>
    public long? LocalWindow { get; internal init; }

    /// <summary>Window the remote side announced last, bytes, scaled.</summary>
    public long? RemoteWindow { get; internal init; }
}

/// <summary>What the kernel of this machine says of its end of a TCP connection (Linux: tcp_info).</summary>
public sealed record KernelNumbers
{
    /// <summary>Smoothed round-trip time.</summary>
    public TimeSpan? Rtt { get; internal init; }

    /// <summary>Mean deviation of the round-trip time.</summary>
    public TimeSpan? RttVariance { get; internal init; }

    /// <summary>Shortest round-trip time.</summary>
    public TimeSpan? MinimumRtt { get; internal init; }

    /// <summary>Congestion window, segments.</summary>
    public long? CongestionWindow { get; internal init; }

    /// <summary>Segments this end sent again.</summary>
    public long? Retransmits { get; internal init; }

    /// <summary>Delivery rate, bytes per second.</summary>
    public long? DeliveryRate { get; internal init; }

    /// <summary>Bytes this end sent, payload.</summary>
    public long? BytesSent { get; internal init; }

    /// <summary>Bytes this end received, payload.</summary>
    public long? BytesReceived { get; internal init; }
}
