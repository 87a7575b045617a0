using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetMonitor.Packets;
using NetMonitor.View;

namespace NetMonitor.Bench;

/// <summary>What the live view costs by itself: a refresh (compare with the snapshot before, sort, draw), and a frame while a key is held down.</summary>
internal static class ViewMeasurement
{
    private const int Width = 160;
    private const int Height = 45;
    private const int Refreshes = 40;
    private const int Keys = 600;

    public static string Take()
    {
        var report = new StringBuilder("| connections | order | refresh, median | share of a core at 2 Hz | frame while `j` is held, median | 99th percentile | garbage per frame | bytes written per frame |\n|---|---|---|---|---|---|---|---|\n");
        foreach (int count in new[] { 5_000, 100_000 })
        {
            foreach (string? order in new[] { null, "Down", "Application" })
            {
                report.AppendLine(Measure(count, order));
            }
        }

        return report.ToString();
    }

    private static string Measure(int count, string? order)
    {
        LiveSnapshot[] looks = [.. Enumerable.Range(0, 4).Select(tick => Snapshot(count, tick))];
        var ledger = new Ledger();
        var terminal = new CountingTerminal();
        var state = new ViewState(new LiveViewOptions { Sort = order }, KeyTable.All, Theme.All[0]);
        var screen = new Screen(terminal, ColorDepth.Palette);
        var canvas = new Canvas(Width, Height);
        var palette = new Palette(state.Theme, ColorDepth.Palette, Light: false);
        var refreshes = new List<double>();
        for (int i = 0; i < Refreshes; i++)
        {
            // Taking the snapshot is the engine's; it is not in here. A tick's time goes on by half a second.
            LiveSnapshot look = looks[i % looks.Length] with { Now = looks[0].Now.AddSeconds(i * 0.5) };
            long begun = Stopwatch.GetTimestamp();
            state.Picture = Arranger.Arrange(ledger.Advance(look), state.Arrangement);
            Frame.Paint(state, canvas, palette);
            screen.Draw(canvas);
            refreshes.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        var frames = new List<double>();
        long bytes = terminal.Written;
        long garbage = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Keys; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            state.Take(new KeyPress("j", "j"));
            Frame.Paint(state, canvas, palette);
            screen.Draw(canvas);
            frames.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        garbage = GC.GetAllocatedBytesForCurrentThread() - garbage;
        double refresh = At(refreshes, 0.5);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {count:N0} | {state.Arrangement.OrderName} | {refresh:0.0} ms | {refresh * 2 / 10:0.0} % | {At(frames, 0.5):0.00} ms | {At(frames, 0.99):0.00} ms | {garbage / Keys / 1024} KiB | {(terminal.Written - bytes) / Keys:N0} |");
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    private static LiveSnapshot Snapshot(int count, int tick)
    {
        var random = new Random(1);
        string[] applications = ["HTTPS", "HTTP", "DNS", "SSH", "QUIC", "PostgreSQL", "Redis", "MQTT"];
        return new LiveSnapshot
        {
            Now = DateTimeOffset.UnixEpoch.AddDays(20_000),
            Source = "eth0",
            Connections = [.. Enumerable.Range(0, count).Select(i => new NetConnection
            {
                IdValue = (ulong)i * 0x9E3779B97F4A7C15,
                Protocol = i % 5 == 0 ? TransportProtocol.UDP : TransportProtocol.TCP,
                Local = new IPAddressValue(0, 0x0000_FFFF_0A00_0002),
                Remote = new IPAddressValue(0, 0x0000_FFFF_C000_0000 + (ulong)random.Next(1 << 24)),
                HasPorts = true,
                LocalPortValue = (ushort)(i + 1024),
                RemotePortValue = 443,
                State = i % 5 == 0 ? ConnectionState.UDP_ACTIVE : ConnectionState.ESTABLISHED,
                Application = applications[i % applications.Length],
                HostName = $"host{i % 997}.example.com",
                ReceiveRate = random.Next(3) == 0 ? random.Next(1_000_000) + (tick * 1000) : 0,
                SendRate = random.Next(3) == 0 ? random.Next(100_000) + (tick * 100) : 0,
                BytesReceived = (i % 3 == 0 ? tick * 5_000L : 0) + 10_000,
                BytesSent = (i % 3 == 0 ? tick * 500L : 0) + 1_000,
                Rtt = TimeSpan.FromMilliseconds(random.Next(1, 300)),
                CreationNanoseconds = i * 1_000L,
            })],
        };
    }

    /// <summary>A terminal that counts what is written to it.</summary>
    private sealed class CountingTerminal : ITerminal
    {
        public long Written { get; private set; }

        public int Width => ViewMeasurement.Width;

        public int Height => ViewMeasurement.Height;

        public void Enter()
        {
        }

        public void Leave()
        {
        }

        public void Suspend()
        {
        }

        public void Wake()
        {
        }

        public TerminalInput? Read(TimeSpan wait, CancellationToken cancellation) => null;

        public void Write(string text) => Written += Encoding.UTF8.GetByteCount(text);
    }
}
