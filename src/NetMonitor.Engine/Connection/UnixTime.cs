namespace NetMonitor;

/// <summary>The engine's time: nanoseconds since 1970-01-01T00:00:00Z in a long (until 2262).</summary>
internal static class UnixTime
{
    public const long NanosecondsPerSecond = 1_000_000_000;
    public const long NanosecondsPerMillisecond = 1_000_000;
    private const int NanosecondsPerTick = 100;

    public static DateTimeOffset ToDateTimeOffset(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    public static long FromTimeSpan(TimeSpan span) => span.Ticks * NanosecondsPerTick;

    public static TimeSpan ToTimeSpan(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);
}
