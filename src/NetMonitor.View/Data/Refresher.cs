namespace NetMonitor.View;

/// <summary>
/// Looks at the monitors and arranges what it sees, on a thread of its own, so that keys never wait for it. One snapshot each interval;
/// another arrangement of the last one as soon as it is asked for.
/// </summary>
internal sealed class Refresher : IDisposable
{
    private readonly Func<CancellationToken, LiveSnapshot> _look;
    private readonly TimeSpan _interval;
    private readonly Action _ready;
    private readonly Ledger _ledger = new();
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _asked = new(initialState: false);
    private readonly CancellationTokenSource _stop;
    private readonly Thread _thread;
    private Arrangement _wanted;
    private LedgerPage? _page;
    private Picture? _picture;
    private Exception? _failure;
    private bool _clear;

    /// <summary>Starts looking.</summary>
    /// <param name="look">Takes a snapshot.</param>
    /// <param name="interval">How often.</param>
    /// <param name="arrangement">How to arrange it.</param>
    /// <param name="ready">Told, on its thread, that there is a new picture, or a failure.</param>
    /// <param name="cancellation">Ends it.</param>
    public Refresher(Func<CancellationToken, LiveSnapshot> look, TimeSpan interval, Arrangement arrangement, Action ready, CancellationToken cancellation)
    {
        _look = look;
        _interval = interval;
        _wanted = arrangement;
        _ready = ready;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _thread = new Thread(Work) { IsBackground = true, Name = "NetMonitor view" };
    }

    /// <summary>True to look no more until it is false again.</summary>
    public bool Paused { get; set; }

    public void Start() => _thread.Start();

    /// <summary>Asks for another arrangement.</summary>
    public void Arrange(Arrangement arrangement)
    {
        lock (_lock)
        {
            _wanted = arrangement;
        }

        _asked.Set();
    }

    /// <summary>Forgets what is gone.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _clear = true;
        }

        _asked.Set();
    }

    /// <summary>The latest picture, each once.</summary>
    /// <exception cref="Exception">What looking failed with.</exception>
    public bool TryTake(out Picture? picture)
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                throw _failure;
            }

            (picture, _picture) = (_picture, null);
            return picture is not null;
        }
    }

    /// <summary>One step: looks when it is time, and arranges. Tests call it instead of starting the thread.</summary>
    public void Step(bool look)
    {
        Arrangement arrangement;
        lock (_lock)
        {
            arrangement = _wanted;
            if (_clear)
            {
                _ledger.Clear();
                _clear = false;
                look = true;
            }
        }

        if (look && !Paused || _page is null)
        {
            _page = _ledger.Advance(_look(_stop.Token));
        }

        Picture picture = Arranger.Arrange(_page, arrangement);
        lock (_lock)
        {
            _picture = picture;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _asked.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _stop.Dispose();
        _asked.Dispose();
    }

    private void Work()
    {
        try
        {
            long due = Environment.TickCount64;
            while (!_stop.IsCancellationRequested)
            {
                long now = Environment.TickCount64;
                bool look = now >= due;
                if (look)
                {
                    due = Math.Max(due + (long)_interval.TotalMilliseconds, now);
                }

                Step(look);
                _ready();
                _asked.WaitOne((int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The view has ended.
        }
        catch (Exception error)
        {
            lock (_lock)
            {
                _failure = error;
            }

            _ready();
        }
    }
}
