using System.Collections.Immutable;
using static NetMonitor.View.Tab;

namespace NetMonitor.View;

/// <summary>The pages of the view, in the order of their keys 1 to 6.</summary>
internal enum Tab
{
    Overview,
    Details,
    Activity,
    Graph,
    Interfaces,
    Help,
}

/// <summary>What keys do. The one table that the view, its footer, its help, docs/view.md and the tests share; the settings give other keys.</summary>
/// <param name="Id">The action's name in the settings.</param>
/// <param name="Keys">The keys, the first of which the footer names.</param>
/// <param name="Tabs">Where it works; empty for everywhere.</param>
/// <param name="Label">How the footer calls it, or null when it does not.</param>
/// <param name="Meaning">What it does.</param>
/// <param name="Apply">Does it.</param>
internal sealed record KeyRow(string Id, ImmutableArray<string> Keys, ImmutableArray<Tab> Tabs, string? Label, string Meaning, Action<ViewState> Apply)
{
    /// <summary>True when it works on a page.</summary>
    public bool WorksOn(Tab tab) => Tabs.IsEmpty || Tabs.Contains(tab);
}

/// <summary>All keys.</summary>
internal static class KeyTable
{
    private static readonly ImmutableArray<Tab> Everywhere = [];
    private static readonly ImmutableArray<Tab> Rows = [Overview, Details];

    public static readonly IReadOnlyList<KeyRow> All =
    [
        new("quit", ["q"], Everywhere, "quit", "Quits; pressed twice", state => state.AskTwice("quit", "Press {0} again to quit", () => state.End = LiveViewEnd.Quit)),
        new("interrupt", ["Ctrl+C"], Everywhere, null, "Quits at once, and ends the pipeline", state => state.End = LiveViewEnd.Interrupted),
        new("suspend", ["Ctrl+Z"], Everywhere, null, "Stops the program; `fg` in the shell goes on", state => state.SuspendAsked = true),
        new("next-tab", ["Tab", "]"], Everywhere, null, "The next page", state => state.Show((Tab)(((int)state.Tab + 1) % ViewState.TabCount))),
        new("previous-tab", ["Shift+Tab", "["], Everywhere, null, "The page before", state => state.Show((Tab)(((int)state.Tab + ViewState.TabCount - 1) % ViewState.TabCount))),
        new("overview", ["1"], Everywhere, null, "Overview: the table of connections", state => state.Show(Overview)),
        new("details", ["2"], Everywhere, null, "Details: all about the selected connection", state => state.Show(Details)),
        new("activity", ["3"], Everywhere, null, "Activity: what each process sends and receives", state => state.Show(Activity)),
        new("graph", ["4"], Everywhere, null, "Graph: traffic and health over time", state => state.Show(Graph)),
        new("interfaces", ["5"], Everywhere, null, "Interfaces: the machine's interfaces and their counters", state => state.Show(Interfaces)),
        new("help-tab", ["6"], Everywhere, null, "Help: keys, columns, colors", state => state.Show(Help)),
        new("help", ["h", "?"], Everywhere, "help", "The keys of this page, over it", state => state.HelpOpen = !state.HelpOpen),
        new("up", ["Up", "k"], Everywhere, null, "One line up", state => state.Cursor.Move(-1)),
        new("down", ["Down", "j"], Everywhere, null, "One line down", state => state.Cursor.Move(1)),
        new("first", ["g", "Home"], Everywhere, null, "To the first line", state => state.Cursor.To(0)),
        new("last", ["G", "End"], Everywhere, null, "To the last line", state => state.Cursor.To(int.MaxValue)),
        new("page-up", ["PageUp", "Ctrl+B"], Everywhere, null, "One page up", state => state.Cursor.Move(-state.Cursor.PageSize)),
        new("page-down", ["PageDown", "Ctrl+F"], Everywhere, null, "One page down", state => state.Cursor.Move(state.Cursor.PageSize)),
        new("half-up", ["Ctrl+U"], Everywhere, null, "Half a page up", state => state.Cursor.Move(-Math.Max(1, state.Cursor.PageSize / 2))),
        new("half-down", ["Ctrl+D"], Everywhere, null, "Half a page down", state => state.Cursor.Move(Math.Max(1, state.Cursor.PageSize / 2))),
        new("open", ["Enter"], [Overview, Activity], "open", "Opens the details of a connection, or a process; with -PassThru in the table: chooses it and quits", state => state.Open()),
        new("copy-value", ["Enter"], [Details], "copy value", "Copies the value under the cursor", state => state.CopyValue()),
        new("back", ["Esc"], Everywhere, null, "Back: closes the help, takes the filter away, or returns to the table", state => state.Back()),
        new("filter", ["/"], [Overview, Details, Activity, Graph], "filter", "Types a filter; the arrows go on moving through the rows, Enter keeps it, Esc forgets it, Tab completes", state => state.BeginFilter()),
        new("sort", ["s"], [Overview, Activity], "sort", "Sorts by the next column to the right; after the last: by time again", state => state.NextSort()),
        new("reverse", ["S"], [Overview, Activity], null, "Turns the order around", state => state.ReverseSort()),
        new("services", ["p"], Rows, null, "Ports as numbers, or as names of services", state => state.Arrangement = state.Arrangement with { Naming = state.Arrangement.Naming with { Services = !state.Arrangement.Naming.Services } }),
        new("names", ["d"], Rows, null, "Remote ends as addresses, or as names of hosts", state => state.Arrangement = state.Arrangement with { Naming = state.Arrangement.Naming with { HostNames = !state.Arrangement.Naming.HostNames } }),
        new("group", ["a"], [Overview], "group", "Groups connections by process", state => state.Arrangement = state.Arrangement with { Grouped = !state.Arrangement.Grouped }),
        new("toggle", ["Space"], [Overview], null, "Opens or closes the process under the cursor", state => state.Expand(null)),
        new("expand", ["Right", "l"], [Overview], null, "Opens the process under the cursor", state => state.Expand(true)),
        new("collapse", ["Left"], [Overview], null, "Closes the process under the cursor, or the one its connection belongs to", state => state.Expand(false)),
        new("next-row", ["Right", "l"], [Details], "next", "The details of the next connection", state => state.Step(1)),
        new("previous-row", ["Left"], [Details], null, "The details of the connection before", state => state.Step(-1)),
        new("historic", ["t"], [Overview, Details], "closed", "Shows connections that are gone too", state => state.Arrangement = state.Arrangement with { Historic = !state.Arrangement.Historic }),
        new("copy", ["c"], Rows, "copy", "Copies the remote address, over SSH too", state => state.CopyRemote()),
        new("copy-json", ["y"], Rows, null, "Copies the connection as JSON", state => state.CopyJson()),
        new("mark", ["m"], Rows, "mark", "Marks the connection; marked ones are written to the pipeline at the end", state => state.Mark()),
        new("panel", ["i"], [Overview], null, "Shows or hides the panel at the side", state => state.PanelOpen = !state.PanelOpen),
        new("theme", ["T"], Everywhere, null, "The next theme", state => state.NextTheme()),
        new("reset", ["r"], Everywhere, null, "Filter, order, grouping and names as at the start", state => state.Reset()),
        new("clear", ["x"], Everywhere, null, "Forgets gone connections, graphs and sums; pressed twice", state => state.AskTwice("clear", "Press {0} again to forget what is gone", () => state.ClearAsked = true)),
        new("pause", ["z"], Everywhere, "pause", "Stands still; the monitor goes on", state => state.Paused = !state.Paused),
    ];

    /// <summary>The row of an action, or null.</summary>
    public static KeyRow? Find(string id) => All.FirstOrDefault(row => row.Id == id);

    /// <summary>The table with the keys that users set.</summary>
    public static IReadOnlyList<KeyRow> With(ImmutableDictionary<string, ImmutableArray<string>> keys) =>
        keys.IsEmpty ? All : [.. All.Select(row => keys.TryGetValue(row.Id, out ImmutableArray<string> own) ? row with { Keys = own } : row)];
}
