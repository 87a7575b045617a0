using System.Diagnostics;
using NetMonitor.Monitoring;

namespace NetMonitor.Bench;

/// <summary>What a monitor on an interface received, lost and cost.</summary>
internal static class LiveMeasurement
{
    /// <summary>Monitors for a time and returns a line of text.</summary>
    public static string Take(string name, int readers, TimeSpan time)
    {
        using Process self = Process.GetCurrentProcess();
        using NetMonitorSession session = NetMonitorSession.Start(new SessionOptions { Interfaces = [name], Readers = readers });
        Console.Error.WriteLine("ready");
        TimeSpan cpu = self.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan pauses = GC.GetTotalPauseDuration();
        int[] collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        session.WaitForCompletion(time);
        self.Refresh();
        cpu = self.TotalProcessorTime - cpu;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        pauses = GC.GetTotalPauseDuration() - pauses;
        SessionCounters counters = session.Counters;
        return $"received {counters.Received:N0}, kernel dropped {counters.KernelDropped:N0}, queue dropped {counters.QueueDropped:N0}, "
            + $"connections {counters.Connections:N0}, CPU {cpu.TotalSeconds:F2} s in {time.TotalSeconds:F0} s, "
            + $"{cpu.TotalNanoseconds / Math.Max(1, counters.Received):F0} ns per frame, allocated {allocated / 1e6:F2} MB, "
            + $"collections {GC.CollectionCount(0) - collections[0]}/{GC.CollectionCount(1) - collections[1]}/{GC.CollectionCount(2) - collections[2]}, "
            + $"pauses {pauses.TotalMilliseconds:F1} ms, memory without file pages {ProcessMemory.Of(self).Anonymous / 1e6:F0} MB";
    }
}
