namespace NetMonitor.View;

/// <summary>What a key does. The one table that the view, its footer and the tests read.</summary>
/// <param name="Matches">The key.</param>
/// <param name="Label">How the footer names it, or null when it does not.</param>
internal sealed record KeyBinding(Predicate<ConsoleKeyInfo> Matches, string? Label)
{
    /// <summary>What it changes.</summary>
    public Action<ViewState>? Apply { get; init; }

    /// <summary>The end it brings.</summary>
    public LiveViewEnd? End { get; init; }

    /// <summary>All keys.</summary>
    public static readonly IReadOnlyList<KeyBinding> All =
    [
        new(key => key.KeyChar == 'q', "q quit") { End = LiveViewEnd.Quit },
        new(key => key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }, Label: null) { End = LiveViewEnd.Interrupted },
        new(key => key.KeyChar == 's', "s sort") { Apply = state => state.NextOrder() },
        new(key => key.Key == ConsoleKey.DownArrow || key.KeyChar == 'j', "↑↓ scroll") { Apply = state => state.Scroll(1) },
        new(key => key.Key == ConsoleKey.UpArrow || key.KeyChar == 'k', Label: null) { Apply = state => state.Scroll(-1) },
        new(key => key.Key == ConsoleKey.PageDown, "PgUp PgDn page") { Apply = state => state.Scroll(state.PageSize) },
        new(key => key.Key == ConsoleKey.PageUp, Label: null) { Apply = state => state.Scroll(-state.PageSize) },
        new(key => key.Key == ConsoleKey.Home || key.KeyChar == 'g', Label: null) { Apply = state => state.Scroll(int.MinValue) },
        new(key => key.Key == ConsoleKey.End || key.KeyChar == 'G', Label: null) { Apply = state => state.Scroll(int.MaxValue) },
    ];

    /// <summary>The binding of a key, or null.</summary>
    public static KeyBinding? Find(ConsoleKeyInfo key) => All.FirstOrDefault(binding => binding.Matches(key));
}
