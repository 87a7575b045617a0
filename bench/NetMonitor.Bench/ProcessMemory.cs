using System.Diagnostics;
using System.Globalization;

namespace NetMonitor.Bench;

/// <summary>Memory of a process, in bytes.</summary>
/// <param name="Peak">The most that was resident at once, pages of mapped files included (VmHWM of proc_pid_status(5)).</param>
/// <param name="Anonymous">What is resident now without pages of files (RssAnon); 0 where the system does not say.</param>
internal sealed record ProcessMemory(long Peak, long Anonymous)
{
    public static ProcessMemory Of(Process process)
    {
        string status = $"/proc/{process.Id}/status";
        if (!File.Exists(status))
        {
            return new ProcessMemory(process.PeakWorkingSet64, 0);
        }

        string[] lines = File.ReadAllLines(status);
        return new ProcessMemory(Kilobytes(lines, "VmHWM:"), Kilobytes(lines, "RssAnon:"));
    }

    /// <summary>The number of a line as "VmHWM:     5132 kB".</summary>
    private static long Kilobytes(string[] lines, string name)
    {
        string? line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line.AsSpan(name.Length, line.Length - name.Length - " kB".Length).Trim(), CultureInfo.InvariantCulture);
    }
}
