using System.Runtime.InteropServices;
using System.Text;
using static NetMonitor.View.ControlSequences;

namespace NetMonitor.View;

/// <summary>The terminal this process runs in. However the process ends, short of being killed outright, it is given back.</summary>
public sealed class ConsoleTerminal : ITerminal, IDisposable
{
    private const int DefaultWidth = 80; // where a terminal does not say
    private const int DefaultHeight = 24;
    private const int InputBytes = 4096;

    /// <summary>Bytes of one key come together; after this long what follows an ESC is not part of it.</summary>
    private static readonly TimeSpan EscapeTime = TimeSpan.FromMilliseconds(30);

    /// <summary>The longest wait without a look at the cancellation and the size.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A stop that has not come by then does not come.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _continued = new();
    private readonly Queue<TerminalInput> _input = new();
    private readonly InputDecoder _decoder = new();
    private readonly ITerminalInput _keyboard = OperatingSystem.IsWindows() ? new WindowsInput() : new UnixInput();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Lock _lock = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _entered;
    private volatile bool _redraw;
    private (int Width, int Height) _size;

    /// <summary>True when a person can look at it and type: neither end is redirected, and it knows control sequences.</summary>
    public static bool IsInteractive =>
        !Console.IsInputRedirected && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <inheritdoc/>
    public int Width => Console.WindowWidth is > 0 and int width ? width : DefaultWidth;

    /// <inheritdoc/>
    public int Height => Console.WindowHeight is > 0 and int height ? height : DefaultHeight;

    /// <inheritdoc/>
    public void Enter()
    {
        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
        if (!OperatingSystem.IsWindows())
        {
            foreach (PosixSignal deadly in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGHUP, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGTSTP])
            {
                _signals.Add(PosixSignalRegistration.Create(deadly, _ => Leave()));
            }

            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ =>
            {
                _continued.Set();
                RedrawSoon();
            }));
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => RedrawSoon()));
        }

        TakeOver();
    }

    /// <inheritdoc/>
    public void Leave()
    {
        lock (_lock)
        {
            if (!_entered)
            {
                return;
            }

            _entered = false;
            try
            {
                Send(ResetStyle + DisableMouse + EnableLineWrap + ShowCursor + LeaveAlternateScreen);
            }
            catch (IOException)
            {
                // Nobody is left to see it.
            }

            _keyboard.Leave();
        }
    }

    /// <inheritdoc/>
    public void Suspend()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The process stops a moment later, on the runtime's own signal thread; where nothing could let it go on again, not at all.
            _continued.Reset();
            Leave();
            _keyboard.Stop();
            _continued.Wait(StopTime);
            RedrawSoon();
        }
    }

    /// <inheritdoc/>
    public void Write(string text)
    {
        lock (_lock)
        {
            if (_entered) // It may just have been given back on a signal's thread: the screen is another's then.
            {
                Send(text);
            }
        }
    }

    /// <inheritdoc/>
    public TerminalInput? Read(TimeSpan wait, CancellationToken cancellation)
    {
        if (_input.TryDequeue(out TerminalInput? waiting))
        {
            return waiting;
        }

        if (_redraw || _size != (Width, Height) || !_keyboard.IsModeKept())
        {
            _redraw = false;
            TakeOver();
            return new Redraw();
        }

        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[InputBytes];
        TimeSpan time = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Patience ? wait : Patience;
        _decoder.Decode(buffer[.._keyboard.Read(buffer, time)], _input);
        if (_decoder.HasPending && _input.Count == 0)
        {
            int more = _keyboard.Read(buffer, EscapeTime);
            if (more == 0)
            {
                _decoder.Flush(_input);
            }

            _decoder.Decode(buffer[..more], _input);
        }

        return _input.TryDequeue(out TerminalInput? typed) ? typed : null;
    }

    /// <inheritdoc/>
    public void Wake() => _keyboard.Wake();

    /// <summary>Gives the terminal back and lets go of it.</summary>
    public void Dispose()
    {
        Leave();
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _signals.Clear();
        _keyboard.Dispose();
        _continued.Dispose();
    }

    private void TakeOver()
    {
        lock (_lock)
        {
            _keyboard.Enter();
            _size = (Width, Height);
            if (!_entered)
            {
                _entered = true;
                Send(EnterAlternateScreen + HideCursor + DisableLineWrap + EnableMouse + ClearScreen + AskBackgroundColor);
            }
        }
    }

    private void Send(string text)
    {
        _output.Write(Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }

    private void RedrawSoon()
    {
        _redraw = true;
        Wake();
    }

    private void OnEnd(object? sender, EventArgs e) => Leave();
}
