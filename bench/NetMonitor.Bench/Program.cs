using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetMonitor.Bench.Generation;

namespace NetMonitor.Bench;

/// <summary>The project's benchmarks. Without arguments: the import of a large capture beside other tools. How to read them: docs/performance.md.</summary>
internal static class Program
{
    private const string Usage = """
        NetMonitor.Bench                                      import of about 1 GB of mixed traffic, beside tshark, capinfos and tcpdump
        NetMonitor.Bench compare [FILE] [--runs N]            the same on a capture of yours
        NetMonitor.Bench import FILE [--json] [--no-inspection]   one import in this process
        NetMonitor.Bench allocations FILE                     bytes allocated per packet on flows that are known
        NetMonitor.Bench inspection FILE|FOLDER               nanoseconds per packet under inspection, by application
        NetMonitor.Bench timeouts FILE                        what letting go of silent connections costs each second
        NetMonitor.Bench generate KIND --packets N --out FILE     KIND: small, bulk, many, open, mixed
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
                case ["compare", ..]:
                    Compare(args);
                    return 0;
                case ["generate", { } kind, ..] when Traffic.Kinds.ContainsKey(kind):
                    Generate(kind, Number(args, "--packets", 1_000_000), Option(args, "--out") ?? $"{kind}.pcap");
                    return 0;
                case ["import", { } file, ..]:
                    ImportMeasurement measured = ImportMeasurement.Take(file, inspect: !args.Contains("--no-inspection"));
                    Console.WriteLine(args.Contains("--json") ? JsonSerializer.Serialize(measured) : measured.ToMarkdown());
                    return 0;
                case ["flood", { } device, ..]:
                    Console.WriteLine(SynFlood.Send(device, Number(args, "--packets", 5_000_000), Number(args, "--rate", 0)));
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

    private static void Compare(string[] args)
    {
        const int Packets = 1_900_000; // about 1 GB

        string? file = args is ["compare", { } given, ..] && !given.StartsWith('-') ? given : null;
        if (file is null)
        {
            file = Path.Combine(Directory.CreateDirectory(Path.Combine("out", "bench")).FullName, "mixed.pcap");
            if (!File.Exists(file))
            {
                Generate("mixed", Packets, file);
            }
        }

        Console.WriteLine(Comparison.Run(file, (int)Number(args, "--runs", 3)));
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
