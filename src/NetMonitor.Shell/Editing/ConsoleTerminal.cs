namespace NetMonitor.Shell.Editing;

/// <summary>The terminal of this process.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    /// <summary>For terminals that do not tell their size, such as a serial line.</summary>
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;

    public int Width => Console.WindowWidth > 0 ? Console.WindowWidth : DefaultWidth;

    public int Height => Console.WindowHeight > 0 ? Console.WindowHeight : DefaultHeight;

    public bool KeyAvailable => Console.KeyAvailable;

    public ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);

    public void Write(string text) => Console.Out.Write(text);
}
