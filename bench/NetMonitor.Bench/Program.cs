using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetMonitor.Bench.Generation;

namespace NetMonitor.Bench;

/// <summary>The project's benchmarks. Without arguments: the import of a large capture beside other tools. How to read them: docs/performance.md.</summary>
internal static class Program
{
    private const string Usage = """
        NetMonitor.Bench [--runs N] [--scale X]               small, mixed, bulk and many, beside the peers that are installed
        NetMonitor.Bench compare FILE [--runs N]              the same on a capture of yours
        NetMonitor.Bench import FILE [--json] [--no-inspection] [--readers N]   one import in this process
        NetMonitor.Bench live INTERFACE [--seconds N] [--readers N]   a monitor: frames received and lost, CPU, garbage
        NetMonitor.Bench inject INTERFACE [--size N] [--rate N] [--seconds N]   frames that it receives
        NetMonitor.Bench parts                                the parts of a packet's way, by BenchmarkDotNet
        NetMonitor.Bench allocations FILE                     bytes allocated per packet on flows that are known
        NetMonitor.Bench inspection FILE|FOLDER               nanoseconds per packet under inspection, by application
        NetMonitor.Bench timeouts FILE                        what letting go of silent connections costs each second
        NetMonitor.Bench generate KIND --packets N --out FILE     KIND: small, small-1k, small-10k, small-1m, bulk, many, open, mixed
        NetMonitor.Bench flood INTERFACE --packets N [--rate N]   sends SYNs, each of a new pair of ends, into an interface
        NetMonitor.Bench places                               looks per second and memory of the module's tables of places
        NetMonitor.Bench filter                               milliseconds to filter 100,000 rows, by kind of filter
        NetMonitor.Bench sockets [--count N]                  one pass over N open sockets (10,000), beside /proc/net/tcp and ss; Linux
        NetMonitor.Bench view                                 what the live view costs with 5,000 and 100,000 connections
        NetMonitor.Bench traffic SECONDS                      conversations over loopback, for pictures
        NetMonitor.Bench picture FILE COLUMNS TITLE           an SVG of a screen that "tmux capture-pane -e -p" wrote to FILE
        """;

    private static int Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            switch (args)
            {
                case []:
                case ["--runs" or "--scale", ..]:
                case ["compare", ..]:
                    Compare(args);
                    return 0;
                case ["generate", { } kind, ..] when Traffic.Kinds.ContainsKey(kind):
                    Generate(kind, Number(args, "--packets", 1_000_000), Option(args, "--out") ?? $"{kind}.pcap");
                    return 0;
                case ["import", { } file, ..]:
                    ImportMeasurement measured = ImportMeasurement.Take(file, inspect: !args.Contains("--no-inspection"), (int)Number(args, "--readers", 1));
                    Console.WriteLine(args.Contains("--json") ? JsonSerializer.Serialize(measured) : measured.ToMarkdown());
                    return 0;
                case ["flood", { } device, ..]:
                    Console.WriteLine(SynFlood.Send(device, Number(args, "--packets", 5_000_000), Number(args, "--rate", 0)));
                    return 0;
                case ["live", { } device, ..]:
                    Console.WriteLine(LiveMeasurement.Take(device, (int)Number(args, "--readers", 1), TimeSpan.FromSeconds(Number(args, "--seconds", 10))));
                    return 0;
                case ["inject", { } device, ..]:
                    (long sent, double rate) = FrameInjector.Inject(device, (int)Number(args, "--size", 64), Number(args, "--rate", 100_000), TimeSpan.FromSeconds(Number(args, "--seconds", 10)));
                    Console.WriteLine($"injected {sent:N0} frames, {rate:N0} per second");
                    return 0;
                case ["parts", ..]:
                    BenchmarkDotNet.Running.BenchmarkRunner.Run<Parts>(args: args[1..]);
                    return 0;
                case ["inspection", { } captures]:
                    Console.WriteLine(InspectionCost.Take(captures));
                    return 0;
                case ["timeouts", { } file]:
                    Console.WriteLine(TimeoutCost.Take(file));
                    return 0;
                case ["places"]:
                    Console.WriteLine(PlacesMeasurement.Take());
                    return 0;
                case ["filter"]:
                    Console.WriteLine(FilterMeasurement.Take());
                    return 0;
                case ["sockets", ..] when OperatingSystem.IsLinux():
                    Console.WriteLine(SocketPassCost.Take((int)Number(args, "--count", 10_000)));
                    return 0;
                case ["view"]:
                    Console.WriteLine(ViewMeasurement.Take());
                    return 0;
                case ["traffic", { } seconds]:
                    LoopbackTraffic.RunAsync(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))).GetAwaiter().GetResult();
                    return 0;
                case ["picture", { } screen, { } columns, { } title]:
                    Console.Write(ScreenPicture.Make(File.ReadAllText(screen), int.Parse(columns, CultureInfo.InvariantCulture), title));
                    return 0;
                case ["allocations", { } file]:
                    Console.WriteLine(AllocationMeasurement.Take(file));
                    return 0;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }
        catch (Exception failure) when (failure is IOException or FormatException or NetMonitor.Capture.CaptureException or InvalidOperationException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }

    /// <summary>The sizes of the captures of the comparison, in frames.</summary>
    private static readonly (string Kind, long Packets)[] Captures = [("small", 5_000_000), ("mixed", 6_100_000), ("bulk", 1_700_000), ("many", 6_000_000)];

    private static void Compare(string[] args)
    {
        int runs = (int)Number(args, "--runs", 3);
        if (args is ["compare", { } given, ..] && !given.StartsWith('-'))
        {
            Console.WriteLine(Comparison.Run([given], runs));
            return;
        }

        double scale = Option(args, "--scale") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 1;
        string folder = Directory.CreateDirectory(Path.Combine("out", "bench")).FullName;
        Console.WriteLine(Comparison.Run(Captures.Select(capture => Prepare(folder, capture.Kind, (long)(capture.Packets * scale))), runs));
    }

    private static string Prepare(string folder, string kind, long packets)
    {
        string file = Path.Combine(folder, $"{kind}-{packets}.pcap");
        if (!File.Exists(file))
        {
            Generate(kind, packets, file);
        }

        return file;
    }

    private static void Generate(string kind, long packets, string path)
    {
        // To another name first, so that an interrupted run leaves no half file that a later one takes for whole.
        string unfinished = path + ".unfinished";
        long start = Stopwatch.GetTimestamp();
        long bytes = Traffic.Write(kind, packets, unfinished);
        File.Move(unfinished, path, overwrite: true);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.Error.WriteLine($"{path}: {packets:N0} packets, {bytes / 1e6:N0} MB in {seconds:F1} s ({bytes / 1e6 / seconds:N0} MB/s)");
    }

    private static string? Option(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    private static long Number(string[] args, string name, long otherwise) =>
        Option(args, name) is { } text ? long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : otherwise;
}
