namespace NetMonitor.View;

/// <summary>The screen and keyboard the live view works with, so that tests can replay keys against a screen in memory.</summary>
public interface ITerminal
{
    /// <summary>Columns now.</summary>
    int Width { get; }

    /// <summary>Lines now.</summary>
    int Height { get; }

    /// <summary>Takes the terminal over: alternate screen, no cursor, no echo, keys one by one, the mouse.</summary>
    void Enter();

    /// <summary>Gives it back as it was. May be called more than once, from any thread.</summary>
    void Leave();

    /// <summary>Gives it back, stops this process as Ctrl+Z does, and takes it over again when the process goes on. Does nothing where there is no such thing.</summary>
    void Suspend();

    /// <summary>Writes text with its control sequences (ECMA-48), at once and as a whole.</summary>
    /// <exception cref="IOException">The terminal is gone.</exception>
    void Write(string text);

    /// <summary>Waits for input.</summary>
    /// <returns>The input, or null when the time was up, <see cref="Wake"/> was called or the wait was canceled.</returns>
    /// <exception cref="IOException">The terminal is gone.</exception>
    TerminalInput? Read(TimeSpan wait, CancellationToken cancellation);

    /// <summary>Ends a wait for input. From any thread.</summary>
    void Wake();
}
