namespace NetMonitor.View.Tests;

/// <summary>A view on a terminal in memory, with connections that change from tick to tick and time that passes when told to.</summary>
internal sealed class Showing
{
    private readonly ManualClock _clock = new();

    public Showing(int width = 100, int height = 30, LiveViewOptions? options = null)
    {
        Terminal = new MemoryTerminal(width, height, _clock);
        Options = (options ?? new LiveViewOptions()) with { Environment = name => name == "TERM" ? "xterm" : null };
        View = new LiveView(Terminal, _ => Look(), Options, _clock, inBackground: false);
    }

    public MemoryTerminal Terminal { get; }

    public LiveViewOptions Options { get; init; }

    public LiveView View { get; init; }

    /// <summary>The rows of the next look; a tick is half a second.</summary>
    public Func<int, NetConnection[]> Rows { get; set; } = Connections.Some;

    public Func<LiveSnapshot, LiveSnapshot> Change { get; set; } = snapshot => snapshot;

    public int Looks { get; private set; }

    public ViewState State => View.State;

    /// <summary>Lets looks happen.</summary>
    public Showing Ticks(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Terminal.Then(() => _clock.Advance(TimeSpan.FromSeconds(0.5)));
        }

        return this;
    }

    public Showing Advance(double seconds)
    {
        Terminal.Then(() => _clock.Advance(TimeSpan.FromSeconds(seconds)));
        return this;
    }

    public Showing Press(params string[] keys)
    {
        Terminal.Press(keys);
        return this;
    }

    public Showing Type(string text)
    {
        Terminal.Type(text);
        return this;
    }

    public Showing Then(Action action)
    {
        Terminal.Then(action);
        return this;
    }

    /// <summary>Plays the script and quits; what the screen showed before.</summary>
    public string Play()
    {
        string frame = "";
        Terminal.Then(() => frame = Terminal.Frame()).Press("Ctrl+C");
        Assert.Equal(LiveViewEnd.Interrupted, View.Run(CancellationToken.None));
        return frame;
    }

    private LiveSnapshot Look() => Change(Connections.At(Looks, Rows(Looks++)));
}
