using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>
/// The thread that reads one source and deals its packets to the shards. It may have <see cref="Deals"/> deals under way; when all are for
/// longer than a moment, a live source's frames are dropped and counted, and a file waits.
/// </summary>
internal sealed class SourceReader
{
    /// <summary>Deals under way at most, a megabyte of frames each (docs/limits.md).</summary>
    public const int Deals = 16;

    /// <summary>How long a live source waits for a deal to come back: so long the kernel's ring holds what arrives, and reading only to drop would take
    /// the processor from those who work the queue off.</summary>
    private static readonly TimeSpan LivePatience = TimeSpan.FromMilliseconds(50);

    private readonly IFrameSource _source;
    private readonly Dealer _dealer;
    private readonly ShardThread[] _shards;
    private readonly IReadOnlyList<Action<FrameBatch>> _taps;
    private readonly Action<SourceReader> _ended;
    private readonly Stack<Deal> _free = new(); // the last one back is used first: its buffer is still in the caches
    private readonly SemaphoreSlim _room = new(Deals);
    private readonly Thread _thread;
    private FrameBatch? _overflow;
    private long _dropped;

    /// <param name="source">What to read. Disposed by the thread when it ends.</param>
    /// <param name="dealer">Decodes and deals.</param>
    /// <param name="shards">Who gets the deals.</param>
    /// <param name="taps">Also get every frame that was read, and keep copies; they must not wait for a live source.</param>
    /// <param name="ended">Called once, on the thread, when all was read, or it failed or was cancelled.</param>
    public SourceReader(IFrameSource source, Dealer dealer, ShardThread[] shards, IReadOnlyList<Action<FrameBatch>> taps, Action<SourceReader> ended)
    {
        _source = source;
        _dealer = dealer;
        _shards = shards;
        _taps = taps;
        _ended = ended;
        _thread = new Thread(Run) { IsBackground = true, Name = "NetMonitor reader" };
    }

    public IFrameSource Source => _source;

    public Dealer Dealer => _dealer;

    /// <summary>Frames dropped because all deals were under way.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Why reading ended, when that was not the end of the source or a cancellation.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The source's counts at the end of reading.</summary>
    public SourceCounters Counters { get; private set; }

    /// <summary>True once the thread has ended.</summary>
    public bool HasEnded { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Makes the thread end soon; what it has read is dealt first.</summary>
    public void Cancel() => _source.Cancel();

    public void Join() => _thread.Join();

    /// <summary>The same, with an end to the waiting.</summary>
    /// <returns>True when the thread has ended.</returns>
    public bool Join(TimeSpan timeout) => _thread.Join(timeout);

    private void Run()
    {
        try
        {
            while (ReadOne())
            {
            }
        }
        catch (Exception e)
        {
            Failure = e; // Reported by the session: an exception on this thread would end the user's shell.
        }
        finally
        {
            Counters = _source.Counters;
            HasEnded = true;
            _source.Dispose();
            _ended(this);
        }
    }

    private bool ReadOne()
    {
        if (_source.IsLive && !_room.Wait(LivePatience))
        {
            _overflow ??= new FrameBatch();
            bool more = _source.Read(_overflow);
            Tap(_overflow);
            Volatile.Write(ref _dropped, _dropped + _overflow.Count);
            return more;
        }

        if (!_source.IsLive)
        {
            _room.Wait();
        }

        Deal deal = TakeDeal();
        bool read = false;
        try
        {
            read = _source.Read(deal.Frames);
        }
        finally
        {
            if (!read || deal.Frames.Count == 0)
            {
                Return(deal);
            }
        }

        if (read && deal.Frames.Count > 0)
        {
            Tap(deal.Frames);
            _dealer.Play(deal, 0, deal.Frames.Count);
            HandOut(deal);
        }

        return read;
    }

    private void Tap(FrameBatch frames)
    {
        for (int i = 0; i < _taps.Count; i++)
        {
            _taps[i](frames);
        }
    }

    private void HandOut(Deal deal)
    {
        deal.Share(_shards.Length);
        foreach (ShardThread shard in _shards)
        {
            shard.Post(deal, Return);
        }
    }

    private Deal TakeDeal()
    {
        lock (_free)
        {
            return _free.TryPop(out Deal? deal) ? deal : new Deal(_shards.Length);
        }
    }

    private void Return(Deal deal)
    {
        lock (_free)
        {
            _free.Push(deal);
        }

        _room.Release();
    }
}
