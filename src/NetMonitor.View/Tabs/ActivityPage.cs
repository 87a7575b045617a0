using System.Globalization;

namespace NetMonitor.View;

/// <summary>What each process sends (egress) and receives (ingress): now, over 60 seconds, and in all; and below, whom the selected one talks to.</summary>
internal static class ActivityPage
{
    /// <summary>Egress over the last 60 seconds.</summary>
    public const int DefaultOrder = 4;

    private const int MaxPeers = 256;
    private const int HeadLines = 2;

    /// <summary>The columns, from left to right. What leaves when the terminal is narrow has a greater number.</summary>
    public static readonly IReadOnlyList<ActivityColumn> Columns =
    [
        new("Process", 18, 0, process => process.Name, process => 0),
        new("Conns", 6, 0, process => Quantity.Number(process.Connections), process => process.Connections),
        new("Up/s", 7, 0, process => Quantity.ShortRate(process.SendRate), process => process.SendRate) { Role = Role.Send },
        new("Down/s", 7, 0, process => Quantity.ShortRate(process.ReceiveRate), process => process.ReceiveRate) { Role = Role.Receive },
        new("Up 60 s", 8, 0, process => Quantity.Short(process.SentLately), process => process.SentLately) { Role = Role.Send },
        new("Down 60 s", 9, 0, process => Quantity.Short(process.ReceivedLately), process => process.ReceivedLately) { Role = Role.Receive },
        new("Up all", 7, 1, process => Quantity.Short(process.Sent), process => process.Sent) { Role = Role.Send },
        new("Down all", 8, 2, process => Quantity.Short(process.Received), process => process.Received) { Role = Role.Receive },
    ];

    public static void Paint(Brush brush, Area page, ViewState state, Picture picture)
    {
        (int order, bool descending) = state.ActivityOrder;
        ActivityRow[] processes = [.. picture.Page.Processes
            .OrderBy(process => order == 0 ? 0 : descending ? -Columns[order].Key(process) : Columns[order].Key(process))
            .ThenBy(process => process.Name, Comparer<string>.Create((a, b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase) * (order == 0 && descending ? -1 : 1)))];
        state.ShownProcesses = processes;

        int listHeight = Math.Max(HeadLines + 1, Math.Min(processes.Length + HeadLines, page.Height * 3 / 5));
        Area list = page.Rows(0, listHeight);
        state.Cursor.Fit(processes.Length, list.Height - HeadLines);
        brush.Text(list, 1, 0, $"Processes by {Columns[order].Name} {(descending ? '▼' : '▲')}", Role.Title);
        brush.Right(list, 0, "all: since the view was opened ", Role.Muted);
        List<(ActivityColumn Column, int X, int Width)> columns = Layout(list.Width);
        PaintHeadings(brush, list, columns, order, descending);
        double most = Math.Max(1, processes.Select(process => (double)process.SentLately + process.ReceivedLately).DefaultIfEmpty().Max());
        int barAt = columns[^1].X + columns[^1].Width + 2;
        for (int i = state.Cursor.Top; i < Math.Min(processes.Length, state.Cursor.Top + list.Height - HeadLines); i++)
        {
            int y = HeadLines + i - state.Cursor.Top;
            foreach ((ActivityColumn column, int x, int width) in columns)
            {
                brush.Canvas.Fit(list.X + x, list.Y + y, column.Text(processes[i]), width, brush[column.Role], right: column != Columns[0]);
            }

            if (list.Width - barAt >= 10)
            {
                brush.Bar(list, barAt, y, Math.Min(40, list.Width - barAt - 1), (processes[i].SentLately + processes[i].ReceivedLately) / most, Role.Accent);
            }

            if (i == state.Cursor.Index)
            {
                Style selection = brush[Role.Selection];
                brush.Canvas.Restyle(list.X, list.Y + y, list.Width, look => look.On(selection));
            }

            brush.Canvas.Targets.Add(new Target(list.X, list.Y + y, list.Width, TargetKind.Row, i));
        }

        if (state.Cursor.Index < processes.Length)
        {
            PaintPeers(brush, page.Rows(listHeight, page.Height - listHeight), processes[state.Cursor.Index].Name, picture);
        }
    }

    private static void PaintHeadings(Brush brush, Area list, List<(ActivityColumn Column, int X, int Width)> columns, int order, bool descending)
    {
        foreach ((ActivityColumn column, int x, int width) in columns)
        {
            int index = Columns.ToList().IndexOf(column);
            string title = index == order ? column.Name + (descending ? '▼' : '▲') : column.Name;
            brush.Text(list, index == 0 ? x : x + width - CellWidth.Count(title), 1, title, index == order ? Role.HeadingSorted : Role.Heading);
            brush.Canvas.Targets.Add(new Target(list.X + x, list.Y + 1, width, TargetKind.Heading, index));
        }
    }

    /// <summary>The name takes what is left of a narrow terminal, and no more than it needs of a wide one.</summary>
    private static List<(ActivityColumn Column, int X, int Width)> Layout(int width)
    {
        List<ActivityColumn> shown = [.. Columns];
        while (Needed() > width && shown.Where(column => column.Leaves > 0).MaxBy(column => column.Leaves) is { } leaving)
        {
            shown.Remove(leaving);
        }

        var placed = new List<(ActivityColumn, int, int)>();
        int x = 1;
        foreach (ActivityColumn column in shown)
        {
            int cells = column.Width + (column == Columns[0] ? Math.Clamp(width - Needed(), 0, 18) : 0);
            placed.Add((column, x, cells));
            x += cells + 1;
        }

        return placed;

        int Needed() => 1 + shown.Sum(column => column.Width + 1);
    }

    private static void PaintPeers(Brush brush, Area area, string name, Picture picture)
    {
        var peers = new Dictionary<string, (int Count, long Sent, long Received)>(StringComparer.Ordinal);
        foreach (NetConnection row in picture.Page.Snapshot.Connections)
        {
            if (ActivityRow.NameOf(row) == name && (picture.Arrangement.Filter?.Invoke(row) ?? true))
            {
                string peer = row.HostName ?? row.Remote.ToString();
                (int count, long sent, long received) = peers.GetValueOrDefault(peer);
                if (count > 0 || peers.Count < MaxPeers)
                {
                    peers[peer] = (count + 1, sent + row.BytesSent, received + row.BytesReceived);
                }
            }
        }

        brush.Title(area, 0, $"Peers of {name}", "connections  up  down");
        int y = 1;
        foreach ((string peer, (int count, long sent, long received)) in peers.OrderByDescending(peer => peer.Value.Sent + peer.Value.Received).ThenBy(peer => peer.Key, StringComparer.Ordinal))
        {
            if (y >= area.Height)
            {
                return;
            }

            brush.Text(area, 1, y, CellWidth.Fit(peer, Math.Max(0, area.Width - 24)));
            brush.Right(area.Columns(0, area.Width - 16), y, count.ToString("N0", CultureInfo.InvariantCulture), Role.Muted);
            brush.Right(area.Columns(0, area.Width - 9), y, Quantity.Short(sent), Role.Send);
            brush.Right(area.Columns(0, area.Width - 1), y++, Quantity.Short(received), Role.Receive);
        }
    }
}

/// <summary>A column of the table of processes.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Width">Its cells.</param>
/// <param name="Leaves">When the terminal is narrow, the highest number leaves first; with 0 it stays.</param>
/// <param name="Text">Its content.</param>
/// <param name="Key">What it is sorted by.</param>
internal sealed record ActivityColumn(string Name, int Width, int Leaves, Func<ActivityRow, string> Text, Func<ActivityRow, double> Key)
{
    public Role Role { get; init; } = Role.Text;
}
