using System.Runtime.CompilerServices;

namespace NetMonitor.Flows;

/// <summary>
/// What each side sent in this second of the capture's clock and in the one before, and a sum that fades: what every packet touches. The time of
/// the last addition is kept by the owner, in the entry's <see cref="FlowEntry.Last"/>.
/// </summary>
internal struct RateWindow
{
    /// <summary>How finely the fading sum follows the clock, per second.</summary>
    private const int TicksPerSecond = 64;
    private const long Tick = UnixTime.NanosecondsPerSecond / TicksPerSecond;

    /// <summary>After so many seconds nothing is left of it (e to the power of minus 10).</summary>
    private const int FadedAfter = 10;

    private static readonly float[] Factors = MakeFactors();

    private BySide<uint> _current;
    private BySide<uint> _previous;
    private BySide<float> _fading;

    /// <summary>What the sides sent in the second of the last addition, bytes.</summary>
    public readonly BySide<uint> Current => _current;

    /// <summary>When the tick began that a time is in. An addition in another tick than the last one's needs <see cref="Advance"/> before it.</summary>
    public static long TickOf(long time) => time - (time % Tick);

    /// <summary>True when a time is in the tick that began at <paramref name="tick"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsIn(long tick, long time) => (ulong)(time - tick) < Tick;

    /// <summary>Moves on from the time of the last addition.</summary>
    public void Advance(long last, long now)
    {
        float factor = Factor(last, now);
        _fading.A *= factor;
        _fading.B *= factor;
        long seconds = (now / UnixTime.NanosecondsPerSecond) - (last / UnixTime.NanosecondsPerSecond);
        if (seconds != 0)
        {
            _previous = seconds == 1 ? _current : default;
            _current = default;
        }
    }

    public void SwapSides()
    {
        (_current.A, _current.B) = (_current.B, _current.A);
        (_previous.A, _previous.B) = (_previous.B, _previous.A);
        (_fading.A, _fading.B) = (_fading.B, _fading.A);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int side, long bytes)
    {
        _fading.At(side) += bytes;
        ref uint current = ref _current.At(side);
        current = (uint)Math.Min(uint.MaxValue, current + (ulong)bytes);
    }

    /// <summary>
    /// The rate that displays show, bytes per second: each byte counts with e to the power of minus its age in seconds. A transfer shorter than a
    /// second shows at once as its bytes per second and fades within seconds; a steady one shows its rate; over time nothing counts twice.
    /// </summary>
    public readonly double Fading(int side, long last, long now) => _fading[side] * Factor(last, now);

    /// <summary>Bytes per second over the second that ends at <paramref name="now"/>; the older part is taken to be spread evenly.</summary>
    public readonly double PerSecond(int side, long last, long now)
    {
        double passed = now % UnixTime.NanosecondsPerSecond / (double)UnixTime.NanosecondsPerSecond;
        return ((now / UnixTime.NanosecondsPerSecond) - (last / UnixTime.NanosecondsPerSecond)) switch
        {
            < 0 => _current[side],
            0 => (_previous[side] * (1 - passed)) + _current[side],
            1 => _current[side] * (1 - passed),
            _ => 0,
        };
    }

    private static float[] MakeFactors()
    {
        float[] factors = new float[FadedAfter * TicksPerSecond];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = MathF.Exp(-i / (float)TicksPerSecond);
        }

        return factors;
    }

    private static float Factor(long last, long now)
    {
        long ticks = (now / Tick) - (last / Tick);
        return ticks <= 0 ? 1 : ticks < Factors.Length ? Factors[ticks] : 0;
    }
}
