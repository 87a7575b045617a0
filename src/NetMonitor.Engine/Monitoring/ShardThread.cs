using System.Collections.Concurrent;

namespace NetMonitor.Monitoring;

/// <summary>A shard, the thread that owns it and the queue of what it has to do: deals to track and questions to answer between two of them.</summary>
internal sealed class ShardThread : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<Task> _queue = [];
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
    public void Post(Deal deal, Action<Deal> whenDone) => _queue.Add(new Task(deal, whenDone, null));

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
        _queue.CompleteAdding();
        _thread.Join();
    }

    /// <summary>Has something done on the shard between two deals, without waiting for it.</summary>
    /// <returns>False when the thread has ended.</returns>
    public bool TryPost(Action<Shard> question)
    {
        if (_ended || _queue.IsAddingCompleted)
        {
            return false;
        }

        try
        {
            _queue.Add(new Task(null, null, question));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // Completed in between.
        }
    }

    private void Run()
    {
        while (!_queue.IsCompleted)
        {
            if (_queue.TryTake(out Task task, SweepInterval))
            {
                Do(task);
            }

            Sweep();
        }

        _ended = true;
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
