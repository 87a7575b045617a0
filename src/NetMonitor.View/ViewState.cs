using System.Collections.Immutable;
using NetMonitor.Filtering;

namespace NetMonitor.View;

/// <summary>What the user looks at, and what the keys have changed. Painters read it; keys and the mouse call what they do.</summary>
internal sealed partial class ViewState
{
    public const int TabCount = 6;

    private readonly Dictionary<Tab, ListCursor> _cursors = Enum.GetValues<Tab>().ToDictionary(tab => tab, _ => new ListCursor());
    private readonly Dictionary<ulong, NetConnection> _marked = [];
    private readonly Arrangement _begin;
    private readonly string _beginFilter;
    private Picture? _picture;
    private ItemKey? _selected;
    private (string Action, Action Then)? _asked;

    public ViewState(LiveViewOptions options, IReadOnlyList<KeyRow> keys, Theme theme)
    {
        Options = options;
        Keys = keys;
        Theme = theme;
        ImmutableArray<string> chosen = options.Settings.Columns;
        Columns = chosen.IsEmpty ? Column.Default : [.. chosen.Select(Column.Find).OfType<Column>()];
        Column? sort = (options.Sort ?? options.Settings.Sort) is { } name ? Column.Find(name) : null;
        Arrangement = new Arrangement { Sort = sort, Descending = sort?.IsNumber ?? false };
        SetFilter(options.Filter.Length > 0 ? options.Filter : options.Settings.Filter ?? "");
        _begin = Arrangement;
        _beginFilter = FilterText;
        if (Mistake is { } mistake)
        {
            Say($"The filter is none: {mistake.Message}");
        }
        else if (!options.Settings.Mistakes.IsEmpty)
        {
            SettingsMistake first = options.Settings.Mistakes[0];
            Say($"Settings, line {first.Line}: {first.Message}");
        }
    }

    public LiveViewOptions Options { get; }

    public IReadOnlyList<KeyRow> Keys { get; }

    public IReadOnlyList<Column> Columns { get; }

    public Theme Theme { get; private set; }

    public Tab Tab { get; private set; }

    /// <summary>Where one is on this page.</summary>
    public ListCursor Cursor => _cursors[Tab];

    /// <summary>Where one is in the table, whichever page is shown.</summary>
    public ListCursor Table => _cursors[Tab.Overview];

    /// <summary>What is asked of the rows. Setting it asks for another picture.</summary>
    public Arrangement Arrangement { get; set; }

    /// <summary>The filter in force.</summary>
    public string FilterText { get; private set; } = "";

    /// <summary>What is wrong with what is being typed, or null.</summary>
    public FilterError? Mistake { get; private set; }

    /// <summary>The line a filter is typed in, or null.</summary>
    public FilterEditor? Editor { get; private set; }

    /// <summary>What the word being typed may go on as.</summary>
    public IReadOnlyList<FilterSuggestion> Suggestions { get; private set; } = [];

    public bool HelpOpen { get; set; }

    public bool PanelOpen { get; set; } = true;

    public bool Paused { get; set; }

    /// <summary>Which order the processes are in, and which way.</summary>
    public (int Column, bool Descending) ActivityOrder { get; private set; } = (ActivityPage.DefaultOrder, true);

    /// <summary>A word to the user; LiveView takes it away after a while.</summary>
    public string? Message { get; private set; }

    /// <summary>Counts messages, so that a new one is told from the old.</summary>
    public int MessageNumber { get; private set; }

    /// <summary>The end that was asked for.</summary>
    public LiveViewEnd? End { get; set; }

    public bool SuspendAsked { get; set; }

    public bool ClearAsked { get; set; }

    /// <summary>Control sequences to write besides the frame.</summary>
    public Queue<string> ToWrite { get; } = new();

    /// <summary>The last frame's places to click at.</summary>
    public IReadOnlyList<Target> Targets { get; set; } = [];

    /// <summary>The widest content each column has had.</summary>
    public Dictionary<string, int> Wanted { get; } = [];

    /// <summary>The facts the details page shows, line by line: what Enter copies.</summary>
    public IReadOnlyList<string?> DetailValues { get; set; } = [];

    /// <summary>The processes as the activity page shows them.</summary>
    public IReadOnlyList<ActivityRow> ShownProcesses { get; set; } = [];

    /// <summary>What is shown. Setting it moves the selection along with its connection.</summary>
    public Picture? Picture
    {
        get => _picture;
        set
        {
            if (_picture is null && value is { Page.Snapshot.IsOffline: true })
            {
                Arrangement = Arrangement with { Historic = true };
            }

            _picture = value;
            Follow();
        }
    }

    /// <summary>The item under the cursor of the table, or null.</summary>
    public Item? SelectedItem => _picture is { } picture && Table.Index < picture.Items.Count ? picture.Items[Table.Index] : null;

    /// <summary>The connection under the cursor, or null.</summary>
    public NetConnection? SelectedRow => SelectedItem?.Row;

    public int MarkedCount => _marked.Count;

    public bool IsMarked(NetConnection row) => _marked.ContainsKey(row.IdValue);

    /// <summary>The marked connections, else the chosen one, as they were last seen, in the order they came in.</summary>
    public IReadOnlyList<NetConnection> Chosen()
    {
        if (_marked.Count == 0)
        {
            return End == LiveViewEnd.Chosen && SelectedRow is { } row ? [row] : [];
        }

        foreach (NetConnection row in _picture?.Page.Snapshot.Connections ?? [])
        {
            if (_marked.ContainsKey(row.IdValue))
            {
                _marked[row.IdValue] = row;
            }
        }

        return [.. _marked.Values.Order(Comparer<NetConnection>.Create(NetConnection.CompareByCreation))];
    }

    /// <summary>The user went to another line, and it is that connection that the cursor follows from now on.</summary>
    public void Hold() => _selected = SelectedItem?.Key;

    public void Say(string message)
    {
        Message = message;
        MessageNumber++;
    }

    public void Hush() => Message = null;

    private void Follow()
    {
        if (_picture is not { } picture)
        {
            return;
        }

        int index = Table.Index;
        if (_selected is { } key && (index >= picture.Items.Count || picture.Items[index].Key != key))
        {
            index = IndexOf(picture.Items, key) ?? index;
        }

        Table.Follow(index, picture.Items.Count);
    }

    private static int? IndexOf(IReadOnlyList<Item> items, ItemKey key)
    {
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Key == key)
            {
                return i;
            }
        }

        return null;
    }
}
