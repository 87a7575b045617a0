using Microsoft.Extensions.Logging;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Monitoring;

public sealed class SessionLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor-diagnostics").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_has_its_file_with_start_and_counters_and_without_the_key_log()
    {
        string keys = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "keys")).FullName, "secret.keys");
        File.WriteAllText(keys, "# secret\n");
        Run(new SessionOptions { Log = new LogOptions { Path = _folder, Level = LogLevel.Debug }, KeyLog = keys });
        string file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Matches(@"netmonitor_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.log$", file);
        string text = File.ReadAllText(file);
        Assert.Contains("Started: Monitor", text, StringComparison.Ordinal);
        Assert.Contains("Completed: 0 frames", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Nothing_is_logged_unless_asked_for()
    {
        Run(new SessionOptions());
        Run(new SessionOptions { Log = new LogOptions { Path = _folder, Level = LogLevel.None } });
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_level_leaves_out_what_is_less_and_drops_are_told_when_they_grow()
    {
        string path = Path.Combine(_folder, "log");
        using (SessionLog log = SessionLog.Open(new LogOptions { Path = path, Level = LogLevel.Warning })!)
        {
            log.Compare(() => new SessionCounters { KernelDropped = 5 });
            log.Compare(() => new SessionCounters { KernelDropped = 5 });
            log.Compare(() => new SessionCounters { KernelDropped = 7 });
            LogMessages.SourceFailed(log, "eth0\nforged", new IOException("gone"));
            log.End(SessionStatus.Failed, new SessionCounters());
        }

        string[] lines = File.ReadAllLines(path);
        Assert.Equal(3, lines.Count(line => line.StartsWith("20", StringComparison.Ordinal)));
        Assert.Contains("by kernel 7,", lines[1], StringComparison.Ordinal);
        Assert.Contains("'eth0 forged' failed", lines[2], StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException: gone", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_is_not_written_through_a_link_nor_over_a_file()
    {
        string target = Path.Combine(_folder, "target"), link = Path.Combine(_folder, "link");
        File.WriteAllText(target, "mine");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(ExportError.ExportPathIsLink, Assert.Throws<ExportException>(() => Run(new SessionOptions { Log = new LogOptions { Path = link } })).Error);
        Assert.Equal(ExportError.ExportFileExists, Assert.Throws<ExportException>(() => Run(new SessionOptions { Log = new LogOptions { Path = target } })).Error);
        Assert.Equal("mine", File.ReadAllText(target));
    }

    private static void Run(SessionOptions options)
    {
        var source = new MemorySource(isLive: false);
        source.End();
        using NetMonitorSession session = NetMonitorSession.Start(options, [source]);
        Assert.True(session.WaitForCompletion(TimeSpan.FromSeconds(10)));
    }
}
