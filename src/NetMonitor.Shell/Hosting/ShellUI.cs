using System.Management.Automation;
using System.Management.Automation.Host;

namespace NetMonitor.Shell.Hosting;

/// <summary>
/// Where every stream of the engine becomes text. Objects and information go to stdout; errors, warnings, verbose, debug and progress go to
/// stderr, so that redirected output holds results alone. Questions to the user are in ShellUI.Prompts.cs.
/// </summary>
internal sealed partial class ShellUI : PSHostUserInterface
{
    private readonly ShellRawUI _raw = new();

    /// <summary>The progress display, which has to leave the screen before any other text.</summary>
    public ProgressDisplay Progress { get; } = new();

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal => Streams.OutputHasColor;

    public override void Write(string value)
    {
        Progress.Clear();
        Console.Out.Write(Streams.ForOutput(value));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        // -1 means "as it is"; the engine passes the defaults through from Write-Host.
        bool plain = (int)foregroundColor is < 0 or > 15 || foregroundColor == RawUI.ForegroundColor;
        Write(plain ? value : PSStyle.MapForegroundColorToEscapeSequence(foregroundColor) + value + PSStyle.Instance.Reset);
    }

    public override void WriteLine() => WriteLine("");

    public override void WriteLine(string value)
    {
        Progress.Clear();
        Console.Out.WriteLine(Streams.ForOutput(value));
    }

    public override void WriteErrorLine(string value) => WriteDiagnostic(PSStyle.Instance.Formatting.Error, "", value);

    public override void WriteWarningLine(string message) => WriteDiagnostic(PSStyle.Instance.Formatting.Warning, "WARNING: ", message);

    public override void WriteVerboseLine(string message) => WriteDiagnostic(PSStyle.Instance.Formatting.Verbose, "VERBOSE: ", message);

    public override void WriteDebugLine(string message) => WriteDiagnostic(PSStyle.Instance.Formatting.Debug, "DEBUG: ", message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Show(sourceId, record);

    private void WriteDiagnostic(string style, string label, string message)
    {
        Progress.Clear();
        Console.Error.WriteLine(Streams.ForError(style + label + message + PSStyle.Instance.Reset));
    }
}
