using System.Diagnostics;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Export;

/// <summary>
/// Writes every frame of a session to capture files, on a thread of its own. Frames wait half a second, so that what is learned of their
/// connection from the first of them is in the comment on all of them. A live source never waits: frames the disk does not follow are dropped
/// and counted. A process that is killed loses at most the last second.
/// </summary>
internal sealed class CaptureRecorder : IDisposable
{
    /// <summary>Batches of frames under way, a megabyte each at most; beyond that a live source's frames are dropped (docs/limits.md).</summary>
    public const int Batches = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly RecordingOptions _options;
    private readonly RecordedFiles _files;
    private readonly IReadOnlyList<IFrameSource> _sources;
    private readonly Func<int, SourceCounters> _countersOf;
    private readonly Queue<(FrameBatch Frames, int Source, long Posted)> _waiting = new();
    private readonly Stack<FrameBatch> _free = new();
    private readonly Thread _thread;
    private readonly bool _waits;
    private long _first;
    private long _keyLogRead;
    private byte[] _secrets = [];
    private bool _completed;
    private int _underWay;
    private long _written;
    private long _dropped;
    private long _latest;

    /// <param name="options">Where to.</param>
    /// <param name="sources">The sources of the frames.</param>
    /// <param name="countersOf">What a source counted, also after it has ended.</param>
    /// <param name="now">The time, nanoseconds since 1970, for the first file's name.</param>
    /// <exception cref="ExportException">The file cannot be made.</exception>
    public CaptureRecorder(RecordingOptions options, IReadOnlyList<IFrameSource> sources, Func<int, SourceCounters> countersOf, long now)
    {
        _countersOf = countersOf;
        _options = options;
        _sources = sources;
        _waits = !sources[0].IsLive;
        _files = new RecordedFiles(options, now);
        _thread = new Thread(Run) { IsBackground = true, Name = "NetMonitor recorder" };
        _thread.Start();
    }

    /// <summary>What is known of the packets' connections.</summary>
    public PacketComments Comments { get; } = new();

    /// <summary>Frames written.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Frames dropped, because the disk did not follow or a write failed.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Why the last write failed; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes a copy of a batch.</summary>
    public void Post(FrameBatch frames, int source)
    {
        if (frames.Count == 0 || Rent() is not { } copy)
        {
            return;
        }

        ref FrameRecord last = ref frames.Frames[frames.Count - 1];
        int bytes = last.Offset + last.CapturedLength;
        if (copy.Buffer.Length < bytes)
        {
            copy.Buffer = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        }

        frames.Buffer.AsSpan(0, bytes).CopyTo(copy.Buffer);
        frames.Frames.AsSpan(0, frames.Count).CopyTo(copy.Frames);
        copy.Count = frames.Count;
        lock (_waiting)
        {
            _waiting.Enqueue((copy, source, Stopwatch.GetTimestamp()));
            Monitor.PulseAll(_waiting);
        }

        FrameBatch? Rent()
        {
            lock (_waiting)
            {
                while (_waits && _underWay >= Batches && !_completed)
                {
                    Monitor.Wait(_waiting, Patience);
                }

                if (_completed || _underWay >= Batches)
                {
                    _dropped += frames.Count;
                    return null;
                }

                _underWay++;
                return _free.TryPop(out FrameBatch? batch) ? batch : new FrameBatch();
            }
        }
    }

    /// <summary>Writes what is waiting, then closes the file.</summary>
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
        while (TryTake(out FrameBatch? frames, out int source))
        {
            Guarded(frames.Count, () => Write(frames, source));
            lock (_waiting)
            {
                _underWay--;
                _free.Push(frames);
                Monitor.PulseAll(_waiting);
            }
        }

        Guarded(0, Finish);
        _files.Dispose();
    }

    /// <summary>The oldest batch, once it has waited long enough, or there is no room to wait in.</summary>
    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FrameBatch? frames, out int source)
    {
        lock (_waiting)
        {
            while (true)
            {
                TimeSpan left = Patience;
                if (_waiting.TryPeek(out (FrameBatch Frames, int Source, long Posted) next))
                {
                    left = Patience - Stopwatch.GetElapsedTime(next.Posted);
                    if (_completed || left <= TimeSpan.Zero || _underWay > Batches / 2)
                    {
                        (frames, source, _) = _waiting.Dequeue();
                        return true;
                    }
                }
                else if (_completed)
                {
                    (frames, source) = (null, 0);
                    return false;
                }

                Monitor.Wait(_waiting, left);
            }
        }
    }

    private void Write(FrameBatch frames, int source)
    {
        IReadOnlyList<CaptureInterface> interfaces = _sources[source].Interfaces;
        bool comments = !_options.IsPcap;
        int misfits = 0;
        WriteSecrets();
        for (int i = 0; i < frames.Count; i++)
        {
            ref FrameRecord record = ref frames.Frames[i];
            _first = _first == 0 ? record.Timestamp : _first;
            _latest = Math.Max(_latest, record.Timestamp);
            if (_files.IsFull(record.Timestamp))
            {
                Finish();
                _files.Next(record.Timestamp);
                _files.Current.WriteSecrets(_secrets);
            }

            ReadOnlySpan<byte> frame = frames[i];
            byte[]? comment = comments ? Comments.Of(frame, record) : null;
            misfits += _files.Current.Write(source, interfaces[record.InterfaceId], _options.CaptureFilter, record, frame, comment) ? 0 : 1;
        }

        _files.Current.Commit();
        Volatile.Write(ref _written, _written + frames.Count - misfits);
        Interlocked.Add(ref _dropped, misfits);
    }

    private void Finish()
    {
        _files.Current.WriteNames(Comments.NamesSoFar());
        _files.Current.WriteStatistics(_countersOf, _first, _latest);
        _files.Current.Commit();
    }

    /// <summary>Secrets that were added to the key log since the last look: they must stand before the packets they open.</summary>
    private void WriteSecrets()
    {
        if (_options.KeyLog is not { } path || _options.IsPcap || !File.Exists(path))
        {
            return;
        }

        using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (log.Length <= _keyLogRead)
        {
            return;
        }

        log.Position = _keyLogRead;
        var bytes = new byte[(int)Math.Min(log.Length - _keyLogRead, 1 << 20)];
        int read = log.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        int whole = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        if (whole > 0)
        {
            _keyLogRead += whole;
            _secrets = [.. _secrets, .. bytes.AsSpan(0, whole)];
            _files.Current.WriteSecrets(bytes.AsSpan(0, whole));
        }
    }

    private void Guarded(int frames, Action write)
    {
        try
        {
            write();
            Failure = null;
        }
        catch (Exception e)
        {
            Failure = e is IOException ? ExportFile.Interrupted(_files.Current.Path, e) : e; // Reported by the session: nothing here may end the user's shell.
            Interlocked.Add(ref _dropped, frames);
        }
    }
}
