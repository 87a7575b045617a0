using System.Collections.Concurrent;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Monitoring;

/// <summary>A source that hands out what a test puts in: batches of frames, an exception, the end.</summary>
internal sealed class MemorySource(bool isLive, string name = "memory") : IFrameSource
{
    private readonly BlockingCollection<object> _items = [];
    private readonly CancellationTokenSource _cancelled = new();
    private long _received;

    public string Name => name;

    public bool IsLive => isLive;

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<CaptureInterface> Interfaces { get; } = [new(0, name, null, LinkType.Ethernet, 0)];

    public SourceCounters Counters => new(Volatile.Read(ref _received), 0, null, null);

    public void Add(params (long Timestamp, byte[] Frame)[] frames) => _items.Add(frames);

    public void Fail(Exception exception) => _items.Add(exception);

    public void End() => _items.CompleteAdding();

    public bool Read(FrameBatch batch)
    {
        batch.Count = 0;
        try
        {
            object item = _items.Take(_cancelled.Token);
            if (item is Exception exception)
            {
                throw exception;
            }

            int at = 0;
            foreach ((long timestamp, byte[] frame) in ((long, byte[])[])item)
            {
                frame.CopyTo(batch.Buffer, at);
                batch.Frames[batch.Count++] = new FrameRecord
                {
                    Offset = at,
                    CapturedLength = frame.Length,
                    WireLength = frame.Length,
                    Timestamp = timestamp,
                    LinkType = LinkType.Ethernet,
                };
                at += frame.Length;
            }

            Volatile.Write(ref _received, _received + batch.Count);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException || (e is InvalidOperationException && _items.IsCompleted))
        {
            return false;
        }
    }

    public void Cancel() => _cancelled.Cancel();

    public void Dispose() => IsDisposed = true;
}
