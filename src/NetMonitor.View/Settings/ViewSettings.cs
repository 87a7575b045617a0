using System.Collections.Immutable;

namespace NetMonitor.View;

/// <summary>What users set in their settings file; what they did not set is null or empty.</summary>
public sealed record ViewSettings
{
    /// <summary>Nothing set.</summary>
    public static ViewSettings Default { get; } = new();

    /// <summary>The name of the theme.</summary>
    public string? Theme { get; init; }

    /// <summary>The filter to begin with.</summary>
    public string? Filter { get; init; }

    /// <summary>The column to sort by.</summary>
    public string? Sort { get; init; }

    /// <summary>The columns, from left to right.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Colors by role.</summary>
    internal ImmutableDictionary<Role, Color> Colors { get; init; } = ImmutableDictionary<Role, Color>.Empty;

    /// <summary>Keys by action.</summary>
    internal ImmutableDictionary<string, ImmutableArray<string>> Keys { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>What is wrong with the file, each with its line.</summary>
    public ImmutableArray<SettingsMistake> Mistakes { get; init; } = [];
}

/// <summary>A line of the settings file that says nothing, and so was passed over.</summary>
/// <param name="Line">Which line, from 1; 0 for the file as a whole.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record SettingsMistake(int Line, string Message);
