using System.Globalization;
using NetMonitor.Filtering;

namespace NetMonitor.View;

/// <content>What keys and the mouse do.</content>
internal sealed partial class ViewState
{
    private const int WheelLines = 3;

    /// <summary>Two clicks at one place within this time are one double-click.</summary>
    private static readonly TimeSpan DoubleClickTime = TimeSpan.FromMilliseconds(400);

    private (int X, int Y, TimeSpan At)? _lastClick;

    /// <summary>Takes a key.</summary>
    /// <returns>False when it means nothing here.</returns>
    public bool Take(KeyPress key)
    {
        if (Editor is not null)
        {
            return Edit(key);
        }

        KeyRow? row = Keys.FirstOrDefault(row => row.WorksOn(Tab) && row.Keys.Contains(key.Name));
        (string Action, Action Then)? asked = _asked;
        _asked = null;
        if (asked is not null && row?.Id is not ("quit" or "clear"))
        {
            Hush();
        }

        if (HelpOpen && row?.Id is not ("help" or "quit" or "interrupt" or "suspend"))
        {
            HelpOpen = false;
            return true;
        }

        if (row is null)
        {
            return asked is not null;
        }

        if (asked is { } again && again.Action == row.Id)
        {
            again.Then();
            Hush();
            return true;
        }

        int index = Table.Index;
        row.Apply(this);
        if (Table.Index != index)
        {
            Hold();
        }

        return true;
    }

    /// <summary>Takes what the mouse did.</summary>
    /// <param name="mouse">What it did.</param>
    /// <param name="now">When, on any clock that goes on.</param>
    public void Take(MouseInput mouse, TimeSpan now)
    {
        if (mouse.Action != MouseAction.Press)
        {
            Cursor.Scroll(mouse.Action == MouseAction.WheelUp ? -WheelLines : WheelLines);
            Hold();
            return;
        }

        bool twice = _lastClick is { } last && (last.X, last.Y) == (mouse.X, mouse.Y) && now - last.At <= DoubleClickTime;
        _lastClick = twice ? null : (mouse.X, mouse.Y, now);
        if (HelpOpen)
        {
            HelpOpen = false;
            return;
        }

        switch (Targets.LastOrDefault(target => target.Holds(mouse.X, mouse.Y)))
        {
            case { Kind: TargetKind.Tab } tab:
                Show((Tab)tab.Number);
                break;
            case { Kind: TargetKind.Heading } heading when Tab == Tab.Activity:
                ActivityOrder = (heading.Number, heading.Number == ActivityOrder.Column ? !ActivityOrder.Descending : heading.Number > 0);
                break;
            case { Kind: TargetKind.Heading, Text: { } name } when Column.Find(name) is { } column:
                Arrangement = Arrangement.By(column);
                break;
            case { Kind: TargetKind.Value, Text: { } value }:
                Copy(value);
                break;
            case { Kind: TargetKind.Row } row:
                Cursor.To(row.Number);
                Hold();
                if (twice)
                {
                    Open();
                }

                break;
        }
    }

    public void Show(Tab tab) => Tab = tab;

    /// <summary>Does something when the key of the same action comes again at once.</summary>
    /// <param name="action">The action.</param>
    /// <param name="question">What to say meanwhile; {0} stands for the key.</param>
    /// <param name="then">What to do.</param>
    public void AskTwice(string action, string question, Action then)
    {
        _asked = (action, then);
        Say(string.Format(CultureInfo.InvariantCulture, question, Keys.First(row => row.Id == action).Keys.FirstOrDefault()));
    }

    public void Open()
    {
        if (Tab == Tab.Activity)
        {
            OpenProcess();
        }
        else if (SelectedItem is { Group: not null })
        {
            Expand(null);
        }
        else if (SelectedRow is not null && Options.EnterChooses)
        {
            End = LiveViewEnd.Chosen;
        }
        else if (SelectedRow is not null)
        {
            Hold();
            Show(Tab.Details);
        }
    }

    public void Back()
    {
        if (Tab != Tab.Overview)
        {
            Show(Tab.Overview);
        }
        else if (FilterText.Length > 0)
        {
            SetFilter("");
        }
    }

    public void NextSort()
    {
        if (Tab == Tab.Activity)
        {
            int next = (ActivityOrder.Column + 1) % ActivityPage.Columns.Count;
            ActivityOrder = (next, next > 0);
            return;
        }

        Arrangement = Arrangement.NextSort(ShownColumns());
    }

    public void ReverseSort()
    {
        if (Tab == Tab.Activity)
        {
            ActivityOrder = (ActivityOrder.Column, !ActivityOrder.Descending);
            return;
        }

        Arrangement = Arrangement with { Descending = !Arrangement.Descending };
    }

    /// <summary>The columns there is something to show in, whether they have room or not.</summary>
    public IReadOnlyList<Column> ShownColumns() =>
        [.. Columns.Where(column => column.Known is null || (_picture is { } picture && column.Known(picture.Page.Summary)))];

    public void Expand(bool? open)
    {
        if (SelectedItem is not { } item)
        {
            return;
        }

        string? name = item.Group?.Name ?? (Arrangement.Grouped && open == false ? ActivityRow.NameOf(item.Row!) : null);
        if (name is null)
        {
            return;
        }

        bool expand = open ?? !Arrangement.Expanded.Contains(name);
        Arrangement = Arrangement with { Expanded = expand ? Arrangement.Expanded.Add(name) : Arrangement.Expanded.Remove(name) };
        _selected = new ItemKey(0, name);
    }

    /// <summary>To the next connection, or the one before; processes are passed over.</summary>
    public void Step(int by)
    {
        IReadOnlyList<Item> items = _picture?.Items ?? [];
        for (int i = Table.Index + by; i >= 0 && i < items.Count; i += by)
        {
            if (items[i].Row is not null)
            {
                Table.To(i);
                Hold();
                return;
            }
        }
    }

    public void CopyRemote()
    {
        if (SelectedRow is { } row)
        {
            Copy(row.RemoteAddress.ToString());
        }
    }

    public void CopyJson()
    {
        if (SelectedRow is { } row)
        {
            ToWrite.Enqueue(ControlSequences.Copy(ConnectionFacts.ToJson(row)));
            Say("Copied the connection as JSON");
        }
    }

    /// <summary>Copies the value under the cursor of the details.</summary>
    public void CopyValue()
    {
        if (Cursor.Index < DetailValues.Count && DetailValues[Cursor.Index] is { } value)
        {
            Copy(value);
        }
    }

    public void Mark()
    {
        if (SelectedRow is not { } row)
        {
            return;
        }

        if (!_marked.Remove(row.IdValue))
        {
            _marked.Add(row.IdValue, row);
        }

        if (Tab == Tab.Overview)
        {
            Table.Move(1);
        }

        Say($"{_marked.Count} marked");
    }

    public void NextTheme()
    {
        Theme = Theme.All[(Theme.All.ToList().FindIndex(theme => theme.Name == Theme.Name) + 1) % Theme.All.Count];
        Say($"Theme {Theme.Name}");
    }

    public void Reset()
    {
        Arrangement = _begin with { Historic = _picture is { Page.Snapshot.IsOffline: true } };
        SetFilter(_beginFilter);
        Wanted.Clear();
        ActivityOrder = (ActivityPage.DefaultOrder, true);
        _marked.Clear();
        Paused = false;
        Say("As at the start");
    }

    public void BeginFilter() => Editor = new FilterEditor(FilterText);

    private bool Edit(KeyPress key)
    {
        FilterEditor editor = Editor!;
        switch (key.Name)
        {
            case "Ctrl+C":
                End = LiveViewEnd.Interrupted;
                return true;
            case "Enter":
                Editor = null;
                Mistake = null;
                return true;
            case "Esc":
                Editor = null;
                SetFilter(editor.Before);
                return true;
            case "Tab" when Suggestions.Count > 0:
                FilterSuggestion first = Suggestions[0];
                editor.Replace(first.Start, first.Length, first.Text);
                break;
            case "Up" or "Down" or "PageUp" or "PageDown":
                Keys.FirstOrDefault(row => row.Tabs.IsEmpty && row.Keys.Contains(key.Name))?.Apply(this);
                Hold();
                return true;
            case var _ when !editor.Take(key):
                return false;
        }

        SetFilter(editor.Text);
        Suggestions = FilterCompletion.Suggest(editor.Text, editor.Cursor, _picture?.Page.Snapshot.Connections ?? []);
        return true;
    }

    private void SetFilter(string text)
    {
        Suggestions = [];
        if (ConnectionFilterExpression.TryParse(text, out ConnectionFilterExpression? filter, out FilterError? mistake))
        {
            FilterText = text;
            Mistake = null;
            Arrangement = Arrangement with { Filter = filter.IsEmpty ? null : filter.Matches };
        }
        else
        {
            Mistake = mistake;
        }
    }

    private void Copy(string text)
    {
        ToWrite.Enqueue(ControlSequences.Copy(text));
        Say($"Copied {text}");
    }

    private void OpenProcess()
    {
        if (Cursor.Index < ShownProcesses.Count)
        {
            string name = ShownProcesses[Cursor.Index].Name;
            Arrangement = Arrangement with { Grouped = true, Expanded = Arrangement.Expanded.Add(name) };
            _selected = new ItemKey(0, name);
            Show(Tab.Overview);
        }
    }
}
