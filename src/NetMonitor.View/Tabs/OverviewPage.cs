using System.Globalization;

namespace NetMonitor.View;

/// <summary>The table of connections, and beside it, where there is room, how the capture and the network do.</summary>
internal static class OverviewPage
{
    /// <summary>Narrower terminals have no room for the panel.</summary>
    public const int PanelFrom = 120;

    private const int PanelWidth = 32;
    private const int HeadLines = 2;
    private const int Gutter = 1;

    /// <summary>How long a connection is new.</summary>
    private static readonly TimeSpan NewFor = TimeSpan.FromSeconds(1.5);

    public static void Paint(Brush brush, Area page, ViewState state, Picture picture)
    {
        bool panel = state.PanelOpen && page.Width >= PanelFrom;
        Area table = panel ? page.Columns(0, page.Width - PanelWidth - 1) : page;
        if (panel)
        {
            Area side = page.Columns(page.Width - PanelWidth, PanelWidth);
            for (int y = 0; y < page.Height; y++)
            {
                brush.Text(page, page.Width - PanelWidth - 1, y, "│", Role.Border);
            }

            SidePanel.Paint(brush, side, picture);
        }

        state.Table.Fit(picture.Items.Count, table.Height - HeadLines);
        PaintTitle(brush, table, state, picture);
        Area rows = table.Rows(HeadLines, table.Height - HeadLines);
        int last = Math.Min(picture.Items.Count, state.Table.Top + rows.Height);
        IReadOnlyList<Column> shown = state.ShownColumns();
        string[][] texts = Texts(state, picture, shown, last);
        foreach (Column column in shown)
        {
            state.Wanted[column.Name] = Math.Max(state.Wanted.GetValueOrDefault(column.Name), column.Name.Length + (column.IsNumber ? 1 : 0));
        }

        IReadOnlyList<PlacedColumn> columns = TableLayout.Compute(shown, table.Width - Gutter, state.Wanted);
        PaintHeadings(brush, table, state, columns);
        for (int i = state.Table.Top; i < last; i++)
        {
            int y = i - state.Table.Top;
            Item item = picture.Items[i];
            if (item.Group is { } group)
            {
                PaintGroup(brush, rows, y, group, columns);
            }
            else
            {
                PaintRow(brush, rows, y, item, picture, state, shown, columns, texts[y]);
            }

            if (i == state.Table.Index)
            {
                Style selection = brush[Role.Selection];
                brush.Canvas.Restyle(rows.X, rows.Y + y, rows.Width, look => look.On(selection));
            }

            brush.Canvas.Targets.Add(new Target(rows.X, rows.Y + y, rows.Width, TargetKind.Row, i));
        }

        if (picture.Items.Count == 0)
        {
            brush.Text(rows, 1, 0, picture.Page.Snapshot.Connections.Count == 0 ? Nothing(picture.Page.Snapshot) : "no connection matches the filter", Role.Muted);
        }
    }

    /// <summary>Why there is no connection.</summary>
    private static string Nothing(LiveSnapshot snapshot) => snapshot switch
    {
        { Packets: 0, Opened: 0 } => Frame.Waiting,
        { Opened: 0 } => "packets came, but of no connection",
        { IsOffline: false } when snapshot.Opened > snapshot.Closed => "all are of this machine with itself: -IncludeLoopback shows them",
        _ => "no connection is open",
    };

    /// <summary>"Connections by Down ▼  12 of 345  filter port:443".</summary>
    private static void PaintTitle(Brush brush, Area table, ViewState state, Picture picture)
    {
        int total = picture.Page.Snapshot.Connections.Count;
        int x = brush.Text(table, 1, 0, $"Connections by {picture.Arrangement.OrderName}", Role.Title) + 2;
        string count = picture.Matching == total
            ? string.Create(CultureInfo.InvariantCulture, $"{total:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"{picture.Matching:N0} of {total:N0}");
        x = brush.Text(table, x, 0, count) + 2;
        if (state.FilterText.Length > 0)
        {
            x = brush.Text(table, x, 0, "filter ", Role.Label);
            x = brush.Text(table, x, 0, state.FilterText, Role.Accent) + 2;
        }

        if (picture.Arrangement.Historic && !picture.Page.Snapshot.IsOffline)
        {
            x = brush.Text(table, x, 0, "with closed", Role.Label) + 2;
        }

        string place = picture.Items.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{state.Table.Index + 1:N0}/{picture.Items.Count:N0} ");
        if (x + place.Length < table.Width)
        {
            brush.Right(table, 0, place, Role.Muted);
        }
    }

    private static void PaintHeadings(Brush brush, Area table, ViewState state, IReadOnlyList<PlacedColumn> columns)
    {
        foreach ((Column column, int x, int width) in columns)
        {
            bool sorted = state.Arrangement.Sort == column;
            string title = sorted ? column.Name + state.Arrangement.Arrow : column.Name;
            int length = Math.Min(width, CellWidth.Count(title));
            int start = Gutter + x + (column.IsNumber ? width - length : 0);
            brush.Text(table.Columns(0, Gutter + x + width), start, 1, title, sorted ? Role.HeadingSorted : Role.Heading);
            brush.Canvas.Targets.Add(new Target(table.X + Gutter + x, table.Y + 1, width, TargetKind.Heading, 0, column.Name));
        }
    }

    /// <summary>The texts of the rows in view, and no others; the widest of them widen their columns.</summary>
    private static string[][] Texts(ViewState state, Picture picture, IReadOnlyList<Column> columns, int last)
    {
        var texts = new string[Math.Max(0, last - state.Table.Top)][];
        for (int i = 0; i < texts.Length; i++)
        {
            Item item = picture.Items[state.Table.Top + i];
            texts[i] = new string[columns.Count];
            for (int c = 0; c < columns.Count && item.Row is { } row; c++)
            {
                Column column = columns[c];
                string text = item.IsGone && column.Name == "State" ? "closed"
                    : item.IsGone && column.Name is "Down" or "Up" ? ""
                    : column.Text(row, picture.Arrangement.Naming, picture.Page.Snapshot.Now);
                texts[i][c] = text;
                state.Wanted[column.Name] = Math.Max(state.Wanted.GetValueOrDefault(column.Name), CellWidth.Count(text));
            }
        }

        return texts;
    }

    private static void PaintRow(
        Brush brush, Area rows, int y, Item item, Picture picture, ViewState state, IReadOnlyList<Column> shown, IReadOnlyList<PlacedColumn> columns, string[] texts)
    {
        NetConnection row = item.Row!;
        bool isNew = !picture.Page.Snapshot.IsOffline && picture.Page.Snapshot.Now - row.CreationTime < NewFor;
        (Role role, string sign) = (item.IsGone, row) switch
        {
            (true, _) or (_, { State: ConnectionState.CLOSED or ConnectionState.TIME_WAIT or ConnectionState.QUIC_CLOSED }) => (Role.Closed, " "),
            (_, { Staleness: Staleness.Critical }) when !picture.Page.Snapshot.IsOffline => (Role.Critical, "!"),
            (_, { Staleness: Staleness.Stale }) when !picture.Page.Snapshot.IsOffline => (Role.Stale, "~"),
            _ when isNew => (Role.New, "+"),
            _ => (Role.Text, " "),
        };
        bool marked = state.IsMarked(row);
        brush.Text(rows, 0, y, marked ? "*" : sign, marked ? Role.Mark : role);
        int at = 0;
        foreach ((Column column, int x, int width) in columns)
        {
            while (shown[at] != column)
            {
                at++;
            }

            string text = texts[at];
            Style style = role == Role.Text ? brush[RoleOf(column)] : brush[role];
            string fitted = column.IsEndpoint ? CellWidth.FitEndpoint(text, width) : CellWidth.Fit(text, width, column.IsNumber);
            brush.Canvas.Write(rows.X + Gutter + x, rows.Y + y, fitted, style, width);
        }
    }

    private static Role RoleOf(Column column) => column.Name switch
    {
        "Down" => Role.Receive,
        "Up" => Role.Send,
        "Protocol" or "Local" => Role.Muted,
        "Application" => Role.Accent,
        _ => Role.Text,
    };

    /// <summary>"▸ firefox  12 connections  TCP 10  UDP 2", and its rates below their headings.</summary>
    private static void PaintGroup(Brush brush, Area rows, int y, ProcessGroup group, IReadOnlyList<PlacedColumn> columns)
    {
        int end = columns.FirstOrDefault(column => column.Column.Name == "Down") is { Column: not null } down ? Gutter + down.X : rows.Width;
        Area left = rows.Columns(0, end);
        int x = brush.Text(left, 0, y, group.IsExpanded ? "▾ " : "▸ ", Role.Key);
        x = brush.Text(left, x, y, group.Name, Role.Heading) + 2;
        x = brush.Text(left, x, y, string.Create(CultureInfo.InvariantCulture, $"{group.Count:N0} {(group.Count == 1 ? "connection" : "connections")}"), Role.Text) + 2;
        x = brush.Text(left, x, y, string.Create(CultureInfo.InvariantCulture, $"TCP {group.Tcp:N0}  UDP {group.Udp:N0}"), Role.Muted) + 2;
        if (group.Gone > 0)
        {
            brush.Text(left, x, y, string.Create(CultureInfo.InvariantCulture, $"closed {group.Gone:N0}"), Role.Muted);
        }

        foreach ((Column column, int at, int width) in columns)
        {
            string? text = column.Name switch { "Down" => Quantity.ShortRate(group.ReceiveRate), "Up" => Quantity.ShortRate(group.SendRate), _ => null };
            if (text is not null)
            {
                brush.Canvas.Fit(rows.X + Gutter + at, rows.Y + y, text, width, brush[RoleOf(column)], right: true);
            }
        }
    }
}
