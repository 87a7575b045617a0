namespace NetMonitor.View;

/// <summary>What one process sent and received, and with whom. Sent is egress, received ingress; bytes at IP level.</summary>
internal sealed record ActivityRow
{
    /// <summary>Its name; <see cref="Unknown"/> collects what has no known owner.</summary>
    public required string Name { get; init; }

    public int Connections { get; init; }

    public double SendRate { get; init; }

    public double ReceiveRate { get; init; }

    /// <summary>Over the last 60 seconds.</summary>
    public long SentLately { get; init; }

    /// <summary>Over the last 60 seconds.</summary>
    public long ReceivedLately { get; init; }

    /// <summary>Since the view was opened, closed connections included.</summary>
    public long Sent { get; init; }

    /// <summary>Since the view was opened, closed connections included.</summary>
    public long Received { get; init; }

    /// <summary>Its name where the owner of a connection is not known.</summary>
    public const string Unknown = "(unknown)";

    /// <summary>The process of a connection.</summary>
    public static string NameOf(NetConnection row) => row.ProcessName ?? Unknown;
}

/// <summary>One process's sums while they are added up.</summary>
internal sealed class ProcessSums
{
    private readonly Queue<(long At, long Sent, long Received)> _lately = new();
    private long _sentLately;
    private long _receivedLately;
    private long _sent;
    private long _received;

    /// <summary>Bytes since the last tick.</summary>
    public long SentNow { get; set; }

    /// <summary>Bytes since the last tick.</summary>
    public long ReceivedNow { get; set; }

    public int Connections { get; set; }

    /// <summary>True when nothing is left to say about it.</summary>
    public bool IsOver => Connections == 0 && _lately.Count == 0;

    /// <summary>Ends a tick.</summary>
    /// <param name="now">The time, ticks.</param>
    /// <param name="window">How long "lately" is, ticks.</param>
    public void Advance(long now, long window)
    {
        if (SentNow != 0 || ReceivedNow != 0)
        {
            _lately.Enqueue((now, SentNow, ReceivedNow));
            (_sentLately, _receivedLately) = (_sentLately + SentNow, _receivedLately + ReceivedNow);
            (_sent, _received) = (_sent + SentNow, _received + ReceivedNow);
        }

        while (_lately.TryPeek(out (long At, long Sent, long Received) first) && first.At <= now - window)
        {
            _lately.Dequeue();
            (_sentLately, _receivedLately) = (_sentLately - first.Sent, _receivedLately - first.Received);
        }
    }

    public ActivityRow ToRow(string name, TimeSpan elapsed) => new()
    {
        Name = name,
        Connections = Connections,
        SendRate = elapsed > TimeSpan.Zero ? SentNow / elapsed.TotalSeconds : 0,
        ReceiveRate = elapsed > TimeSpan.Zero ? ReceivedNow / elapsed.TotalSeconds : 0,
        SentLately = _sentLately,
        ReceivedLately = _receivedLately,
        Sent = _sent,
        Received = _received,
    };
}
