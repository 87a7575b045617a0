using System.Runtime.CompilerServices;

namespace NetMonitor.Flows;

/// <summary>
/// What each side sent in each of the last ten whole seconds and in each ten seconds of the last minute. Touched once a second at most, and only
/// for flows that live longer than one.
/// </summary>
internal struct LongRates
{
    /// <summary>The longest window, seconds: what is older counts nowhere.</summary>
    public const int Longest = 60;

    private const int Ten = 10;
    private const int TensKept = (Longest / Ten) + 1; // the oldest counts in part

    private Seconds _secondsA;
    private Seconds _secondsB;
    private Tens _tensA;
    private Tens _tensB;

    [InlineArray(Ten)]
    private struct Seconds
    {
        private uint _first;
    }

    [InlineArray(TensKept)]
    private struct Tens
    {
        private float _first;
    }

    /// <summary>A becomes B.</summary>
    public void SwapSides()
    {
        (_secondsA, _secondsB) = (_secondsB, _secondsA);
        (_tensA, _tensB) = (_tensB, _tensA);
    }

    /// <summary>Takes in a second that is over.</summary>
    /// <param name="second">Which, since 1970.</param>
    /// <param name="bytes">What the sides sent in it.</param>
    /// <param name="next">The second that goes on now; nothing was sent between the two.</param>
    public void Push(long second, BySide<uint> bytes, long next)
    {
        _secondsA[SecondAt(second)] = bytes.A;
        _secondsB[SecondAt(second)] = bytes.B;
        int tens = TenAt(second / Ten);
        _tensA[tens] += bytes.A;
        _tensB[tens] += bytes.B;
        for (long silent = second + 1; silent < next && silent <= second + Ten; silent++)
        {
            _secondsA[SecondAt(silent)] = _secondsB[SecondAt(silent)] = 0;
        }

        for (long silent = (second / Ten) + 1; silent <= next / Ten && silent <= (second / Ten) + TensKept; silent++)
        {
            _tensA[TenAt(silent)] = _tensB[TenAt(silent)] = 0;
        }
    }

    /// <summary>Bytes per second over 1, 10 and 60 seconds that end at <paramref name="now"/>. What a window holds of its oldest part is taken to be spread evenly.</summary>
    /// <param name="side">Whose.</param>
    /// <param name="window">The flow's last two seconds.</param>
    /// <param name="last">The time of its last packet.</param>
    /// <param name="now">Not before <paramref name="last"/>.</param>
    public readonly RateSet Read(int side, in RateWindow window, long last, long now)
    {
        long current = last / UnixTime.NanosecondsPerSecond;
        long second = now / UnixTime.NanosecondsPerSecond;
        double passed = now % UnixTime.NanosecondsPerSecond / (double)UnixTime.NanosecondsPerSecond;
        double ten = 0;
        for (long s = second - Ten; s <= second; s++)
        {
            double bytes = s == current ? window.Current[side] : s < current && s >= current - Ten ? SecondOf(side, s) : 0;
            ten += s == second - Ten ? bytes * (1 - passed) : bytes;
        }

        double sixty = 0;
        long oldest = (second / Ten) - (Longest / Ten);
        double left = 1 - (((second % Ten) + passed) / Ten);
        for (long t = oldest; t <= second / Ten; t++)
        {
            double bytes = t <= current / Ten && t > (current / Ten) - TensKept ? TenOf(side, t) : 0;
            bytes += t == current / Ten ? window.Current[side] : 0;
            sixty += t == oldest ? bytes * left : bytes;
        }

        return new RateSet(window.PerSecond(side, last, now), ten / Ten, sixty / Longest);
    }

    private readonly uint SecondOf(int side, long second) => side == 0 ? _secondsA[SecondAt(second)] : _secondsB[SecondAt(second)];

    private readonly float TenOf(int side, long ten) => side == 0 ? _tensA[TenAt(ten)] : _tensB[TenAt(ten)];

    private static int SecondAt(long second) => (int)((ulong)second % Ten); // A capture may begin at time 0.

    private static int TenAt(long ten) => (int)((ulong)ten % TensKept);
}

/// <summary>The <see cref="LongRates"/> of the flows that have some, used again and again. One thread uses it.</summary>
internal sealed class LongRatesPool
{
    private const int ChunkBits = 8;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<LongRates[]> _chunks = [];
    private readonly Stack<int> _free = new();
    private int _used;

    /// <summary>How many are in use.</summary>
    public int Count => _used - _free.Count;

    public ref LongRates this[int number] => ref _chunks[number >> ChunkBits][number & (ChunkSize - 1)];

    /// <summary>An empty one.</summary>
    public int Take()
    {
        if (_free.TryPop(out int number))
        {
            return number;
        }

        if (_used == _chunks.Count << ChunkBits)
        {
            _chunks.Add(new LongRates[ChunkSize]);
        }

        return _used++;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _chunks.Clear();
        _free.Clear();
        _used = 0;
    }

    public void Give(int number)
    {
        this[number] = default;
        _free.Push(number);
    }
}

/// <summary>The rates of something counted as a whole: bytes of all flows, connections opened and closed. Two counts side by side.</summary>
internal sealed class RateMeter
{
    private RateWindow _window;
    private LongRates _long;
    private long _last;

    /// <summary>Counts something.</summary>
    /// <param name="side">Which of the two counts.</param>
    /// <param name="amount">How much.</param>
    /// <param name="now">Nanoseconds since 1970; an earlier time than before counts as the latest.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int side, int amount, long now)
    {
        if (now > _last)
        {
            if (RateWindow.IsDue(_last, now))
            {
                Advance(now);
            }

            _last = now;
        }

        _window.Add(side, amount);
    }

    public double Fading(int side, long now) => _window.Fading(side, _last, now);

    public RateSet Read(int side, long now) => _long.Read(side, _window, _last, Math.Max(now, _last));

    private void Advance(long now)
    {
        long second = _last / UnixTime.NanosecondsPerSecond;
        long next = now / UnixTime.NanosecondsPerSecond;
        if (second != next)
        {
            _long.Push(second, _window.Current, next);
        }

        _window.Advance(_last, now);
    }
}
