namespace NetMonitor.View;

/// <summary>The control sequences the view writes. ECMA-48 unless another source is named.</summary>
internal static class ControlSequences
{
    public const string EnterAlternateScreen = "\e[?1049h"; // xterm
    public const string LeaveAlternateScreen = "\e[?1049l";
    public const string HideCursor = "\e[?25l"; // DEC
    public const string ShowCursor = "\e[?25h";
    public const string BeginSynchronizedUpdate = "\e[?2026h"; // contour-terminal "Synchronized Output"; terminals without it ignore it
    public const string EndSynchronizedUpdate = "\e[?2026l";
    public const string ClearScreen = "\e[2J";
    public const string ClearToEndOfLine = "\e[K";
    public const string ResetStyle = "\e[0m";
    public const string Bold = "\e[1m";
    public const string Dim = "\e[2m";
    public const string Reverse = "\e[7m";
    public const string Yellow = "\e[33m";
    public const string Red = "\e[31m";

    /// <summary>To the start of a line, the first being 0.</summary>
    public static string MoveToLine(int line) => $"\e[{line + 1};1H";
}
