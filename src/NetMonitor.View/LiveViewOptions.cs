namespace NetMonitor.View;

/// <summary>How the live view behaves.</summary>
public sealed record LiveViewOptions
{
    /// <summary>How often it looks anew.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When it ends by itself; null for never.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>False to keep to the terminal's own colors (no-color.org).</summary>
    public bool Color { get; init; } = true;
}

/// <summary>Why the live view ended.</summary>
public enum LiveViewEnd
{
    /// <summary>The user left it.</summary>
    Quit,

    /// <summary>The user pressed Ctrl+C: what runs around the view should end too.</summary>
    Interrupted,

    /// <summary>Its time was up.</summary>
    TimeUp,

    /// <summary>It was canceled from outside.</summary>
    Canceled,
}
