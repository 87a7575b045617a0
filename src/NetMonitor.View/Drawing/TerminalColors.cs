using System.Globalization;

namespace NetMonitor.View;

/// <summary>What a terminal's environment says of its colors.</summary>
internal static class TerminalColors
{
    /// <summary>None with NO_COLOR (no-color.org); else by COLORTERM and TERM, as terminals set them.</summary>
    public static ColorDepth DepthOf(Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(environment("NO_COLOR")))
        {
            return ColorDepth.Mono;
        }

        string term = environment("TERM") ?? "";
        string colors = environment("COLORTERM") ?? "";
        return colors is "truecolor" or "24bit" || term.EndsWith("-direct", StringComparison.Ordinal) ? ColorDepth.True
            : term.StartsWith("vt", StringComparison.Ordinal) ? ColorDepth.Mono
            : term.Contains("256color", StringComparison.Ordinal) ? ColorDepth.Palette
            : OperatingSystem.IsWindows() ? ColorDepth.True
            : ColorDepth.Sixteen;
    }

    /// <summary>COLORFGBG is "foreground;background" in numbers of the 16 colors (rxvt, Konsole); null where it is not set.</summary>
    public static bool? IsLight(Func<string, string?> environment) =>
        int.TryParse(environment("COLORFGBG")?.Split(';')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int background)
            ? background is 7 or (>= 9 and <= 15)
            : null;
}
