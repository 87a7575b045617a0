using System.Text;

namespace NetMonitor.View;

/// <summary>The control sequences the view writes. ECMA-48 unless another source is named; xterm's are in "XTerm Control Sequences".</summary>
internal static class ControlSequences
{
    public const string EnterAlternateScreen = "\e[?1049h"; // xterm
    public const string LeaveAlternateScreen = "\e[?1049l";
    public const string HideCursor = "\e[?25l"; // DEC
    public const string ShowCursor = "\e[?25h";
    public const string EnableMouse = "\e[?1000h\e[?1006h"; // xterm: buttons and wheel, reported in SGR form
    public const string DisableMouse = "\e[?1006l\e[?1000l";
    public const string BeginSynchronizedUpdate = "\e[?2026h"; // contour-terminal "Synchronized Output"; terminals without it ignore it
    public const string EndSynchronizedUpdate = "\e[?2026l";
    public const string DisableLineWrap = "\e[?7l"; // DEC: the last cell of a line is written without the cursor going on
    public const string EnableLineWrap = "\e[?7h";
    public const string ClearScreen = "\e[2J";
    public const string ResetStyle = "\e[0m";
    public const string AskBackgroundColor = "\e]11;?\e\\"; // xterm
    public const string SaveTitle = "\e[22;2t"; // xterm
    public const string RestoreTitle = "\e[23;2t";

    /// <summary>Puts text on the clipboard of the terminal's own machine, over SSH too (xterm, OSC 52).</summary>
    public static string Copy(string text) => $"\e]52;c;{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\a";
}
