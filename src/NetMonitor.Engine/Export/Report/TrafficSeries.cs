namespace NetMonitor.Export;

/// <summary>
/// Bytes over time in equal intervals. The interval grows as the time does, so that there are never more than <see cref="Intervals"/> of them
/// (docs/limits.md): from 1 ms on by 2, 10, 20, 100 ms … . Not thread-safe.
/// </summary>
public sealed class TrafficSeries
{
    /// <summary>The most intervals (docs/limits.md).</summary>
    public const int Intervals = 600;

    private const long Millisecond = 1_000_000; // ns
    private const long Second = 1_000 * Millisecond;
    private const long Hour = 3_600 * Second;
    private const long Day = 24 * Hour;

    /// <summary>Widths in nanoseconds. Each divides the next, so intervals can be joined.</summary>
    private static readonly long[] Widths =
    [
        Millisecond, 2 * Millisecond, 10 * Millisecond, 20 * Millisecond, 100 * Millisecond, 200 * Millisecond,
        Second, 2 * Second, 10 * Second, 20 * Second, 60 * Second, 120 * Second, 600 * Second, 1_200 * Second,
        Hour, 2 * Hour, 4 * Hour, Day, 7 * Day, 70 * Day, 700 * Day,
    ];

    private long[] _sent = new long[Intervals];
    private long[] _received = new long[Intervals];
    private int _width;
    private long _first;                                 // number of the first interval, counted from 1970
    private int _count;

    /// <summary>True when nothing was counted.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Length of an interval.</summary>
    public TimeSpan Interval => TimeSpan.FromTicks(Widths[_width] / 100);

    /// <summary>When the first interval begins.</summary>
    public DateTimeOffset Start => DateTimeOffset.UnixEpoch.AddTicks(_first * (Widths[_width] / 100));

    /// <summary>Bytes sent in each interval.</summary>
    public ReadOnlySpan<long> Sent => _sent.AsSpan(0, _count);

    /// <summary>Bytes received in each interval.</summary>
    public ReadOnlySpan<long> Received => _received.AsSpan(0, _count);

    /// <summary>Counts a packet.</summary>
    /// <param name="time">Nanoseconds since 1970.</param>
    /// <param name="bytes">Its bytes at IP level.</param>
    /// <param name="isSent">The local side sent it.</param>
    internal void Add(long time, long bytes, bool isSent)
    {
        int at = Reach(time);
        (isSent ? _sent : _received)[at] += bytes;
    }

    /// <summary>Spreads bytes evenly over a time of which nothing else is known.</summary>
    /// <param name="first">Its begin, nanoseconds since 1970.</param>
    /// <param name="last">Its end.</param>
    /// <param name="sent">Bytes sent.</param>
    /// <param name="received">Bytes received.</param>
    internal void AddOver(long first, long last, long sent, long received)
    {
        last = Math.Max(first, last);
        Reach(last);
        int from = Reach(first);
        int to = Reach(last);
        long span = last - first;
        long width = Widths[_width];
        long doneSent = 0;
        long doneReceived = 0;
        for (int i = from; i <= to; i++)
        {
            long passed = i == to ? span : ((_first + i + 1) * width) - first;
            long untilSent = i == to ? sent : (long)((Int128)sent * passed / span);
            long untilReceived = i == to ? received : (long)((Int128)received * passed / span);
            _sent[i] += untilSent - doneSent;
            _received[i] += untilReceived - doneReceived;
            doneSent = untilSent;
            doneReceived = untilReceived;
        }
    }

    /// <summary>The index of the interval of a time; makes room for it.</summary>
    private int Reach(long time)
    {
        while (true)
        {
            long number = Number(time, Widths[_width]);
            if (_count == 0)
            {
                _first = number;
                _count = 1;
            }

            long at = number - _first;
            if (at >= 0 && at < _count)
            {
                return (int)at;
            }

            if (at >= _count && at < Intervals)
            {
                _count = (int)at + 1;
                return (int)at;
            }

            if (at < 0 && _count - at <= Intervals)
            {
                MoveRight((int)-at);
                _first = number;
                return 0;
            }

            Widen();
        }
    }

    private void MoveRight(int by)
    {
        foreach (long[] values in (long[][])[_sent, _received])
        {
            values.AsSpan(0, _count).CopyTo(values.AsSpan(by));
            values.AsSpan(0, by).Clear();
        }

        _count += by;
    }

    private void Widen()
    {
        long ratio = Widths[_width + 1] / Widths[_width]; // the last width holds more than a long of nanoseconds can say
        long first = Number(_first, ratio);
        _sent = Join(_sent, ratio, first);
        _received = Join(_received, ratio, first);
        _count = (int)(Number(_first + _count - 1, ratio) - first) + 1;
        _first = first;
        _width++;
    }

    private long[] Join(long[] values, long ratio, long first)
    {
        long[] joined = new long[Intervals];
        for (int i = 0; i < _count; i++)
        {
            joined[Number(_first + i, ratio) - first] += values[i];
        }

        return joined;
    }

    /// <summary>Rounds down, before 1970 too.</summary>
    private static long Number(long value, long width) => (value / width) - (value % width < 0 ? 1 : 0);
}
