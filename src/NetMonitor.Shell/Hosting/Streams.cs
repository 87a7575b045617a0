using System.Management.Automation;
using System.Management.Automation.Host;

namespace NetMonitor.Shell.Hosting;

/// <summary>What stdout and stderr are, and whether they may carry escape sequences.</summary>
internal static class Streams
{
    /// <summary>The width of lines when no terminal gives one, in columns.</summary>
    public const int RedirectedWidth = 160;

    private static readonly bool Monochrome =
        Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("TERM") is "dumb";

    public static bool OutputIsTerminal { get; } = !Console.IsOutputRedirected;

    public static bool ErrorIsTerminal { get; } = !Console.IsErrorRedirected;

    /// <summary>Tells the engine's renderer once, before the first line (https://no-color.org).</summary>
    public static void ApplyNoColor()
    {
        if (Monochrome)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }
    }

    /// <summary>Text as stdout may have it: <c>$PSStyle.OutputRendering</c> decides, 'Host' means color on a terminal only.</summary>
    public static string ForOutput(string text) => PSHostUserInterface.GetOutputString(text, OutputIsTerminal && !Monochrome);

    public static string ForError(string text) => PSHostUserInterface.GetOutputString(text, ErrorIsTerminal && !Monochrome);

    public static bool OutputHasColor => OutputIsTerminal && !Monochrome;
}
