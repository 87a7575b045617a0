using System.Diagnostics;
using System.Globalization;
using NetMonitor.Flows;

namespace NetMonitor.Tests.Corpus;

/// <summary>What tshark's <c>tcp.analysis</c> says of a capture, frame by frame. tshark runs once for a capture: its answer is kept in the temporary folder.</summary>
/// <param name="Findings">Frames with a marker, those of all TCP layers of the frame together.</param>
/// <param name="Streams">tshark's number of the connection by frame; frames with several TCP layers are left out.</param>
/// <param name="HandshakeRtts">Initial round-trip time in seconds by connection.</param>
internal sealed record TsharkAnalysis(
    IReadOnlyDictionary<int, TcpFindings> Findings, IReadOnlyDictionary<int, string> Streams, IReadOnlyDictionary<string, double> HandshakeRtts)
{
    private const int FrameAt = 0;
    private const int StreamAt = 1;

    /// <summary>The fields asked for after frame and stream, and what each says.</summary>
    private static readonly (string Field, TcpFindings Finding)[] Markers =
    [
        ("tcp.analysis.retransmission", TcpFindings.Retransmission),
        ("tcp.analysis.fast_retransmission", TcpFindings.FastRetransmission),
        ("tcp.analysis.spurious_retransmission", TcpFindings.SpuriousRetransmission),
        ("tcp.analysis.out_of_order", TcpFindings.OutOfOrder),
        ("tcp.analysis.duplicate_ack", TcpFindings.DuplicateAck),
        ("tcp.analysis.lost_segment", TcpFindings.LostSegment),
        ("tcp.analysis.zero_window", TcpFindings.ZeroWindow),
        ("tcp.analysis.window_full", TcpFindings.WindowFull),
        ("tcp.analysis.keep_alive", TcpFindings.KeepAlive),
    ];

    private static readonly string Cache = Path.Combine(Path.GetTempPath(), "netmonitor-tshark");

    /// <summary>Whether tshark can be asked at all.</summary>
    public static bool IsInstalled { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "tshark")));

    public static TsharkAnalysis Of(string capture)
    {
        string kept = Path.Combine(Directory.CreateDirectory(Cache).FullName, Path.GetFileName(capture) + ".tsv");
        if (!File.Exists(kept))
        {
            string part = $"{kept}.{Environment.ProcessId}";
            File.WriteAllText(part, Ask(capture));
            File.Move(part, kept, overwrite: true);
        }

        return Parse(File.ReadLines(kept));
    }

    private static string Ask(string capture)
    {
        string[] fields = ["frame.number", "tcp.stream", .. Markers.Select(marker => marker.Field), "tcp.analysis.initial_rtt", "tcp.analysis.ack_rtt"];
        var start = new ProcessStartInfo(
            "tshark", ["-n", "-r", capture, "-Y", "tcp", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", .. fields.SelectMany(field => (string[])["-e", field])])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process tshark = Process.Start(start)!;
        tshark.ErrorDataReceived += (_, _) => { };
        tshark.BeginErrorReadLine();
        string text = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit(); // Its exit code says that a capture is cut short; what it read before counts.
        return text;
    }

    private static TsharkAnalysis Parse(IEnumerable<string> lines)
    {
        Dictionary<int, TcpFindings> findings = [];
        Dictionary<int, string> streams = [];
        Dictionary<string, double> handshakes = [];
        foreach (string line in lines)
        {
            string[] cells = line.Split('\t');
            int frame = int.Parse(cells[FrameAt], CultureInfo.InvariantCulture);
            for (int i = 0; i < Markers.Length; i++)
            {
                if (cells[StreamAt + 1 + i].Length > 0)
                {
                    findings[frame] = findings.GetValueOrDefault(frame) | Markers[i].Finding;
                }
            }

            string stream = cells[StreamAt];
            string rtt = cells[StreamAt + 1 + Markers.Length];
            if (stream.Contains(',', StringComparison.Ordinal))
            {
                continue;
            }

            streams[frame] = stream;
            if (rtt.Length > 0)
            {
                handshakes.TryAdd(stream, double.Parse(rtt, CultureInfo.InvariantCulture));
            }
        }

        return new TsharkAnalysis(findings, streams, handshakes);
    }
}
