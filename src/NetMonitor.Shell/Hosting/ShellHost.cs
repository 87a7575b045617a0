using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;

namespace NetMonitor.Shell.Hosting;

/// <summary>What the engine asks of the program around it: who we are, where text goes, and that a script called <c>exit</c>.</summary>
internal sealed class ShellHost : PSHost
{
    private readonly ShellUI _ui = new();

    /// <summary>The code of <c>exit N</c>, once a script has said so.</summary>
    public int? RequestedExitCode { get; private set; }

    public static string VersionText =>
        $"netmonitor-shell {OwnVersion.ToString(3)} (PowerShell engine {typeof(PowerShell).Assembly.GetName().Version?.ToString(3)})";

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "NetMonitorShell";

    public override PSHostUserInterface UI => _ui;

    public override Version Version => OwnVersion;

    private static Version OwnVersion => Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0, 0);

    /// <summary>Output is about to end or the prompt to show: take a progress display off the screen.</summary>
    public void ClearProgress() => _ui.Progress.Clear();

    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new PSNotSupportedException("This shell has no nested prompts.");

    public override void ExitNestedPrompt() => throw new PSNotSupportedException("This shell has no nested prompts.");

    public override void NotifyBeginApplication() => ClearProgress();

    public override void NotifyEndApplication()
    {
    }
}
