using System.Globalization;

namespace NetMonitor.View;

/// <summary>Numbers as a table shows them: short, with units, the same everywhere. Byte units are those of IEC 80000-13 (1 KiB = 1024 B).</summary>
internal static class Quantity
{
    private const double UnitStep = 1024;
    private const double RoundsUp = 999.95; // "1000.0 KiB" would take a cell more than there is

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>"0 B", "1.2 KiB", "34.0 GiB".</summary>
    public static string Bytes(double bytes)
    {
        int unit = 0;
        while (bytes >= RoundsUp && unit < Units.Length - 1)
        {
            bytes /= UnitStep;
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes:0.0} {Units[unit]}");
    }

    /// <summary>"1.2 KiB/s", or nothing where nothing flows.</summary>
    public static string Rate(double bytesPerSecond) => bytesPerSecond < 1 ? "" : Bytes(bytesPerSecond) + "/s";

    /// <summary>"842", "1.2K", "35M": at most five cells. The same units as <see cref="Bytes"/>, by their first letter.</summary>
    public static string Short(double bytes)
    {
        int unit = 0;
        while (bytes >= RoundsUp && unit < Units.Length - 1)
        {
            bytes /= UnitStep;
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0}")
            : bytes < 99.95
                ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0.0}{Units[unit][0]}")
                : string.Create(CultureInfo.InvariantCulture, $"{bytes:0}{Units[unit][0]}");
    }

    /// <summary><see cref="Short"/>, or nothing where nothing flows.</summary>
    public static string ShortRate(double bytesPerSecond) => bytesPerSecond < 1 ? "" : Short(bytesPerSecond);

    /// <summary>"1,234", "12.3k", "4.5M": a count in at most six cells.</summary>
    public static string Number(long count) => count switch
    {
        < 100_000 => count.ToString("N0", CultureInfo.InvariantCulture),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0.#}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.#}M"),
    };

    /// <summary>"0.08ms", "12.3ms", "1.20s": at most six cells.</summary>
    public static string ShortRoundTrip(TimeSpan? time) => time is { TotalMilliseconds: >= 99.95 and < 1000 } some
        ? string.Create(CultureInfo.InvariantCulture, $"{some.TotalMilliseconds:0}ms")
        : RoundTrip(time).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>"0.08 ms", "12.3 ms", "1.20 s".</summary>
    public static string RoundTrip(TimeSpan? time) => time switch
    {
        null => "",
        { TotalMilliseconds: < 10 } few => string.Create(CultureInfo.InvariantCulture, $"{few.TotalMilliseconds:0.00} ms"),
        { TotalMilliseconds: < 1000 } usual => string.Create(CultureInfo.InvariantCulture, $"{usual.TotalMilliseconds:0.0} ms"),
        { } many => string.Create(CultureInfo.InvariantCulture, $"{many.TotalSeconds:0.00} s"),
    };

    /// <summary>"5s", "3m12s", "2h05m", "4d03h".</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "0s",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Seconds}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}m{age.Seconds:00}s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours}h{age.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.Days}d{age.Hours:00}h"),
    };
}
