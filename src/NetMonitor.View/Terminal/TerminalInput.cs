namespace NetMonitor.View;

/// <summary>What comes from a terminal: a key, the mouse, or its answer to a question.</summary>
public abstract record TerminalInput;

/// <summary>A key that was pressed.</summary>
/// <param name="Name">Its name as the key table, the help and the settings file write it: "j", "G", "?", "Space", "Enter", "PageDown", "Ctrl+B", "Shift+Tab".</param>
/// <param name="Text">What it types, or null.</param>
public sealed record KeyPress(string Name, string? Text = null) : TerminalInput;

/// <summary>What the mouse did.</summary>
/// <param name="Action">What it was.</param>
/// <param name="X">Column, from 0.</param>
/// <param name="Y">Line, from 0.</param>
public sealed record MouseInput(MouseAction Action, int X, int Y) : TerminalInput;

/// <summary>The color of the terminal's background, as it answered (xterm, OSC 11).</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public sealed record BackgroundColor(byte Red, byte Green, byte Blue) : TerminalInput
{
    /// <summary>True for a background on which dark text is easier to read (relative luminance by ITU-R BT.709 weights, above one half).</summary>
    public bool IsLight => ((0.2126 * Red) + (0.7152 * Green) + (0.0722 * Blue)) / byte.MaxValue > 0.5;
}

/// <summary>The terminal must be drawn anew: it has another size, or another program had it.</summary>
public sealed record Redraw : TerminalInput;

/// <summary>What a mouse does in a table.</summary>
public enum MouseAction
{
    /// <summary>The first button went down.</summary>
    Press,

    /// <summary>The wheel turned away from the user.</summary>
    WheelUp,

    /// <summary>The wheel turned toward the user.</summary>
    WheelDown,
}
