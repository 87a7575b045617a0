namespace NetMonitor.View;

/// <summary>The live table of connections: looks, sorts, draws, and obeys keys until it ends. It knows nothing of capture; it is fed by snapshots.</summary>
public sealed class LiveView
{
    private readonly ITerminal _terminal;
    private readonly Func<CancellationToken, LiveSnapshot> _look;
    private readonly LiveViewOptions _options;
    private readonly TimeProvider _clock;
    private readonly Screen _screen;
    private readonly ViewState _state = new();

    /// <summary>Makes a view.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="look">Takes the snapshot to show; called on the thread of <see cref="Run"/>.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="clock">The time; null for the system's.</param>
    public LiveView(ITerminal terminal, Func<CancellationToken, LiveSnapshot> look, LiveViewOptions options, TimeProvider? clock = null)
    {
        _terminal = terminal;
        _look = look;
        _options = options;
        _clock = clock ?? TimeProvider.System;
        _screen = new Screen(terminal);
    }

    /// <summary>Shows the view until it ends. The terminal is given back in every case.</summary>
    public LiveViewEnd Run(CancellationToken cancellation)
    {
        long begun = _clock.GetTimestamp();
        try
        {
            _terminal.Enter();
            while (true)
            {
                Look(cancellation);
                long looked = _clock.GetTimestamp();
                TimeSpan rest;
                while ((rest = _options.RefreshInterval - _clock.GetElapsedTime(looked)) > TimeSpan.Zero)
                {
                    Draw();
                    if (_options.Duration is { } duration)
                    {
                        TimeSpan left = duration - _clock.GetElapsedTime(begun);
                        if (left <= TimeSpan.Zero)
                        {
                            return LiveViewEnd.TimeUp;
                        }

                        rest = left < rest ? left : rest;
                    }

                    ConsoleKeyInfo? key = _terminal.ReadKey(rest, cancellation);
                    cancellation.ThrowIfCancellationRequested();
                    if (key is { } pressed && KeyBinding.Find(pressed) is { } binding)
                    {
                        if (binding.End is { } end)
                        {
                            return end;
                        }

                        binding.Apply?.Invoke(_state);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return LiveViewEnd.Canceled;
        }
        finally
        {
            _terminal.Leave();
        }
    }

    private void Look(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _state.Snapshot = _look(cancellation);
    }

    private void Draw()
    {
        (int width, int height) = (_terminal.Width, _terminal.Height);
        _screen.Draw(Frame.Lines(_state, width, height, _options.Color), width, height);
    }
}
