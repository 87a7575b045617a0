namespace NetMonitor.View;

/// <summary>The live view of connections: shows pictures, and obeys keys until it ends. It knows nothing of capture; it is fed by snapshots.</summary>
public sealed class LiveView
{
    private static readonly TimeSpan MessageTime = TimeSpan.FromSeconds(3);

    private readonly ITerminal _terminal;
    private readonly Func<CancellationToken, LiveSnapshot> _look;
    private readonly LiveViewOptions _options;
    private readonly TimeProvider _clock;
    private readonly bool _inBackground;
    private readonly ColorDepth _depth;
    private readonly Screen _screen;
    private readonly ViewState _state;
    private Canvas _canvas = new(1, 1);
    private bool _light;
    private long _looked;
    private (int Number, long At) _message;

    /// <summary>Makes a view.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="look">Takes the snapshot to show; called on a thread of its own.</param>
    /// <param name="options">How it behaves.</param>
    public LiveView(ITerminal terminal, Func<CancellationToken, LiveSnapshot> look, LiveViewOptions options)
        : this(terminal, look, options, TimeProvider.System, inBackground: true)
    {
    }

    /// <summary>Makes a view with a clock of its own that looks between two keys, so that a test knows when.</summary>
    internal LiveView(ITerminal terminal, Func<CancellationToken, LiveSnapshot> look, LiveViewOptions options, TimeProvider clock, bool inBackground)
    {
        _terminal = terminal;
        _look = look;
        _options = options;
        _clock = clock;
        _inBackground = inBackground;
        _depth = TerminalColors.DepthOf(options.Environment);
        _light = TerminalColors.IsLight(options.Environment) ?? false;
        _screen = new Screen(terminal, _depth);
        Theme theme = (Theme.Find(options.Settings.Theme ?? Theme.DefaultName) ?? Theme.All[0]).With(options.Settings.Colors);
        _state = new ViewState(options, KeyTable.With(options.Settings.Keys), theme);
    }

    /// <summary>The connections the user marked, else the one chosen; once it has ended.</summary>
    public IReadOnlyList<NetConnection> Chosen => _state.Chosen();

    /// <summary>True while the interfaces' counters are shown.</summary>
    public bool ShowsInterfaces => _state.Tab is Tab.Interfaces || (_state.Tab is Tab.Overview && _state.PanelOpen && _canvas.Width >= OverviewPage.PanelFrom);

    /// <summary>What is on the screen.</summary>
    internal ViewState State => _state;

    /// <summary>Shows the view until it ends. The terminal is given back in every case.</summary>
    public LiveViewEnd Run(CancellationToken cancellation)
    {
        long begun = _clock.GetTimestamp();
        using var refresher = new Refresher(_look, _options.RefreshInterval, _state.Arrangement, _terminal.Wake, cancellation);
        using CancellationTokenRegistration wake = cancellation.Register(_terminal.Wake);
        try
        {
            _terminal.Enter();
            if (_inBackground)
            {
                refresher.Start();
            }

            Arrangement arranged = _state.Arrangement;
            _looked = _clock.GetTimestamp() - _clock.TimestampFrequency * 3600;
            while (true)
            {
                Look(refresher, ref arranged);
                Draw();
                TimeSpan wait = TimeToNext(begun);
                if (wait <= TimeSpan.Zero && IsOver(begun))
                {
                    return LiveViewEnd.TimeUp;
                }

                // All that has been typed is taken in before the next frame: whoever holds a key down is not made to wait for frames.
                for (TerminalInput? input = _terminal.Read(wait, cancellation); input is not null; input = _terminal.Read(TimeSpan.Zero, cancellation))
                {
                    Take(input);
                    if (_state.End is not null || _state.SuspendAsked)
                    {
                        break;
                    }
                }

                cancellation.ThrowIfCancellationRequested();
                while (_state.ToWrite.TryDequeue(out string? text))
                {
                    _terminal.Write(text);
                }

                if (_state.End is { } end)
                {
                    return end;
                }

                if (_state.SuspendAsked)
                {
                    _state.SuspendAsked = false;
                    _terminal.Suspend();
                    _screen.Forget();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return LiveViewEnd.Canceled;
        }
        catch (IOException)
        {
            return LiveViewEnd.Hangup;
        }
        finally
        {
            _terminal.Leave();
        }
    }

    /// <summary>Takes what the terminal sent.</summary>
    private void Take(TerminalInput input)
    {
        switch (input)
        {
            case KeyPress key:
                _state.Take(key);
                break;
            case MouseInput mouse:
                _state.Take(mouse, _clock.GetElapsedTime(0));
                break;
            case BackgroundColor background:
                _light = background.IsLight;
                break;
            case Redraw:
                _screen.Forget();
                break;
        }
    }

    private void Look(Refresher refresher, ref Arrangement arranged)
    {
        refresher.Paused = _state.Paused;
        bool rearrange = !ReferenceEquals(arranged, _state.Arrangement);
        if (_state.ClearAsked)
        {
            _state.ClearAsked = false;
            refresher.Clear();
        }

        if (rearrange)
        {
            arranged = _state.Arrangement;
            refresher.Arrange(arranged);
        }

        if (!_inBackground)
        {
            bool due = _clock.GetElapsedTime(_looked) >= _options.RefreshInterval;
            if (due || rearrange)
            {
                _looked = due ? _clock.GetTimestamp() : _looked;
                refresher.Step(due);
            }
        }

        if (refresher.TryTake(out Picture? picture))
        {
            _state.Picture = picture;
            if (!ReferenceEquals(arranged, _state.Arrangement))
            {
                Look(refresher, ref arranged); // The first picture may change what is wanted: of a file, closed ones too.
            }
        }
    }

    private void Draw()
    {
        if (_state.MessageNumber != _message.Number)
        {
            _message = (_state.MessageNumber, _clock.GetTimestamp());
        }
        else if (_state.Message is not null && _clock.GetElapsedTime(_message.At) >= MessageTime)
        {
            _state.Hush();
        }

        (int width, int height) = (_terminal.Width, _terminal.Height);
        if (_canvas.Width != width || _canvas.Height != height)
        {
            _canvas = new Canvas(width, height);
        }

        Frame.Paint(_state, _canvas, new Palette(_state.Theme, _depth, _light));
        _screen.Draw(_canvas);
    }

    /// <summary>How long input may be waited for: until the next look (on this thread), the end of a message, or of the view.</summary>
    private TimeSpan TimeToNext(long begun)
    {
        TimeSpan wait = _inBackground ? TimeSpan.FromSeconds(10) : _options.RefreshInterval - _clock.GetElapsedTime(_looked);
        if (_state.Message is not null)
        {
            wait = Min(wait, MessageTime - _clock.GetElapsedTime(_message.At));
        }

        if (_options.Duration is { } duration)
        {
            wait = Min(wait, duration - _clock.GetElapsedTime(begun));
        }

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    private bool IsOver(long begun) => _options.Duration is { } duration && _clock.GetElapsedTime(begun) >= duration;
}
