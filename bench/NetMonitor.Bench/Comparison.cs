using System.Text;
using System.Text.Json;
using NetMonitor.Bench.Generation;
using NetMonitor.Capture;
using PcapWriter = NetMonitor.Bench.Generation.PcapWriter;

namespace NetMonitor.Bench;

/// <summary>The import of captures beside what other tools need for them, in turn in one run on one machine: only the ratios mean something elsewhere.</summary>
internal static class Comparison
{
    /// <summary>Frames that are given to tools which would take minutes: enough for a rate.</summary>
    private const long HeadFrames = 200_000;

    /// <summary>Other tools that track flows, by the work nearest to ours.</summary>
    private static readonly Peer[] Peers =
    [
        new("ndpiReader", "inspects, lists flows", IsSlow: true, (file, _) => ["-q", "-i", file]),
        new("tshark", "dissects, lists TCP and UDP conversations", IsSlow: true, (file, _) => ["-n", "-q", "-z", "conv,tcp", "-z", "conv,udp", "-r", file]),
        new("suricata", "inspects, no rules", IsSlow: true, (file, scratch) => ["-r", file, "-l", scratch, "-S", "/dev/null", "--runmode", "single"]),
        new("nfpcapd", "counts flows, writes them", IsSlow: false, (file, scratch) => ["-r", file, "-w", scratch]),
        new("softflowd", "counts flows, sends them", IsSlow: false, (file, _) => ["-r", file, "-d", "-m", "2000000", "-n", "127.0.0.1:9"]),
    ];

    /// <summary>Measures captures one after the other and returns a Markdown table of each.</summary>
    /// <param name="files">The captures.</param>
    /// <param name="runs">How often everything runs, in turn; medians by CPU time count.</param>
    public static string Run(IEnumerable<string> files, int runs)
    {
        StringBuilder text = new();
        foreach (string file in files)
        {
            Run(text, file, runs);
        }

        text.AppendLine("NetMonitor's CPU time starts after the runtime has started; start-up is not part of it.");
        return text.ToString();
    }

    private static void Run(StringBuilder text, string file, int runs)
    {
        (Peer Peer, string Program)[] peers = [.. Peers.Select(peer => (peer, Find(peer.Program))).Where(pair => pair.Item2 is not null).Select(pair => (pair.peer, pair.Item2!))];
        string head = Path.ChangeExtension(file, ".head.pcap");
        long headFrames = peers.Any(pair => pair.Peer.IsSlow) ? WriteHead(file, head) : 0;
        string scratch = Directory.CreateTempSubdirectory("netmonitor-bench").FullName;
        try
        {
            List<ImportMeasurement> full = [];
            List<ImportMeasurement> bare = [];
            List<ChildCost>[] costs = [.. peers.Select(_ => new List<ChildCost>())];
            for (int run = 0; run < runs; run++)
            {
                WarmCache(file); // before each: a machine may take back what has not been read for a minute
                full.Add(Import(file));
                WarmCache(file);
                bare.Add(Import(file, "--no-inspection"));
                for (int i = 0; i < peers.Length; i++)
                {
                    WarmCache(file);
                    costs[i].Add(ChildProcess.Run(peers[i].Program, peers[i].Peer.Arguments(peers[i].Peer.IsSlow ? head : file, scratch), keepOutput: false));
                }
            }

            ImportMeasurement ours = Median(full, run => run.CpuSeconds);
            text.AppendLine($"{Path.GetFileName(file)}: {ours.FileBytes / 1e6:N0} MB, {ours.Frames:N0} frames, {ours.Connections:N0} connections. Median of {runs} runs in turn, {(ChildProcess.IsPinned ? "pinned to one core" : "not pinned")}, file in the page cache.");
            text.AppendLine();
            text.AppendLine("| tool | work | M frames per CPU-second | NetMonitor is faster by | CPU | peak memory | bytes per flow |");
            text.AppendLine("|---|---|---:|---:|---:|---:|---:|");
            Row(text, "NetMonitor", "inspects, gives objects", ours, ours.Frames, ours.CpuSeconds, ours.Memory.Peak, ours.Connections);
            ImportMeasurement without = Median(bare, run => run.CpuSeconds);
            Row(text, "NetMonitor -NoInspection", "gives objects", ours, without.Frames, without.CpuSeconds, without.Memory.Peak, without.Connections);
            for (int i = 0; i < peers.Length; i++)
            {
                ChildCost cost = Median(costs[i], run => run.CpuSeconds);
                bool isSlow = peers[i].Peer.IsSlow;
                if (cost.ExitCode != 0)
                {
                    text.AppendLine($"| {peers[i].Peer.Program} | failed with exit code {cost.ExitCode} | | | | | |");
                    continue;
                }

                Row(text, peers[i].Peer.Program, peers[i].Peer.Work + (isSlow && headFrames < ours.Frames ? $"; first {headFrames:N0} frames" : ""), ours,
                    isSlow ? headFrames : ours.Frames, cost.CpuSeconds, cost.PeakMemory, connections: isSlow ? 0 : ours.Connections);
            }

            text.AppendLine();
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
            File.Delete(head);
        }
    }

    private static string? Find(string program) =>
        ChildProcess.Find(program) ?? (File.Exists($"/usr/sbin/{program}") ? $"/usr/sbin/{program}" : null);

    private static void Row(StringBuilder text, string tool, string work, ImportMeasurement ours, long frames, double cpu, long peak, long connections)
    {
        double rate = frames / cpu;
        string perFlow = connections > 0 ? $"{(double)peak / connections:N0}" : "";
        text.AppendLine($"| {tool} | {work} | {rate / 1e6:F2} | {ours.FramesPerCpuSecond / rate:F1} | {cpu:F2} s | {peak / 1e6:N0} MB | {perFlow} |");
    }

    /// <summary>Writes the first frames of a capture.</summary>
    /// <returns>How many.</returns>
    private static long WriteHead(string file, string head)
    {
        long frames = 0;
        using CaptureFile source = CaptureFile.Open(file);
        using PcapWriter writer = new(head);
        FrameBatch batch = new();
        while (frames < HeadFrames && source.Read(batch))
        {
            for (int i = 0; i < batch.Count && frames < HeadFrames; i++, frames++)
            {
                ReadOnlySpan<byte> frame = batch[i][..Math.Min(batch.Frames[i].CapturedLength, PcapWriter.MaxFrame)];
                frame.CopyTo(writer.NextFrame);
                writer.Commit(frame.Length, batch.Frames[i].Timestamp);
            }
        }

        return frames;
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

    private static T Median<T>(List<T> taken, Func<T, double> by) => taken.OrderBy(by).ElementAt(taken.Count / 2);

    private static void WarmCache(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] block = new byte[1 << 20];
        while (stream.Read(block) > 0)
        {
        }
    }

    /// <param name="Program">Its name.</param>
    /// <param name="Work">What it does.</param>
    /// <param name="IsSlow">It reads the first <see cref="HeadFrames"/> only.</param>
    /// <param name="Arguments">For a file and a folder it may write to.</param>
    private sealed record Peer(string Program, string Work, bool IsSlow, Func<string, string, string[]> Arguments);
}
