using System.Diagnostics;
using System.Globalization;
using NetMonitor.Attribution.Places;
using NetMonitor.Packets;

namespace NetMonitor.Bench;

/// <summary>What the module's tables of places cost: memory, the first look, and random looks after it.</summary>
internal static class PlacesMeasurement
{
    private const int Looks = 2_000_000;
    private const int Passes = 5; // the last ones run optimized code; the best counts
    private const int Different = 1 << 20;

    /// <summary>Measures and returns a Markdown table.</summary>
    public static string Take()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan begun = Process.GetCurrentProcess().TotalProcessorTime;
        int ranges = RegisteredPlaces.Instance.Ranges;
        TimeSpan load = Process.GetCurrentProcess().TotalProcessorTime - begun;
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;

        var random = new Random(1);
        IPAddressValue[] four = [.. Enumerable.Range(0, Different).Select(_ => new IPAddressValue(0, 0xFFFF_0000_0000UL | (uint)random.NextInt64(uint.MaxValue)))];
        IPAddressValue[] six = [.. Enumerable.Range(0, Different).Select(_ => new IPAddressValue(0x2000_0000_0000_0000UL | (ulong)random.NextInt64(1L << 60), 1))];
        return string.Create(CultureInfo.InvariantCulture, $"""
            | what | value |
            |---|---:|
            | ranges | {ranges:N0} |
            | processor time of the first look, which reads them | {load.TotalMilliseconds:F0} ms |
            | memory held | {held / 1e6:F1} MB |
            | IPv4 addresses per CPU-second, in random order | {Best(four) / 1e6:F1} M |
            | IPv6 addresses per CPU-second, in random order | {Best(six) / 1e6:F1} M |
            """);
    }

    private static double Best(IPAddressValue[] addresses)
    {
        double best = 0;
        int found = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            TimeSpan begun = Process.GetCurrentProcess().UserProcessorTime;
            for (int i = 0; i < Looks; i++)
            {
                found += RegisteredPlaces.Instance.Find(addresses[i & (Different - 1)]) is null ? 0 : 1;
            }

            best = Math.Max(best, Looks / (Process.GetCurrentProcess().UserProcessorTime - begun).TotalSeconds);
        }

        return found > 0 ? best : throw new InvalidOperationException("No address has a place.");
    }
}
