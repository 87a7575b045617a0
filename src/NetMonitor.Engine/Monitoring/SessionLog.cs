using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NetMonitor.Export;

namespace NetMonitor.Monitoring;

/// <summary>Where a monitor logs what it does itself, and how much. Connections are not in it: they have the event log.</summary>
public sealed record LogOptions
{
    /// <summary>The file; or a folder, which gets a file with the time of the start in its name.</summary>
    public required string Path { get; init; }

    /// <summary>What is less than this is not logged; <see cref="LogLevel.None"/> for no log at all.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Replace the file when it is there.</summary>
    public bool Replace { get; init; }
}

/// <summary>
/// The diagnostic log of one run. Whoever logs never waits: lines go through a bounded queue to a writer of its own, and those that find it
/// full are dropped and counted. No payload, no key and no command line gets here.
/// </summary>
internal sealed class SessionLog : ILogger, IDisposable
{
    /// <summary>Lines waiting to be written, beyond which they are dropped (docs/limits.md).</summary>
    public const int Waiting = 4096;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Channel<string> _lines =
        Channel.CreateBounded<string>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly LogLevel _level;
    private readonly Task _writer;
    private Timer? _timer;
    private SessionCounters _before = new();
    private long _dropped;
    private int _ended;

    private SessionLog(FileStream file, LogLevel level)
    {
        _level = level;
        Path = file.Name;
        _writer = Task.Run(() => WriteAsync(file));
    }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Lines that are not in the file, because the queue was full or the disk is.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Opens the log that the options ask for; null when they ask for none.</summary>
    /// <exception cref="ExportException">The file cannot be made.</exception>
    public static SessionLog? Open(LogOptions? options)
    {
        if (options is null || options.Level == LogLevel.None)
        {
            return null;
        }

        string path = options.Path;
        if (Directory.Exists(path))
        {
            string name = $"netmonitor_{DateTime.Now.ToString("yyyy-MM-dd_HH-mm-ss", CultureInfo.InvariantCulture)}";
            path = System.IO.Path.Combine(options.Path, name + ".log");
            for (int i = 2; File.Exists(path); i++)
            {
                path = System.IO.Path.Combine(options.Path, $"{name}_{i}.log");
            }
        }

        return new SessionLog(ExportFile.CreateNow(path, options.Replace), options.Level);
    }

    /// <summary>Looks once a second what was lost, until <see cref="End"/>.</summary>
    public void Follow(Func<SessionCounters> counters) => _timer = new Timer(_ => Compare(counters), null, Interval, Interval);

    /// <summary>Logs what became of the session, and closes the file. Only the first time.</summary>
    public void End(SessionStatus status, SessionCounters counters)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _timer?.Dispose();
            LogMessages.Ended(this, status, counters.Received, counters.Bytes, counters.Packets, counters.Opened, counters.Closed, counters.TableFull);
            LogMessages.Lost(this, counters.KernelDropped, counters.InterfaceDropped, counters.QueueDropped, counters.RecordingDropped, counters.EventLogDropped);
            foreach ((string reason, long count) in counters.NotTracked)
            {
                LogMessages.NotTracked(this, count, reason);
            }

            Dispose();
        }
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= _level && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {logLevel,-11} {eventId.Name}: ");
        foreach (char c in formatter(state, exception))
        {
            line.Append(char.IsControl(c) ? ' ' : c);
        }

        if (exception is not null)
        {
            line.Append('\n').Append("  ").Append(exception.ToString().ReplaceLineEndings("\n  "));
        }

        if (!_lines.Writer.TryWrite(line.Append('\n').ToString()))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes what is waiting and closes the file.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        _lines.Writer.TryComplete();
        _writer.Wait();
    }

    /// <summary>Logs what was lost since the last time.</summary>
    internal void Compare(Func<SessionCounters> counters)
    {
        try
        {
            SessionCounters now = counters();
            if (now.KernelDropped > (_before.KernelDropped ?? 0) || now.InterfaceDropped > (_before.InterfaceDropped ?? 0) || now.QueueDropped > _before.QueueDropped
                || now.RecordingDropped > (_before.RecordingDropped ?? 0) || now.EventLogDropped > (_before.EventLogDropped ?? 0))
            {
                LogMessages.DropsGrow(this, now.KernelDropped, now.InterfaceDropped, now.QueueDropped, now.RecordingDropped, now.EventLogDropped);
            }

            _before = now;
        }
        catch (Exception e)
        {
            LogMessages.NotCounted(this, e); // an exception of a timer would end the user's shell
        }
    }

    private async Task WriteAsync(FileStream file)
    {
        bool broken = false;
        await foreach (string line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            broken |= !TryWrite(file, line);
            if (broken)
            {
                Interlocked.Increment(ref _dropped);
            }
        }

        if (Dropped > 0 && !broken)
        {
            TryWrite(file, string.Create(CultureInfo.InvariantCulture, $"{Dropped} lines were dropped because the disk did not follow.\n"));
        }

        try
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The disk is full: nothing more can be said in this file.
        }
    }

    private static bool TryWrite(FileStream file, string line)
    {
        try
        {
            file.Write(Encoding.UTF8.GetBytes(line));
            file.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>Everything the diagnostic log can say.</summary>
internal static partial class LogMessages
{
    /// <summary>The first lines: what was asked for, what was opened.</summary>
    public static void Begin(ILogger log, NetMonitorSession session, IReadOnlyList<Capture.IFrameSource> sources)
    {
        SessionOptions options = session.Options;
        Started(log, session.Name, Environment.OSVersion.VersionString, Environment.Version.ToString(), Environment.ProcessId);
        Asked(log, options.CaptureFilter ?? "none", options.Promiscuous, !options.NoInspection, options.ShardCount, options.KeyLog is not null,
            options.Recording is not null, options.EventLog is not null, options.ResolveNames || options.ResolvePrivateNames);
        foreach (Capture.IFrameSource source in sources)
        {
            SourceOpened(log, source.Name, source.IsLive, string.Join(", ", source.Interfaces.Select(i => $"{i.Name ?? "?"} {i.LinkType} snaplen {i.SnapLength}")));
        }

        Attribution(log, session.Attribution ?? "none");
        if (session.Notice is { } notice)
        {
            Notice(log, notice);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Monitor '{Name}' on {System}, .NET {Runtime}, process {Process}")]
    private static partial void Started(ILogger log, string name, string system, string runtime, int process);

    [LoggerMessage(2, LogLevel.Debug, "capture filter: {Filter}; promiscuous: {Promiscuous}; inspection: {Inspection}; shards: {Shards}; key log: {KeyLog}; recording: {Recording}; event log: {EventLog}; reverse DNS: {Reverse}")]
    private static partial void Asked(ILogger log, string filter, bool promiscuous, bool inspection, int shards, bool keyLog, bool recording, bool eventLog, bool reverse);

    [LoggerMessage(3, LogLevel.Information, "'{Source}', live: {Live}; {Interfaces}")]
    private static partial void SourceOpened(ILogger log, string source, bool live, string interfaces);

    [LoggerMessage(4, LogLevel.Information, "owners by {Method}")]
    private static partial void Attribution(ILogger log, string method);

    [LoggerMessage(5, LogLevel.Warning, "{Text}")]
    private static partial void Notice(ILogger log, string text);

    [LoggerMessage(6, LogLevel.Warning, "in all by kernel {Kernel}, interface {Interface}, queue {Queue}, recording {Recording}, event log {EventLog}")]
    public static partial void DropsGrow(ILogger log, long? kernel, long? @interface, long queue, long? recording, long? eventLog);

    [LoggerMessage(7, LogLevel.Error, "'{Source}' failed")]
    public static partial void SourceFailed(ILogger log, string source, Exception failure);

    [LoggerMessage(8, LogLevel.Error, "tracking failed")]
    public static partial void TrackingFailed(ILogger log, Exception failure);

    [LoggerMessage(9, LogLevel.Error, "the monitor did not start")]
    public static partial void NotStarted(ILogger log, Exception failure);

    [LoggerMessage(10, LogLevel.Information, "{Status}: {Received} frames, {Bytes} bytes, {Packets} packets, {Opened} connections opened, {Closed} closed, {TableFull} not tracked because the table was full")]
    public static partial void Ended(ILogger log, SessionStatus status, long received, long bytes, long packets, long opened, long closed, long tableFull);

    [LoggerMessage(11, LogLevel.Information, "by kernel {Kernel}, interface {Interface}, queue {Queue}, recording {Recording}, event log {EventLog}")]
    public static partial void Lost(ILogger log, long? kernel, long? @interface, long queue, long? recording, long? eventLog);

    [LoggerMessage(12, LogLevel.Debug, "{Count} frames: {Reason}")]
    public static partial void NotTracked(ILogger log, long count, string reason);

    [LoggerMessage(13, LogLevel.Debug, "the counters could not be read")]
    public static partial void NotCounted(ILogger log, Exception failure);
}
