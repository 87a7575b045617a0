namespace NetMonitor.View;

/// <summary>How the live view behaves.</summary>
public sealed record LiveViewOptions
{
    /// <summary>How often it looks anew.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>When it ends by itself; null for never.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The filter it begins with (docs/filter.md).</summary>
    public string Filter { get; init; } = "";

    /// <summary>The name of the column it sorts by; null for the order connections came in.</summary>
    public string? Sort { get; init; }

    /// <summary>True when Enter in the table chooses the connection and ends the view.</summary>
    public bool EnterChooses { get; init; }

    /// <summary>Theme, colors, keys and columns.</summary>
    public ViewSettings Settings { get; init; } = ViewSettings.Default;

    /// <summary>The environment, of which NO_COLOR, TERM, COLORTERM and COLORFGBG are read.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}

/// <summary>Why the live view ended.</summary>
public enum LiveViewEnd
{
    /// <summary>The user left it.</summary>
    Quit,

    /// <summary>The user chose a connection.</summary>
    Chosen,

    /// <summary>The user pressed Ctrl+C: what runs around the view should end too.</summary>
    Interrupted,

    /// <summary>Its time was up.</summary>
    TimeUp,

    /// <summary>It was canceled from outside.</summary>
    Canceled,

    /// <summary>The terminal is gone.</summary>
    Hangup,
}
