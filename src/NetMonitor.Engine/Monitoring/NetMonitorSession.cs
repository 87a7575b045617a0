using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>A monitor: wires sources, shards and inspection together, answers snapshots, and stops without losing what it has read.</summary>
public sealed class NetMonitorSession : IDisposable
{
    private NetMonitorSession(SessionOptions options) => Options = options;

    /// <summary>Opens the source, starts the threads and returns at once.</summary>
    /// <exception cref="CaptureException">The source cannot be opened.</exception>
    public static NetMonitorSession Start(SessionOptions options) => throw new NotImplementedException();

    /// <summary>What it was started with.</summary>
    public SessionOptions Options { get; }

    /// <summary>How users call it.</summary>
    public string Name { get; } = "";

    /// <summary>The interfaces it captures on; for a file those the file names.</summary>
    public IReadOnlyList<string> Interfaces { get; } = [];

    /// <summary>Where it is in its life.</summary>
    public SessionStatus Status { get; }

    /// <summary>Why it failed, or null.</summary>
    public Exception? Failure { get; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartTime { get; }

    /// <summary>Counts since the start.</summary>
    public SessionCounters Counters => new();

    /// <summary>Its connections as they are now (open ones and, for a file, all), each an immutable object. Loopback ones only when asked for by the options.</summary>
    /// <param name="filter">Which ones; null for all.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public IReadOnlyList<NetConnection> Snapshot(Func<NetConnection, bool>? filter = null, CancellationToken cancellation = default) => [];

    /// <summary>Waits until a file has been read to its end, or the monitor failed or was stopped.</summary>
    /// <returns>False when the time was up first.</returns>
    public bool WaitForCompletion(TimeSpan timeout, CancellationToken cancellation = default) => true;

    /// <summary>Stops capturing, works off what was read, keeps the connections. As often as one likes, from any thread.</summary>
    public void Stop()
    {
    }

    /// <summary>Stops and frees everything.</summary>
    public void Dispose() => Stop();
}
