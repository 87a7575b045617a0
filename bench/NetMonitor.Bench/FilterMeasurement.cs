using System.Diagnostics;
using System.Net;
using System.Text;
using NetMonitor.Filtering;
using NetMonitor.Packets;

namespace NetMonitor.Bench;

/// <summary>Filters 100,000 rows with a filter of each kind. The promise is less than 20 ms and nothing allocated.</summary>
internal static class FilterMeasurement
{
    private const int Rows = 100_000;
    private const int Rounds = 41;

    private static readonly string[] Filters =
    [
        "port:44", "port:=443", "port:1000-2000", "dst:10.0.0.0/8", "src:192.168", "dst:github.com", "process:ssh", "sni:/^api[0-9]+\\./", "host:*.example.com",
        "state:established", "rtt>100ms", "bytes>1MB age<5m", "details:h2", "proto:tcp state:established (process:firefox or not port:443)",
        "nosuchword", "github", "192.0.2.8", "/no such (word|thing)/",
    ];

    private static readonly ConnectionOwner[] Owners =
    [
        .. Enumerable.Range(0, 300).Select(n => new ConnectionOwner
        {
            ProcessId = n, ProcessName = n % 11 == 0 ? "ssh" : "firefox", ProcessPath = "/usr/lib/firefox/firefox", UserName = "ann",
            Source = AttributionSource.SocketTable, Quality = AttributionQuality.Exact,
        }),
    ];

    private static readonly Place[] Places = [.. Enumerable.Range(0, 200).Select(n => new Place("US", "San Francisco", 13335 + n, "Cloudflare, Inc."))];

    /// <summary>Measures and returns a Markdown table.</summary>
    public static string Take()
    {
        NetConnection[] rows = [.. Enumerable.Range(0, Rows).Select(Row)];
        var text = new StringBuilder();
        text.AppendLine("| Filter | ms for 100,000 rows, median | best | bytes allocated | kept |");
        text.AppendLine("|---|---:|---:|---:|---:|");
        foreach (string filter in Filters)
        {
            if (!ConnectionFilterExpression.TryParse(filter, out ConnectionFilterExpression? parsed, out FilterError? error))
            {
                throw new InvalidOperationException(error.Message);
            }

            var times = new List<double>();
            long allocated = 0;
            int kept = 0;
            for (int round = 0; round < Rounds; round++)
            {
                kept = 0;
                long before = GC.GetAllocatedBytesForCurrentThread();
                TimeSpan cpu = Environment.CpuUsage.TotalTime;
                long begun = Stopwatch.GetTimestamp();
                foreach (NetConnection row in rows)
                {
                    kept += parsed.Matches(row) ? 1 : 0;
                }

                double passed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                times.Add(Math.Min(passed, Math.Max((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, 0.1)));
            }

            times.Sort();
            text.AppendLine($"| `{filter.Replace("|", "\\|", StringComparison.Ordinal)}` | {times[Rounds / 2]:F1} | {times[0]:F1} | {allocated} | {kept:N0} |");
        }

        return text.ToString();
    }

    private static NetConnection Row(int n)
    {
        bool isWeb = n % 3 != 0;
        string? host = isWeb ? $"api{n % 500}.{(n % 7 == 0 ? "github.com" : "example.com")}" : null;
        return new NetConnection
        {
            IdValue = (ulong)n,
            Protocol = n % 4 == 0 ? TransportProtocol.UDP : TransportProtocol.TCP,
            Local = IPAddressValue.From(IPAddress.Parse("192.168.1.5")),
            Remote = n % 5 == 0 ? new(0x2001_0DB8_0000_0000, (ulong)n) : new(0, 0xFFFF_0A00_0000UL | (uint)n),
            HasPorts = true,
            LocalPortValue = (ushort)(32768 + (n % 28000)),
            RemotePortValue = isWeb ? (ushort)443 : (ushort)(n % 5000),
            State = n % 4 == 0 ? ConnectionState.UDP_ACTIVE : n % 2 == 0 ? ConnectionState.ESTABLISHED : ConnectionState.TIME_WAIT,
            Direction = ConnectionDirection.Outgoing,
            Application = isWeb ? "HTTPS" : null,
            Sni = host,
            HostName = host,
            HostNameSource = host is null ? null : HostNameSource.Sni,
            Service = isWeb ? "https" : null,
            Owner = Owners[n % Owners.Length],
            RemotePlace = Places[n % Places.Length],
            Interface = "eth0",
            Rtt = TimeSpan.FromMilliseconds(n % 200),
            BytesReceived = n * 37L,
            CreationNanoseconds = 0,
            LastActivityNanoseconds = n % 600 * 1_000_000_000L,
            Details = host is null ? null : new TlsDetails { Sni = host, Version = "TLS 1.3", CipherSuite = "TLS_AES_128_GCM_SHA256", AlpnOffered = ["h2", "http/1.1"], Ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1" },
        };
    }
}
