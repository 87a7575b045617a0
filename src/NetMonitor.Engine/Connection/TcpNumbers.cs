namespace NetMonitor;

/// <summary>What a watcher learns from one TCP connection's headers; counts are of both directions unless they say otherwise.</summary>
public sealed record TcpNumbers
{
    // A row has one of these, and there are many rows: 32 bits each. Of what may be missing one more than its value, so that 0 is missing; times in ticks.
    private readonly uint _smoothedRtt;
    private readonly uint _rttVariance;
    private readonly uint _minimumRtt;
    private readonly uint _maximumRtt;
    private readonly uint _handshakeRtt;
    private readonly uint _serverHandshakeRtt;
    private readonly uint _clientHandshakeRtt;
    private readonly uint _localWindow;
    private readonly uint _remoteWindow;
    private readonly uint _retransmissions;
    private readonly uint _fastRetransmissions;
    private readonly uint _spuriousRetransmissions;
    private readonly uint _outOfOrder;
    private readonly uint _duplicateAcks;
    private readonly uint _lostSegments;
    private readonly uint _zeroWindows;
    private readonly uint _windowFull;
    private readonly uint _keepAlives;

    /// <summary>Smoothed round-trip time between here and the remote end (RFC 6298), or null.</summary>
    public TimeSpan? SmoothedRtt { get => Time(_smoothedRtt); internal init => _smoothedRtt = Ticks(value); }

    /// <summary>Mean deviation of the round-trip time (RFC 6298, RTTVAR), or null.</summary>
    public TimeSpan? RttVariance { get => Time(_rttVariance); internal init => _rttVariance = Ticks(value); }

    /// <summary>Shortest round-trip time measured, or null.</summary>
    public TimeSpan? MinimumRtt { get => Time(_minimumRtt); internal init => _minimumRtt = Ticks(value); }

    /// <summary>Longest round-trip time measured, or null.</summary>
    public TimeSpan? MaximumRtt { get => Time(_maximumRtt); internal init => _maximumRtt = Ticks(value); }

    /// <summary>From SYN to the ACK that ends the handshake (Wireshark's initial RTT), or null.</summary>
    public TimeSpan? HandshakeRtt { get => Time(_handshakeRtt); internal init => _handshakeRtt = Ticks(value); }

    /// <summary>From SYN to SYN-ACK: from here to the server and back, or null.</summary>
    public TimeSpan? ServerHandshakeRtt { get => Time(_serverHandshakeRtt); internal init => _serverHandshakeRtt = Ticks(value); }

    /// <summary>From SYN-ACK to ACK: from here to the client and back, or null.</summary>
    public TimeSpan? ClientHandshakeRtt { get => Time(_clientHandshakeRtt); internal init => _clientHandshakeRtt = Ticks(value); }

    /// <summary>Segments sent again.</summary>
    public long Retransmissions { get => _retransmissions; internal init => _retransmissions = checked((uint)value); }

    /// <summary>Those of them that duplicate ACKs had asked for.</summary>
    public long FastRetransmissions { get => _fastRetransmissions; internal init => _fastRetransmissions = checked((uint)value); }

    /// <summary>Those of them that had been acknowledged already.</summary>
    public long SpuriousRetransmissions { get => _spuriousRetransmissions; internal init => _spuriousRetransmissions = checked((uint)value); }

    /// <summary>Segments that were overtaken on their way.</summary>
    public long OutOfOrder { get => _outOfOrder; internal init => _outOfOrder = checked((uint)value); }

    /// <summary>Acknowledgments that say the same again.</summary>
    public long DuplicateAcks { get => _duplicateAcks; internal init => _duplicateAcks = checked((uint)value); }

    /// <summary>Times a segment was not seen before a later one.</summary>
    public long LostSegments { get => _lostSegments; internal init => _lostSegments = checked((uint)value); }

    /// <summary>Segments that announced a window of zero.</summary>
    public long ZeroWindows { get => _zeroWindows; internal init => _zeroWindows = checked((uint)value); }

    /// <summary>Segments that filled the other side's window.</summary>
    public long WindowFull { get => _windowFull; internal init => _windowFull = checked((uint)value); }

    /// <summary>Keep-alive segments.</summary>
    public long KeepAlives { get => _keepAlives; internal init => _keepAlives = checked((uint)value); }

    /// <summary>Window the local side announced last, bytes, scaled.</summary>
    public long? LocalWindow { get => Window(_localWindow); internal init => _localWindow = Kept(value); }

    /// <summary>Window the remote side announced last, bytes, scaled.</summary>
    public long? RemoteWindow { get => Window(_remoteWindow); internal init => _remoteWindow = Kept(value); }

    private static TimeSpan? Time(uint ticks) => ticks == 0 ? null : TimeSpan.FromTicks(ticks - 1);

    private static long? Window(uint kept) => kept == 0 ? null : kept - 1L;

    private static uint Kept(long? window) => window is { } known ? checked((uint)known + 1) : 0;

    private static uint Ticks(TimeSpan? time) => time is { } known ? (uint)Math.Min(known.Ticks + 1, uint.MaxValue) : 0;
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
