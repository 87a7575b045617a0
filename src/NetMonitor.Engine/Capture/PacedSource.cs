using System.Diagnostics;

namespace NetMonitor.Capture;

/// <summary>Hands out a file's frames at the pace at which they were captured. Gaps longer than <see cref="LongestGap"/> are shortened to it.</summary>
internal sealed class PacedSource(IFrameSource inner) : IFrameSource
{
    /// <summary>Nobody waits for a night in which nothing happened.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    private static readonly long LongestGapNanoseconds = UnixTime.FromTimeSpan(LongestGap);

    private readonly FrameBatch _ahead = new();
    private readonly ManualResetEventSlim _cancelled = new();
    private int _next;
    private long _lastFrame;
    private long _due; // nanoseconds on the clock of Stopwatch

    public string Name => inner.Name;

    public bool IsLive => false;

    public IReadOnlyList<CaptureInterface> Interfaces => inner.Interfaces;

    public SourceCounters Counters => inner.Counters;

    public bool Read(FrameBatch batch)
    {
        batch.Count = 0;
        if (_next == _ahead.Count)
        {
            _next = 0;
            if (!inner.Read(_ahead))
            {
                return false;
            }
        }

        if (_ahead.Count == 0)
        {
            return !_cancelled.IsSet;
        }

        WaitFor(_ahead.Frames[_next].Timestamp);
        if (_cancelled.IsSet)
        {
            return false;
        }

        // With the frame that was waited for go those that are due by now; the first one always fits, as both buffers grow alike.
        if (batch.Buffer.Length < _ahead.Frames[_next].CapturedLength)
        {
            batch.Buffer = GC.AllocateUninitializedArray<byte>(_ahead.Frames[_next].CapturedLength, pinned: true);
        }

        int at = 0;
        long limit = _lastFrame + Math.Max(0, Clock() - _due);
        while (_next < _ahead.Count && batch.Count < batch.Frames.Length)
        {
            FrameRecord frame = _ahead.Frames[_next];
            if (at + frame.CapturedLength > batch.Buffer.Length || (batch.Count > 0 && frame.Timestamp > limit))
            {
                break;
            }

            _ahead[_next++].CopyTo(batch.Buffer.AsSpan(at));
            frame.Offset = at;
            at += frame.CapturedLength;
            batch.Frames[batch.Count++] = frame;
        }

        return true;
    }

    public void Cancel()
    {
        _cancelled.Set();
        inner.Cancel();
    }

    public void Dispose() => inner.Dispose();

    private static long Clock() => (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;

    private void WaitFor(long timestamp)
    {
        long gap = _lastFrame == 0 ? 0 : Math.Clamp(timestamp - _lastFrame, 0, LongestGapNanoseconds);
        _due = _lastFrame == 0 ? Clock() : _due + gap;
        _lastFrame = Math.Max(_lastFrame, timestamp);
        long wait = _due - Clock();
        if (wait > 0)
        {
            _cancelled.Wait(UnixTime.ToTimeSpan(wait));
        }
    }
}
