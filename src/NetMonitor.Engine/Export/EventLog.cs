using NetMonitor.Monitoring;

namespace NetMonitor.Export;

/// <summary>What to log, where and how.</summary>
public sealed record EventLogOptions
{
    /// <summary>The file, or for Zeek's formats the folder.</summary>
    public required string Path { get; init; }

    /// <summary>Ecs, RustNet, Zeek or ZeekJson. Zeek's logs have a line when a connection closes; the others one for each event.</summary>
    public ExportFormat Format { get; init; } = ExportFormat.Ecs;

    /// <summary>Bytes after which a file is turned over; 0 for never.</summary>
    public long Size { get; init; }

    /// <summary>Older files that are kept.</summary>
    public int Files { get; init; } = 5;
}

/// <summary>
/// Writes what happens to connections, on a thread of its own. A live monitor never waits for it: what the disk cannot follow is dropped and
/// counted, first what is not the end of a connection. A file that is replayed waits, and nothing is lost.
/// </summary>
internal sealed class EventLog : IDisposable
{
    /// <summary>Events waiting to be written, beyond which those that are not the end of a connection are dropped (docs/limits.md).</summary>
    public const int Waiting = 65_536;

    /// <summary>Events waiting to be written, beyond which all are dropped (docs/limits.md).</summary>
    public const int WaitingClosed = 262_144;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Queue<ConnectionEvent> _waiting = new();
    private readonly Action<ConnectionEvent> _write;
    private readonly IDisposable _destination;
    private readonly Thread _thread;
    private readonly bool _waits;
    private bool _completed;
    private long _written;
    private long _dropped;

    private EventLog(Action<ConnectionEvent> write, IDisposable destination, bool waits)
    {
        _waits = waits;
        _write = write;
        _destination = destination;
        _thread = new Thread(Run) { IsBackground = true, Name = "NetMonitor event log" };
        _thread.Start();
    }

    /// <summary>Opens the log.</summary>
    /// <param name="options">What, where and how.</param>
    /// <param name="waits">Whoever tells it waits for the disk: for a file, which is never lossy.</param>
    /// <exception cref="ExportException">It cannot be opened, or the format is not one of a log.</exception>
    public static EventLog Open(EventLogOptions options, bool waits)
    {
        switch (options.Format)
        {
            case ExportFormat.Ecs or ExportFormat.RustNet:
                var file = new LogFile(options.Path, options.Size, options.Files);
                var lines = new JsonLines();
                JsonSchema schema = options.Format == ExportFormat.Ecs ? EcsSchema.Write : RustNetSchema.Write;
                return new EventLog(e => file.Write(lines.Format(schema, e.Change, e.Connection)), file, waits);
            case ExportFormat.Zeek or ExportFormat.ZeekJson:
                ZeekWriter zeek = ZeekWriter.Append(options.Path, options.Format == ExportFormat.ZeekJson, options.Size, options.Files);
                return new EventLog(
                    e =>
                    {
                        if (e.Change == ConnectionChange.Closed)
                        {
                            zeek.Write(e.Connection);
                        }
                    },
                    zeek,
                    waits);
            default:
                throw new ExportException(
                    ExportError.ExportFormatUnknown,
                    $"{options.Format} is not a format of a log.",
                    "A log is Ecs, RustNet, Zeek or ZeekJson; Export-NetConnection writes the others.");
        }
    }

    /// <summary>Events written.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Events dropped because the disk did not follow or writing failed.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Why the last write failed; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes an event.</summary>
    public void Post(ConnectionEvent e)
    {
        lock (_waiting)
        {
            while (_waits && _waiting.Count >= Waiting && !_completed)
            {
                Monitor.Wait(_waiting, Patience);
            }

            if (_completed || _waiting.Count >= (e.Change == ConnectionChange.Closed ? WaitingClosed : Waiting))
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(e);
            if (_waiting.Count == 1)
            {
                Monitor.PulseAll(_waiting);
            }
        }
    }

    /// <summary>Writes what is waiting, then closes the files.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _completed = true;
            Monitor.PulseAll(_waiting);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (TryTake(out ConnectionEvent? e))
        {
            try
            {
                _write(e);
                Volatile.Write(ref _written, _written + 1);
                Failure = null;
            }
            catch (Exception error)
            {
                Failure = error; // Reported by the session: an exception on this thread would end the user's shell.
                Interlocked.Increment(ref _dropped);
            }
        }

        _destination.Dispose();
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ConnectionEvent? e)
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_completed)
            {
                Monitor.Wait(_waiting, Patience);
            }

            if (_waits && _waiting.Count == Waiting)
            {
                Monitor.PulseAll(_waiting);
            }

            return _waiting.TryDequeue(out e);
        }
    }
}
