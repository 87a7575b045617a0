using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetMonitor.Attribution;
using NetMonitor.Attribution.Linux;

namespace NetMonitor.Bench;

/// <summary>What it costs to know the sockets of a machine and their processes, beside the ways others take.</summary>
internal static class SocketPassCost
{
    private const int Runs = 15;

    /// <summary>Opens sockets, measures, and gives a table as text: the median of the processor time of this process and of the time passed.</summary>
    /// <param name="count">Sockets to open, both ends of connections counted.</param>
    public static string Take(int count)
    {
        List<Socket> open = Open(count);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{open.Count} sockets held by this process, median of {Runs}").AppendLine();
        text.AppendLine("| pass | processor ms | elapsed ms | sockets |").AppendLine("|---|---|---|---|");
        var sockets = new List<KernelSocket>();
        using var known = new LinuxSocketTable(new LinuxProcessTable());
        var index = new SocketIndex();
        Add(text, "sock_diag with tcp_info", () => Read(known, sockets));
        Add(text, "the same, index, and processes that are known", () => Resolve(known, index, sockets));
        Add(text, "the same, no process known yet", () =>
        {
            using var fresh = new LinuxSocketTable(new LinuxProcessTable());
            return Resolve(fresh, index, sockets);
        });
        Add(text, "/proc/net/tcp by lines and Split, no processes", ProcNetTcp);
        Add(text, "ss -tinp (its own time)", Ss);
        open.ForEach(socket => socket.Dispose());
        return text.ToString();
    }

    private static int Read(LinuxSocketTable table, List<KernelSocket> sockets)
    {
        table.Read(sockets);
        return sockets.Count;
    }

    private static int Resolve(LinuxSocketTable table, SocketIndex index, List<KernelSocket> sockets)
    {
        table.Read(sockets);
        index.Load(sockets);
        table.Resolve(sockets.Select(socket => socket.Number).ToHashSet());
        return sockets.Count;
    }

    private static int ProcNetTcp()
    {
        int sum = 0;
        foreach (string line in File.ReadLines("/proc/net/tcp").Skip(1))
        {
            sum += line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > 9 ? 1 : 0;
        }

        return sum;
    }

    private static int Ss()
    {
        using Process process = Process.Start(new ProcessStartInfo("ss", ["-tinp"]) { RedirectStandardOutput = true })!;
        int lines = process.StandardOutput.ReadToEnd().Count(c => c == '\n');
        process.WaitForExit();
        return lines / 2; // Two lines each.
    }

    private static void Add(StringBuilder text, string name, Func<int> pass)
    {
        int found = pass();
        var cpu = new List<double>();
        var elapsed = new List<double>();
        for (int i = 0; i < Runs; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long begun = Stopwatch.GetTimestamp();
            found = pass();
            elapsed.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            cpu.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Median(cpu):F1} | {Median(elapsed):F1} | {found} |");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static List<Socket> Open(int count)
    {
        var open = new List<Socket>(count);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(128);
        while (open.Count < count)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndpoint);
            open.Add(client);
            open.Add(listener.AcceptSocket());
        }

        return open;
    }
}
