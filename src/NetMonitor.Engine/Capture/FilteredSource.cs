namespace NetMonitor.Capture;

/// <summary>The frames of a recorded source that a libpcap filter lets through.</summary>
/// <param name="source">The source; disposed with this one.</param>
/// <param name="expression">The filter.</param>
/// <exception cref="CaptureException">The expression does not compile, or libpcap is not installed.</exception>
public sealed class FilteredSource(IMeasuredSource source, string expression) : IMeasuredSource
{
    private readonly FrameFilter _filter = new(expression);
    private long _received;
    private long _bytes;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInterface> Interfaces => source.Interfaces;

    /// <inheritdoc/>
    /// <remarks>Of the frames let through.</remarks>
    public SourceCounters Counters => new(Volatile.Read(ref _received), Volatile.Read(ref _bytes), null, null);

    /// <inheritdoc/>
    public long BytesRead => source.BytesRead;

    /// <inheritdoc/>
    public long? TotalBytes => source.TotalBytes;

    /// <inheritdoc/>
    public void TakeKeyLogs(Action<byte[]> taker) => source.TakeKeyLogs(taker);

    /// <inheritdoc/>
    public bool Read(FrameBatch batch)
    {
        while (source.Read(batch))
        {
            int kept = 0;
            long bytes = 0;
            for (int i = 0; i < batch.Count; i++)
            {
                if (_filter.Matches(batch[i], batch.Frames[i]))
                {
                    bytes += batch.Frames[i].CapturedLength;
                    batch.Frames[kept++] = batch.Frames[i];
                }
            }

            batch.Count = kept;
            Volatile.Write(ref _received, _received + kept);
            Volatile.Write(ref _bytes, _bytes + bytes);
            if (kept > 0)
            {
                return true;
            }
        }

        return _filter.Failure is { } failure ? throw failure : false;
    }

    /// <inheritdoc/>
    public void Cancel() => source.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        _filter.Dispose();
    }
}
