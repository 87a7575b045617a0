using System.Text;
using static NetMonitor.View.ControlSequences;

namespace NetMonitor.View;

/// <summary>The terminal this process runs in.</summary>
public sealed class ConsoleTerminal : ITerminal
{
    private const int DefaultWidth = 80; // where a terminal does not say
    private const int DefaultHeight = 24;
    private const int KeyBytes = 256;

    /// <summary>The longest wait without a look at the size and the cancellation.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Queue<ConsoleKeyInfo> _keys = new();
    private readonly UnixTerminalMode? _unix = OperatingSystem.IsWindows() ? null : new UnixTerminalMode();
    private readonly Stream _output = Console.OpenStandardOutput();
    private bool _entered;
    private bool _controlCWasInput;

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
        _entered = true;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        if (_unix is not null)
        {
            _unix.Enter();
        }
        else
        {
            _controlCWasInput = Console.TreatControlCAsInput;
            Console.TreatControlCAsInput = true;
        }

        Write(EnterAlternateScreen + HideCursor + ClearScreen);
    }

    /// <inheritdoc/>
    public void Leave()
    {
        if (!_entered)
        {
            return;
        }

        _entered = false;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Write(ResetStyle + ShowCursor + LeaveAlternateScreen);
        if (_unix is not null)
        {
            _unix.Leave();
        }
        else
        {
            Console.TreatControlCAsInput = _controlCWasInput;
        }
    }

    /// <inheritdoc/>
    public void Write(string text)
    {
        _output.Write(Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }

    /// <inheritdoc/>
    public ConsoleKeyInfo? ReadKey(TimeSpan wait, CancellationToken cancellation)
    {
        if (_keys.TryDequeue(out ConsoleKeyInfo waiting))
        {
            return waiting;
        }

        (int width, int height) = (Width, Height);
        Span<byte> buffer = stackalloc byte[KeyBytes];
        long begun = TimeProvider.System.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            TimeSpan left = wait - TimeProvider.System.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero || (width, height) != (Width, Height))
            {
                return null;
            }

            TimeSpan step = left < Patience ? left : Patience;
            if (_unix is null)
            {
                if (Console.KeyAvailable)
                {
                    return Console.ReadKey(intercept: true);
                }

                cancellation.WaitHandle.WaitOne(step);
                continue;
            }

            KeyDecoder.Decode(buffer[..UnixTerminalMode.Read(buffer, step)], _keys);
            if (_keys.TryDequeue(out ConsoleKeyInfo typed))
            {
                return typed;
            }
        }

        return null;
    }

    private void OnProcessExit(object? sender, EventArgs e) => Leave();
}
