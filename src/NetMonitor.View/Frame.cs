using System.Globalization;
using NetMonitor.Monitoring;

namespace NetMonitor.View;

/// <summary>Makes a state into a frame: the tabs, the page, and the line of keys, of the filter, or of a message.</summary>
internal static class Frame
{
    private const int TopLines = 1;
    private const int BottomLines = 1;
    public const string Waiting = "waiting for packets";

    public static void Paint(ViewState state, Canvas canvas, Palette palette)
    {
        var brush = new Brush(canvas, palette);
        canvas.Clear(brush[Role.Text]);
        var whole = new Area(0, 0, canvas.Width, canvas.Height);
        PaintTabs(brush, whole.Rows(0, 1), state);
        Area page = whole.Rows(TopLines, whole.Height - TopLines - BottomLines);
        if (state.Picture is not { } picture)
        {
            brush.Text(page, 1, 0, Waiting, Role.Muted);
        }
        else
        {
            PaintPage(brush, page, state, picture);
        }

        PaintBottom(brush, whole.Rows(whole.Height - 1, 1), state);
        if (state.HelpOpen)
        {
            HelpPage.PaintOver(brush, page, state);
        }

        state.Targets = canvas.Targets;
    }

    private static void PaintPage(Brush brush, Area page, ViewState state, Picture picture)
    {
        switch (state.Tab)
        {
            case Tab.Overview:
                OverviewPage.Paint(brush, page, state, picture);
                break;
            case Tab.Details:
                DetailsPage.Paint(brush, page, state, picture);
                break;
            case Tab.Activity:
                ActivityPage.Paint(brush, page, state, picture);
                break;
            case Tab.Graph:
                GraphPage.Paint(brush, page, picture);
                break;
            case Tab.Interfaces:
                InterfacesPage.Paint(brush, page, state, picture);
                break;
            default:
                HelpPage.Paint(brush, page, state);
                break;
        }
    }

    private static void PaintTabs(Brush brush, Area line, ViewState state)
    {
        int x = line.Width >= 100 ? brush.Text(line, 1, 0, "NetMonitor", Role.Title) + 2 : 0;
        foreach (Tab tab in Enum.GetValues<Tab>())
        {
            string label = $" {(int)tab + 1} {tab} ";
            int end = brush.Text(line, x, 0, label, tab == state.Tab ? Role.TabSelected : Role.Tab);
            brush.Canvas.Targets.Add(new Target(x, 0, end - x, TargetKind.Tab, (int)tab));
            x = end;
        }

        if (state.Picture?.Page.Snapshot is not { } snapshot)
        {
            return;
        }

        (string sign, Role role) = (state.Paused, snapshot.Status) switch
        {
            (_, SessionStatus.Failed) => ("✗ failed", Role.Error),
            (true, _) => ("‖ paused", Role.Warn),
            (_, SessionStatus.Running) => ("●", Role.Ok),
            (_, var ended) => ($"■ {ended.ToString().ToLowerInvariant()}", Role.Muted),
        };
        int room = line.Width - x - CellWidth.Count(sign) - 3;
        if (room >= 3)
        {
            brush.Right(line, 0, sign + " ", role);
            brush.Right(line.Columns(0, line.Width - CellWidth.Count(sign) - 2), 0, CellWidth.Count(snapshot.Source) <= room ? snapshot.Source : CellWidth.Fit(snapshot.Source, room), Role.Text);
        }
    }

    private static void PaintBottom(Brush brush, Area line, ViewState state)
    {
        if (state.Editor is { } editor)
        {
            PaintEditor(brush, line, state, editor);
            return;
        }

        int x = 1;
        if (state.Message is { } message)
        {
            brush.Text(line, x, 0, message, Role.Warn);
            return;
        }

        if (state.Picture?.Page.Snapshot.Failure is { } failure)
        {
            brush.Text(line, x, 0, $"Capture failed: {failure}", Role.Error);
            return;
        }

        foreach (KeyRow row in state.Keys.Where(row => row.Label is not null && row.WorksOn(state.Tab)))
        {
            if (row.Keys.IsEmpty || x + row.Keys[0].Length + row.Label!.Length + 1 > line.Width)
            {
                continue;
            }

            x = brush.Text(line, x, 0, row.Keys[0], Role.Key);
            x = brush.Text(line, x + 1, 0, row.Label, Role.Muted) + 2;
        }

        if (state.MarkedCount > 0)
        {
            string marked = string.Create(CultureInfo.InvariantCulture, $"{state.MarkedCount} marked ");
            brush.Right(line, 0, marked, Role.Mark);
        }
    }

    /// <summary>The filter as it is typed: from where it is not understood it is red, and behind it stands why, or what it may go on as.</summary>
    private static void PaintEditor(Brush brush, Area line, ViewState state, FilterEditor editor)
    {
        int start = brush.Text(line, 0, 0, " /", Role.Key);
        int wrong = state.Mistake is { } mistake ? Math.Clamp(mistake.Position, 0, editor.Text.Length) : editor.Text.Length;
        int before = CellWidth.Count(editor.Text.AsSpan(0, editor.Cursor));
        int skipped = Math.Max(0, before - (line.Width * 2 / 3));
        Area room = line.Columns(start, line.Width);
        string shown = skipped > 0 ? editor.Text[Math.Min(skipped, editor.Text.Length)..] : editor.Text;
        int good = Math.Clamp(wrong - skipped, 0, shown.Length);
        int x = brush.Text(room, 0, 0, shown[..good]);
        x = brush.Text(room, x, 0, shown[good..], Role.Error);
        brush.Canvas.Cursor = (Math.Min(line.Width - 1, start + before - skipped), line.Y);
        if (state.Mistake is { } problem)
        {
            if (good == shown.Length)
            {
                x = brush.Text(room, x, 0, "▲", Role.Error);
            }

            brush.Text(room, x + 2, 0, problem.Message, Role.Error);
        }
        else if (state.Suggestions.Count > 0)
        {
            brush.Text(room, x + 2, 0, "Tab: " + string.Join("  ", state.Suggestions.Take(6).Select(suggestion => suggestion.Text.Trim())), Role.Muted);
        }
        else if (editor.Text.Length == 0)
        {
            brush.Text(room, x + 2, 0, "port:443  process:ssh  dst:10.0.0.0/8  rtt>100ms  not state:time_wait", Role.Muted);
        }
    }
}
