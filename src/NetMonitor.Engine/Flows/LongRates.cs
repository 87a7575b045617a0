using System.Runtime.CompilerServices;

namespace NetMonitor.Flows;

/// <summary>
/// What each side sent in each of the last ten whole seconds and in each ten seconds of the last minute. Touched once a second at most, and only
/// for flows that live longer than one.
/// </summary>
internal struct LongRates
{
    /// <summary>Bytes: two lines of 64. What a second that is over touches is one place of the first ten, and every ten seconds one of the rest.</summary>
    public const int Size = (Ten + TensKept) * 2 * sizeof(uint);

    /// <summary>The longest window, seconds: what is older counts nowhere.</summary>
    public const int Longest = 60;

    private const int Ten = 10;
    private const int TensKept = Longest / Ten; // that are over; the one that goes on is in the seconds

    private Seconds _seconds;
    private Tens _tens;

    [InlineArray(Ten)]
    private struct Seconds
    {
        private BySide<uint> _first;
    }

    [InlineArray(TensKept)]
    private struct Tens
    {
        private BySide<float> _first;
    }

    /// <summary>A becomes B.</summary>
    public void SwapSides()
    {
        foreach (ref BySide<uint> second in _seconds)
        {
            (second.A, second.B) = (second.B, second.A);
        }

        foreach (ref BySide<float> ten in _tens)
        {
            (ten.A, ten.B) = (ten.B, ten.A);
        }
    }

    /// <summary>Takes in a second that is over.</summary>
    /// <param name="second">Which, since 1970.</param>
    /// <param name="bytes">What the sides sent in it.</param>
    /// <param name="next">The second that goes on now; nothing was sent between the two.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Push(long second, BySide<uint> bytes, long next)
    {
        _seconds[SecondAt(second)] = bytes;
        long ten = second / Ten;
        if (ten != next / Ten)
        {
            _tens[TenAt(ten)] = new BySide<float> { A = SumOf(0, ten, second), B = SumOf(1, ten, second) };
            for (long silent = ten + 1; silent < next / Ten && silent <= ten + TensKept; silent++)
            {
                _tens[TenAt(silent)] = default;
            }
        }

        for (long silent = second + 1; silent < next && silent <= second + Ten; silent++)
        {
            _seconds[SecondAt(silent)] = default;
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
        if ((second / Ten) - (current / Ten) > Longest / Ten)
        {
            return default; // It has been silent for longer.
        }

        double passed = now % UnixTime.NanosecondsPerSecond / (double)UnixTime.NanosecondsPerSecond;
        double ten = 0;
        for (long s = Math.Max(second, current) - Ten; s <= current; s++)
        {
            double bytes = s == current ? window.Current[side] : _seconds[SecondAt(s)][side];
            ten += s == second - Ten ? bytes * (1 - passed) : bytes;
        }

        double sixty = 0;
        long oldest = (second / Ten) - (Longest / Ten);
        double left = 1 - (((second % Ten) + passed) / Ten);
        for (long t = Math.Max(oldest, (current / Ten) - TensKept); t <= current / Ten; t++)
        {
            double bytes = t == current / Ten ? SumOf(side, t, current - 1) + (double)window.Current[side] : _tens[TenAt(t)][side];
            sixty += t == oldest ? bytes * left : bytes;
        }

        return new RateSet(window.PerSecond(side, last, now), ten / Ten, sixty / Longest);
    }

    /// <summary>The same of a flow whose last second is all there is.</summary>
    /// <param name="side">Whose.</param>
    /// <param name="window">The flow's last two seconds.</param>
    /// <param name="last">The time of its last packet.</param>
    /// <param name="now">Not before <paramref name="last"/>.</param>
    public static RateSet ReadAlone(int side, in RateWindow window, long last, long now)
    {
        long current = last / UnixTime.NanosecondsPerSecond;
        long second = now / UnixTime.NanosecondsPerSecond;
        double passed = now % UnixTime.NanosecondsPerSecond / (double)UnixTime.NanosecondsPerSecond;
        double bytes = window.Current[side];
        double ten = Part(second - current, Ten, 1 - passed);
        double sixty = Part((second / Ten) - (current / Ten), Longest / Ten, 1 - (((second % Ten) + passed) / Ten));
        return new RateSet(window.PerSecond(side, last, now), bytes * ten / Ten, bytes * sixty / Longest);
    }

    /// <summary>How much of something counts that is so many steps old: all within a window, of its oldest step a part.</summary>
    private static double Part(long age, long oldest, double part) => age < oldest ? 1 : age == oldest ? part : 0;

    /// <summary>What a side sent in a ten that goes on.</summary>
    /// <param name="side">The side.</param>
    /// <param name="ten">The ten.</param>
    /// <param name="last">The last of its seconds that counts; one before the ten for none.</param>
    private readonly float SumOf(int side, long ten, long last)
    {
        float sum = 0;
        for (long second = ten * Ten; second <= last; second++)
        {
            sum += _seconds[SecondAt(second)][side];
        }

        return sum;
    }

    private static int SecondAt(long second) => (int)((ulong)second % Ten); // A capture may begin at time 0.

    private static int TenAt(long ten) => (int)((ulong)ten % TensKept);
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
    public void Add(int side, long amount, long now)
    {
        if (now > _last)
        {
            if (!RateWindow.IsIn(RateWindow.TickOf(_last), now))
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
