using System.Text;
using System.Text.Json;

namespace NetMonitor.Bench;

/// <summary>The import of one capture beside what other tools need to read it, in one run on one machine: only the ratios mean something elsewhere.</summary>
internal static class Comparison
{
    /// <summary>Other tools, by the work nearest to ours:
    /// tshark dissects every frame and lists the conversations, tcpdump decodes and prints, capinfos only reads.</summary>
    private static readonly Peer[] Peers =
    [
        new("tshark", "dissects, lists TCP and UDP conversations", file => ["-n", "-q", "-z", "conv,tcp", "-z", "conv,udp", "-r", file]),
        new("tcpdump", "decodes and prints, no flows", file => ["-nn", "-q", "-r", file]),
        new("capinfos", "counts frames", file => ["-c", file]),
    ];

    /// <summary>Measures and returns a Markdown table.</summary>
    public static string Run(string file, int runs)
    {
        WarmCache(file);
        ImportMeasurement full = Median(runs, () => Import(file));
        ImportMeasurement bare = Median(runs, () => Import(file, "--no-inspection"));

        StringBuilder text = new();
        string pinned = ChildProcess.IsPinned ? "pinned to one core" : "not pinned";
        text.AppendLine($"{Path.GetFileName(file)}: {full.FileBytes / 1e6:N0} MB, {full.Frames:N0} frames, {full.Connections:N0} connections. Median of {runs} runs, {pinned}, file in the page cache.");
        text.AppendLine();
        text.AppendLine("| tool | work | M frames per CPU-second | times ours | wall | CPU | peak memory |");
        text.AppendLine("|---|---|---:|---:|---:|---:|---:|");
        Row(text, "NetMonitor", "connections with inspection", full.Frames, full, new ChildCost(full.WallSeconds, full.CpuSeconds, full.Memory.Peak, 0, ""));
        Row(text, "NetMonitor", "connections without inspection", full.Frames, full, new ChildCost(bare.WallSeconds, bare.CpuSeconds, bare.Memory.Peak, 0, ""));
        foreach (Peer peer in Peers)
        {
            if (ChildProcess.Find(peer.Program) is not { } program)
            {
                text.AppendLine($"| {peer.Program} | not installed | | | | | |");
                continue;
            }

            ChildCost[] costs = [.. Enumerable.Range(0, runs).Select(_ => ChildProcess.Run(program, peer.Arguments(file), keepOutput: false)).OrderBy(cost => cost.CpuSeconds)];
            ChildCost median = costs[costs.Length / 2];
            if (median.ExitCode != 0)
            {
                text.AppendLine($"| {peer.Program} | failed with exit code {median.ExitCode} | | | | | |");
                continue;
            }

            Row(text, peer.Program, peer.Work, full.Frames, full, median);
        }

        text.AppendLine();
        text.AppendLine($"Allocated by NetMonitor: {full.Allocated / 1e6:N1} MB, {(double)full.Allocated / full.Frames:F2} bytes per frame. In memory at the end without file pages: {full.Memory.Anonymous / 1e6:N0} MB.");
        text.AppendLine("NetMonitor's CPU time starts after the runtime has started; start-up is not part of it. A mapped file's pages count as its memory.");
        return text.ToString();
    }

    private static void Row(StringBuilder text, string tool, string work, long frames, ImportMeasurement ours, ChildCost cost)
    {
        double rate = frames / cost.CpuSeconds;
        text.AppendLine($"| {tool} | {work} | {rate / 1e6:F2} | {rate / ours.FramesPerCpuSecond:F2} | {cost.WallSeconds:F2} s | {cost.CpuSeconds:F2} s | {cost.PeakMemory / 1e6:N0} MB |");
    }

    /// <summary>Imports in a process of its own, as a user would.</summary>
    private static ImportMeasurement Import(string file, params string[] options)
    {
        ChildCost child = ChildProcess.Run(Environment.ProcessPath!, [.. OwnArguments(), "import", file, "--json", .. options], keepOutput: true);
        return child.ExitCode == 0
            ? JsonSerializer.Deserialize<ImportMeasurement>(child.Output)!
            : throw new InvalidOperationException($"The import failed with exit code {child.ExitCode}.");
    }

    /// <summary>What comes before our arguments when the runtime's own host started us: the assembly.</summary>
    private static string[] OwnArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Comparison).Assembly.Location] : [];

    private static ImportMeasurement Median(int runs, Func<ImportMeasurement> take)
    {
        ImportMeasurement[] taken = [.. Enumerable.Range(0, runs).Select(_ => take()).OrderBy(run => run.CpuSeconds)];
        return taken[taken.Length / 2];
    }

    private static void WarmCache(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] block = new byte[1 << 20];
        while (stream.Read(block) > 0)
        {
        }
    }

    private sealed record Peer(string Program, string Work, Func<string, string[]> Arguments);
}
