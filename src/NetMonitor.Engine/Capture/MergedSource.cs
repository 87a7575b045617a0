namespace NetMonitor.Capture;

/// <summary>
/// Several captures as one, in the order of their times: always the frame next in time of those that are first in their captures. Interfaces are those of all
/// captures, numbered as they appear. A capture that is damaged ends there, and the others go on.
/// </summary>
public sealed class MergedSource : IMeasuredSource
{
    // Each capture has a batch of its own: small ones, so that a ring of many files stays within memory.
    private const int BatchBytes = 256 << 10;
    private const int BatchFrames = 1024;

    private sealed class Input(IMeasuredSource source)
    {
        public readonly IMeasuredSource Source = source;
        public readonly FrameBatch Batch = new(BatchBytes, BatchFrames);
        public readonly List<ushort> Interfaces = [];    // the merged number of each of its own
        public int Next;

        public ref FrameRecord Head => ref Batch.Frames[Next];
    }

    private readonly List<Input> _inputs = [];
    private readonly PriorityQueue<Input, (long Time, int Order)> _queue = new();
    private readonly List<CaptureException> _damages = [];
    private CaptureInterface[] _interfaces = [];
    private volatile bool _cancelled;
    private bool _started;
    private long _received;
    private long _bytes;

    /// <summary>Merges captures.</summary>
    /// <param name="sources">At least one; disposed with this one. Of frames with the same time those of the first come first.</param>
    /// <param name="refused">Why others are not among them.</param>
    public MergedSource(IReadOnlyList<IMeasuredSource> sources, IReadOnlyList<CaptureException>? refused = null)
    {
        _damages.AddRange(refused ?? []);
        foreach (IMeasuredSource source in sources)
        {
            _inputs.Add(new Input(source));
        }

        Name = string.Join(", ", sources.Select(source => source.Name));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInterface> Interfaces => Volatile.Read(ref _interfaces);

    /// <inheritdoc/>
    public SourceCounters Counters => new(Volatile.Read(ref _received), Volatile.Read(ref _bytes), null, null);

    /// <inheritdoc/>
    public long BytesRead => _inputs.Sum(input => input.Source.BytesRead);

    /// <inheritdoc/>
    public long? TotalBytes => _inputs.Sum(input => input.Source.TotalBytes) is var sum && _inputs.Exists(input => input.Source.TotalBytes is null) ? null : sum;

    /// <summary>The captures that ended early, and why. Complete when <see cref="Read"/> has returned false.</summary>
    public IReadOnlyList<CaptureException> Damages => _damages;

    /// <inheritdoc/>
    public void TakeKeyLogs(Action<byte[]> taker) => _inputs.ForEach(input => input.Source.TakeKeyLogs(taker));

    /// <inheritdoc/>
    public bool Read(FrameBatch batch)
    {
        batch.Count = 0;
        if (!_started)
        {
            _started = true;
            for (int i = 0; i < _inputs.Count; i++)
            {
                Refill(_inputs[i], i);
            }
        }

        int used = 0;
        while (!_cancelled && batch.Count < batch.Frames.Length && _queue.TryPeek(out Input? input, out (long Time, int Order) first))
        {
            ref FrameRecord head = ref input.Head;
            int length = head.CapturedLength;
            if (used + length > batch.Buffer.Length)
            {
                if (batch.Count > 0)
                {
                    break;
                }

                batch.Buffer = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            }

            input.Batch[input.Next].CopyTo(batch.Buffer.AsSpan(used));
            ref FrameRecord copy = ref batch.Frames[batch.Count++];
            copy = head;
            copy.Offset = used;
            copy.InterfaceId = Number(input, head.InterfaceId);
            used += length;
            if (++input.Next < input.Batch.Count)
            {
                _queue.DequeueEnqueue(input, (input.Head.Timestamp, first.Order));
            }
            else
            {
                _queue.Dequeue();
                Refill(input, first.Order);
            }
        }

        Volatile.Write(ref _received, _received + batch.Count);
        Volatile.Write(ref _bytes, _bytes + used);
        if (_cancelled)
        {
            batch.Count = 0;
        }

        return batch.Count > 0;
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        _cancelled = true;
        _inputs.ForEach(input => input.Source.Cancel());
    }

    /// <inheritdoc/>
    public void Dispose() => _inputs.ForEach(input => input.Source.Dispose());

    /// <summary>Reads on in a capture, whose frames have all been delivered.</summary>
    private void Refill(Input input, int order)
    {
        input.Next = 0;
        try
        {
            if (input.Source.Read(input.Batch) && input.Batch.Count > 0)
            {
                _queue.Enqueue(input, (input.Head.Timestamp, order));
            }
        }
        catch (CaptureException damage)
        {
            _damages.Add(damage);
        }
    }

    private ushort Number(Input input, ushort id)
    {
        if (input.Interfaces.Count > id)
        {
            return input.Interfaces[id];
        }

        List<CaptureInterface> all = [.. _interfaces];
        while (input.Interfaces.Count <= id)
        {
            int number = Math.Min(all.Count, ushort.MaxValue);
            if (number == all.Count)
            {
                all.Add(input.Source.Interfaces[input.Interfaces.Count] with { Id = number });
            }

            input.Interfaces.Add((ushort)number);
        }

        Volatile.Write(ref _interfaces, [.. all]);
        return input.Interfaces[id];
    }
}
