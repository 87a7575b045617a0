using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetMonitor.Bench;

/// <summary>What a child process cost.</summary>
internal sealed record ChildCost(double WallSeconds, double CpuSeconds, long PeakMemory, int ExitCode, string Output);

/// <summary>Runs programs one after the other, on one core where <c>taskset</c> is there to pin them.</summary>
internal static partial class ChildProcess
{
    private const int Core = 0;
    private const int ResourcesOfChildren = -1; // RUSAGE_CHILDREN, getrusage(2)
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromMilliseconds(20);
    private static readonly string? Pin = Find("taskset");

    public static bool IsPinned => Pin is not null;

    /// <summary>The program on the path, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="keepOutput">False for output that may be as large as the capture.</param>
    public static ChildCost Run(string program, string[] arguments, bool keepOutput)
    {
        ProcessStartInfo start = Pin is null ? new(program) : new(Pin, ["-c", $"{Core}", program]);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        double cpu = CpuOfChildren();
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        using StreamReader output = process.StandardOutput;
        Task<string> kept = keepOutput ? output.ReadToEndAsync() : Discard(output);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(MemoryInterval))
        {
            peak = Math.Max(peak, PeakOf(process));
        }

        process.WaitForExit();
        double wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Task.WaitAll(kept, errors);
        return new ChildCost(wall, CpuOfChildren() - cpu, peak, process.ExitCode, kept.Result);
    }

    private static async Task<string> Discard(StreamReader output)
    {
        await output.BaseStream.CopyToAsync(Stream.Null);
        return "";
    }

    private static long PeakOf(Process process)
    {
        try
        {
            return ProcessMemory.Of(process).Peak;
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0; // It ended just now; the last look stands.
        }
    }

    /// <summary>User and system seconds of all children that have ended.</summary>
    private static double CpuOfChildren()
    {
        if (!OperatingSystem.IsLinux())
        {
            return double.NaN;
        }

        // struct rusage (getrusage(2)): two timevals, then fourteen longs.
        Span<long> usage = stackalloc long[18];
        return GetResourceUsage(ResourcesOfChildren, usage) == 0 ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6) : double.NaN;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, Span<long> usage);
}
