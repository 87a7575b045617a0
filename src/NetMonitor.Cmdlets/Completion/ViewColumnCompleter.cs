using NetMonitor.View;

namespace NetMonitor.Cmdlets;

/// <summary>Completes the columns of the live view.</summary>
public sealed class ViewColumnCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        ViewNames.Of(ViewNameKind.Column);
}

/// <summary>Completes the themes of the live view.</summary>
public sealed class ViewThemeCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        ViewNames.Of(ViewNameKind.Theme);
}
