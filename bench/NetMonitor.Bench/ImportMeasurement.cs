using System.Diagnostics;
using System.Runtime;
using System.Text.Json.Serialization;
using NetMonitor.Monitoring;

namespace NetMonitor.Bench;

/// <summary>What one import cost. Taken in a process that does nothing else, so that memory and CPU time are the import's and the runtime's.</summary>
internal sealed record ImportMeasurement
{
    public required string File { get; init; }

    public required long FileBytes { get; init; }

    public required long Frames { get; init; }

    /// <summary>IP and ARP packets: more than frames when there are tunnels.</summary>
    public required long Packets { get; init; }

    public required long Connections { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>User and system time of the whole process meanwhile: the garbage collector's and the compiler's too.</summary>
    public required double CpuSeconds { get; init; }

    public required ProcessMemory Memory { get; init; }

    /// <summary>Memory without file pages once all was tracked, before the connections were written.</summary>
    public required long Tracked { get; init; }

    /// <summary>Bytes of managed objects made meanwhile, by all threads.</summary>
    public required long Allocated { get; init; }

    /// <summary>Collections of generation 0, 1 and 2, and how long all of them held the program.</summary>
    public required int[] Collections { get; init; }

    public required double CollectionSeconds { get; init; }

    /// <summary>Methods that the runtime compiled meanwhile, again or for the first time, and the time that took.</summary>
    public required long Compiled { get; init; }

    public required double CompileSeconds { get; init; }

    [JsonIgnore]
    public double FramesPerCpuSecond => Frames / CpuSeconds;

    public static ImportMeasurement Take(string path, bool inspect, int readers)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long compiled = JitInfo.GetCompiledMethodCount();
        TimeSpan compiling = JitInfo.GetCompilationTime();
        long start = Stopwatch.GetTimestamp();

        using ImportResult result = CaptureImport.Import(new SessionOptions { Path = path, NoInspection = !inspect, Readers = readers });
        self.Refresh();
        ProcessMemory tracked = ProcessMemory.Of(self);
        long rows = 0;
        foreach (NetConnection row in result.Connections) // as a pipeline does: one after the other
        {
            rows += row.PacketsSent > 0 || row.PacketsReceived > 0 ? 1 : 0;
        }

        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        self.Refresh();
        return new ImportMeasurement
        {
            File = path,
            FileBytes = new FileInfo(path).Length,
            Frames = result.Counters.Received,
            Packets = result.Counters.Packets,
            Connections = rows,
            Tracked = tracked.Anonymous,
            WallSeconds = wall,
            CpuSeconds = (self.TotalProcessorTime - cpu).TotalSeconds,
            Memory = ProcessMemory.Of(self),
            Allocated = allocated,
            Collections = [GC.CollectionCount(0) - GC.CollectionCount(1), GC.CollectionCount(1) - GC.CollectionCount(2), GC.CollectionCount(2)],
            Compiled = JitInfo.GetCompiledMethodCount() - compiled,
            CompileSeconds = (JitInfo.GetCompilationTime() - compiling).TotalSeconds,
            CollectionSeconds = GC.GetTotalPauseDuration().TotalSeconds,
        };
    }

    public string ToMarkdown() => $"""
        | measure | value |
        |---|---:|
        | file | {Path.GetFileName(File)}, {FileBytes / 1e6:N0} MB |
        | frames | {Frames:N0} |
        | packets | {Packets:N0} |
        | connections | {Connections:N0} |
        | wall | {WallSeconds:F2} s |
        | CPU | {CpuSeconds:F2} s |
        | frames per CPU-second | {FramesPerCpuSecond / 1e6:F2} M |
        | bytes per CPU-second | {FileBytes / CpuSeconds / 1e6:N0} MB |
        | memory when all was tracked, without file pages | {Tracked / 1e6:N0} MB, {(double)Tracked / Connections:N0} bytes per connection |
        | peak memory | {Memory.Peak / 1e6:N0} MB |
        | memory at the end without file pages | {Memory.Anonymous / 1e6:N0} MB |
        | allocated | {Allocated / 1e6:N1} MB, {(double)Allocated / Frames:F2} bytes per frame |
        | collections of generation 0, 1, 2 | {string.Join(", ", Collections)}: {CollectionSeconds:F2} s |
        | methods compiled | {Compiled:N0}: {CompileSeconds:F2} s |
        """;
}
