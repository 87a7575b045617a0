namespace NetMonitor.Monitoring;

/// <summary>A shard, the thread that owns it and the queue of what it has to do: deals to track and questions to answer between two of them.</summary>
internal sealed class ShardThread : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Queue<Task> _queue = new(); // locked by itself; a thread that waits for it sleeps, where a BlockingCollection would spin on the reader's processor
    private bool _isComplete;                    // nothing more is added
    private readonly Thread _thread;
    private readonly int _index;
    private readonly Func<long>? _clock;
    private long _nextSweep;
    private volatile bool _ended;

    /// <summary>Work on the shard: a deal to track, or a question.</summary>
    private readonly record struct Task(Deal? Deal, Action<Deal>? Return, Action<Shard>? Question);

    /// <param name="shard">The shard; nobody else may touch it until the thread has ended.</param>
    /// <param name="index">Its place among the hands of a deal.</param>
    /// <param name="clock">Tells the time for timeouts, nanoseconds since 1970; null when nothing times out.</param>
    public ShardThread(Shard shard, int index, Func<long>? clock)
    {
        Shard = shard;
        _index = index;
        _clock = clock;
        _thread = new Thread(Run) { IsBackground = true, Name = $"NetMonitor shard {index}" };
        _thread.Start();
    }

    public Shard Shard { get; }

    /// <summary>Why the thread ended early, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Queues a deal.</summary>
    /// <param name="deal">Its hand for this shard will be tracked.</param>
    /// <param name="whenDone">Called by the last shard that is done with it.</param>
    /// <exception cref="InvalidOperationException">The thread has been told to end.</exception>
    public void Post(Deal deal, Action<Deal> whenDone)
    {
        if (!TryAdd(new Task(deal, whenDone, null)))
        {
            throw new InvalidOperationException($"{_thread.Name} has ended.");
        }
    }

    /// <summary>Has a question answered between two deals (by the caller itself, once the thread has ended) and waits for it.</summary>
    public T Ask<T>(Func<Shard, T> question, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Answer(Shard shard)
        {
            try
            {
                answer.TrySetResult(question(shard));
            }
            catch (Exception e)
            {
                answer.TrySetException(e);
            }
        }

        if (!TryPost(Answer))
        {
            _thread.Join();
            lock (Shard)
            {
                Answer(Shard);
            }
        }

        answer.Task.Wait(cancellation);
        return answer.Task.Result;
    }

    /// <summary>Works off what is queued, then ends the thread. The shard can still be asked.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _isComplete = true;
            Monitor.Pulse(_queue);
        }

        _thread.Join();
    }

    /// <summary>Has something done on the shard between two deals, without waiting for it.</summary>
    /// <returns>False when the thread has ended, or been told to.</returns>
    public bool TryPost(Action<Shard> question) => !_ended && TryAdd(new Task(null, null, question));

    private bool TryAdd(in Task task)
    {
        lock (_queue)
        {
            if (_isComplete)
            {
                return false;
            }

            _queue.Enqueue(task);
            Monitor.Pulse(_queue);
            return true;
        }
    }

    private void Run()
    {
        while (Next(out Task task))
        {
            Do(task);
            Sweep();
        }

        _ended = true;
    }

    /// <summary>Waits for something to do until the next sweep is due; then it is nothing.</summary>
    /// <returns>False when all is done and nothing more is added.</returns>
    private bool Next(out Task task)
    {
        lock (_queue)
        {
            if (_queue.Count == 0 && !_isComplete)
            {
                Monitor.Wait(_queue, SweepInterval);
            }

            return _queue.TryDequeue(out task) || !_isComplete;
        }
    }

    /// <summary>Nothing a task does may end the thread: an exception here would end the user's shell.</summary>
    private void Do(in Task task)
    {
        try
        {
            if (task.Deal is { } deal)
            {
                Shard.Process(deal.Hands[_index], deal.Frames);
            }

            task.Question?.Invoke(Shard);
        }
        catch (Exception e)
        {
            Failure ??= e;
        }
        finally
        {
            if (task.Deal is { } done && done.Done())
            {
                task.Return!(done);
            }
        }
    }

    private void Sweep()
    {
        if (_clock is null)
        {
            return;
        }

        long now = _clock();
        if (now >= _nextSweep)
        {
            _nextSweep = now + UnixTime.FromTimeSpan(SweepInterval);
            Shard.Advance(now);
        }
    }
}
