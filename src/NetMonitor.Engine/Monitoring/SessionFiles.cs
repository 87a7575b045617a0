using NetMonitor.Capture;
using NetMonitor.Export;
using NetMonitor.Flows;

namespace NetMonitor.Monitoring;

/// <summary>What a session writes beside the objects it gives: a log of events, a recording, and the flight recorder's files when somebody asks for one.</summary>
internal sealed class SessionFiles
{
    private readonly IReadOnlyList<IFrameSource> _sources;
    private readonly string? _captureFilter;
    private readonly EventLog? _log;
    private readonly CaptureRecorder? _recorder;
    private readonly FlightRecorder? _flightRecorder;
    private readonly PacketComments? _comments;
    private int _completed;

    /// <exception cref="ExportException">A file cannot be written.</exception>
    public SessionFiles(SessionOptions options, IReadOnlyList<IFrameSource> sources, Func<int, SourceCounters> countersOf, long now)
    {
        _sources = sources;
        _captureFilter = options.CaptureFilter;
        _log = options.EventLog is { } log ? EventLog.Open(log, waits: sources.Count > 0 && !sources[0].IsLive) : null;
        try
        {
            _recorder = options.Recording is { } recording
                ? new CaptureRecorder(recording with { CaptureFilter = _captureFilter }, sources, countersOf, now)
                : null;
        }
        catch
        {
            _log?.Dispose();
            throw;
        }

        _flightRecorder = options.FlightRecorder > TimeSpan.Zero ? new FlightRecorder(options.FlightRecorderBytes, options.FlightRecorder) : null;
        _comments = _recorder?.Comments ?? (_flightRecorder is null ? null : new PacketComments());
    }

    /// <summary>Why the log could not be written of late, or null.</summary>
    public Exception? LogFailure => _log?.Failure;

    /// <summary>Why the recording could not be written of late, or null.</summary>
    public Exception? RecordingFailure => _recorder?.Failure;

    /// <summary>Who wants to hear of connections; null for nobody.</summary>
    public Action<ConnectionEvent>? Listener
    {
        get
        {
            Action<ConnectionEvent>? listener = _log is null ? null : _log.Post;
            return _comments is null ? listener : listener + (e => _comments.Learn(e.Connection));
        }
    }

    /// <summary>Who wants the frames of a source.</summary>
    public IReadOnlyList<Action<FrameBatch>> Taps(int source)
    {
        var taps = new List<Action<FrameBatch>>();
        if (_recorder is not null)
        {
            taps.Add(frames => _recorder.Post(frames, source));
        }

        if (_flightRecorder is not null)
        {
            taps.Add(frames => _flightRecorder.Post(frames, source));
        }

        return taps;
    }

    /// <summary>The session's counts with those of what was written and what was not.</summary>
    public SessionCounters Count(SessionCounters counters) => counters with
    {
        EventLogDropped = _log?.Dropped,
        Recorded = _recorder?.Written,
        RecordingDropped = _recorder?.Dropped,
    };

    /// <summary>Writes what the flight recorder holds to a capture file.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="since">Only what is not older, in nanoseconds since 1970.</param>
    /// <param name="connections">Only the packets of these connections; null for all.</param>
    /// <param name="cancellation">Ends it; no file is left.</param>
    /// <returns>Frames written.</returns>
    /// <exception cref="InvalidOperationException">There is no flight recorder.</exception>
    /// <exception cref="ExportException">The file cannot be written.</exception>
    public long Save(RecordingOptions options, long since, IEnumerable<NetConnection>? connections, CancellationToken cancellation)
    {
        if (_flightRecorder is null)
        {
            throw new InvalidOperationException("The session has no flight recorder.");
        }

        HashSet<FlowKey>? flows = connections is null ? null : [.. connections.Select(FlowKey.Of)];
        return _flightRecorder.Save(options with { CaptureFilter = _captureFilter }, since, flows, _sources, _comments!, cancellation);
    }

    /// <summary>Closes what is written to, once. The log gets a last line of each connection that is still open: every one that was opened has its end in it.</summary>
    /// <param name="open">Asks for the connections that are still open.</param>
    public void Complete(Func<IReadOnlyList<NetConnection>> open)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return;
        }

        _recorder?.Dispose();
        if (_log is not null)
        {
            foreach (NetConnection connection in open())
            {
                _log.Post(new ConnectionEvent(ConnectionChange.Closed, connection));
            }

            _log.Dispose();
        }
    }
}
