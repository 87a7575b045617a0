namespace NetMonitor.Shell.Editing;

/// <summary>The terminal as the line editor sees it, so that tests replay keys against a screen in memory.</summary>
internal interface ITerminal
{
    /// <summary>Columns of the window, at least 1.</summary>
    int Width { get; }

    /// <summary>Rows of the window, at least 1.</summary>
    int Height { get; }

    /// <summary>Keys are already waiting, so drawing can wait for the last of them (a paste).</summary>
    bool KeyAvailable { get; }

    ConsoleKeyInfo ReadKey();

    /// <summary>Writes text with the escape sequences of ECMA-48.</summary>
    void Write(string text);
}
