namespace NetMonitor.View;

/// <summary>The screen and keyboard the live view works with, so that tests can replay keys against a screen in memory.</summary>
public interface ITerminal
{
    /// <summary>Columns now.</summary>
    int Width { get; }

    /// <summary>Lines now.</summary>
    int Height { get; }

    /// <summary>Takes the terminal over: alternate screen, no cursor, no echo, keys one by one.</summary>
    void Enter();

    /// <summary>Gives it back as it was. May be called more than once.</summary>
    void Leave();

    /// <summary>Writes text with its control sequences (ECMA-48), at once and as a whole.</summary>
    void Write(string text);

    /// <summary>Waits for a key.</summary>
    /// <returns>The key, or null when the time was up, the size changed or the wait was canceled.</returns>
    ConsoleKeyInfo? ReadKey(TimeSpan wait, CancellationToken cancellation);
}
