using System.Globalization;

namespace NetMonitor.View;

/// <summary>All about one connection. Lines that every connection has are always there, with a dash where nothing is known, so that nothing jumps.</summary>
internal static class DetailsPage
{
    private const int LabelWidth = 26;
    private const int ColumnWidth = 74; // cells that a line wants: with twice as many there are two columns
    private const string Unknown = "-";

    public static void Paint(Brush brush, Area page, ViewState state, Picture picture)
    {
        if (state.SelectedItem is not { Row: { } row } item)
        {
            brush.Text(page, 1, 0, "No connection is selected. 1 shows the table.", Role.Muted);
            state.DetailValues = [];
            return;
        }

        string title = $"{row.Protocol} {EndPoints.Local(row, picture.Arrangement.Naming)} {Arrow(row)} {EndPoints.Remote(row, picture.Arrangement.Naming)}";
        brush.Text(page, 1, 0, title, Role.Title);
        brush.Right(page, 0, string.Create(CultureInfo.InvariantCulture, $"{state.Table.Index + 1:N0}/{picture.Items.Count:N0} "), Role.Muted);
        List<Line> lines = Lines(row, item.IsGone, picture);
        state.DetailValues = [.. lines.Select(line => line.IsTitle ? null : line.Value)];

        Area body = page.Rows(1, page.Height - 1);
        int columns = Math.Clamp(body.Width / ColumnWidth, 1, 2);
        state.Cursor.Fit(lines.Count, body.Height * columns);
        int width = body.Width / columns;
        for (int i = state.Cursor.Top; i < Math.Min(lines.Count, state.Cursor.Top + (body.Height * columns)); i++)
        {
            (int column, int y) = Math.DivRem(i - state.Cursor.Top, body.Height);
            Area part = body.Columns(column * width, width - (columns > 1 && column == 0 ? 2 : 0));
            PaintLine(brush, part, y, lines[i], i, i == state.Cursor.Index);
        }
    }

    private static void PaintLine(Brush brush, Area part, int y, Line line, int index, bool selected)
    {
        if (line.IsTitle)
        {
            brush.Title(part, y, line.Label);
        }
        else
        {
            brush.Text(part, 1, y, CellWidth.Count(line.Label) < LabelWidth ? line.Label : CellWidth.Fit(line.Label, LabelWidth - 1), Role.Label);
            brush.Text(part, LabelWidth + 1, y, CellWidth.Count(line.Value) > part.Width - LabelWidth - 1 ? CellWidth.Fit(line.Value, part.Width - LabelWidth - 1) : line.Value, line.Role);
            brush.Canvas.Targets.Add(new Target(part.X, part.Y + y, part.Width, TargetKind.Row, index));
            brush.Canvas.Targets.Add(new Target(part.X + LabelWidth + 1, part.Y + y, CellWidth.Count(line.Value), TargetKind.Value, index, line.Value));
        }

        if (selected)
        {
            Style selection = brush[Role.Selection];
            brush.Canvas.Restyle(part.X, part.Y + y, part.Width, look => look.On(selection));
        }
    }

    private static List<Line> Lines(NetConnection row, bool gone, Picture picture)
    {
        DateTimeOffset now = picture.Page.Snapshot.Now;
        var lines = new List<Line>();

        Title("Connection");
        Add("State", gone ? $"closed (was {row.State})" : row.State.ToString(), Role.Accent);
        Add("Local", EndPoints.Local(row, new Naming(false, false)));
        Add("Remote", EndPoints.Remote(row, new Naming(false, false)));
        Add("Opened by", row.Direction switch { ConnectionDirection.Outgoing => "this end", ConnectionDirection.Incoming => "the remote end", _ => null });
        Add("First packet", $"{row.CreationTime.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z  ({Quantity.Age(now - row.CreationTime)} ago)");
        Add("Last packet", $"{row.LastActivity.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z  ({Quantity.Age(now - row.LastActivity)} ago)");
        Add("Timeout", row.Timeout > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"{Quantity.Age(row.Timeout)}, {row.TimeoutRatio:0 %} passed in silence")
            : null, row.Staleness switch { Staleness.Critical => Role.Critical, Staleness.Stale => Role.Stale, _ => Role.Text });
        Add("Closed because", row.CloseReason is { } reason ? ConnectionFacts.Words(reason.ToString()) : null);
        Add("Interface", row.VlanId is { } vlan ? $"{row.Interface} VLAN {vlan}" : row.Interface);
        Add("Tunnel", row.Tunnel.ToString() is "None" ? null : row.Tunnel.ToString());
        Add("Zeek", row.ConnState is null ? null : $"{row.ConnState}  {row.History}");
        Add("Id", row.Id);
        Add("Community ID", row.CommunityId);

        Title("Remote end");
        Add("Host name", row.HostName is null ? null : $"{row.HostName}  ({row.HostNameSource})");
        Add("Address is", ConnectionFacts.Words(row.RemoteScope.ToString()));
        Add("Country, city", Join(row.Country, row.City));
        Add("Network", Join(row.Asn is { } asn ? $"AS{asn}" : null, row.Organization));
        Add("Card made by", row.RemoteVendor);
        Add("Service", row.Service);

        Title("Process");
        Add("Name", row.ProcessName);
        Add("Process id", row.OwningProcess?.ToString(CultureInfo.InvariantCulture));
        Add("Path", row.ProcessPath);
        Add("Parents", row.ParentProcesses.Count == 0 ? null : string.Join(" < ", row.ParentProcesses.Select(parent => $"{parent.ProcessName} ({parent.ProcessId})")));
        Add("User, group", Join(row.UserName, row.GroupName));
        Add("Unit or container", Join(row.Unit, row.Container, row.Pod is null ? null : $"{row.PodNamespace}/{row.Pod}"));
        Add("Known from", row.AttributionSource is { } source ? $"{ConnectionFacts.Words(source.ToString())}, {row.AttributionQuality}" : null);

        Title("Traffic");
        Add("Down", Flow(row.ReceiveRate, row.BytesReceived, row.PacketsReceived, row.PayloadReceived), Role.Receive);
        Add("Up", Flow(row.SendRate, row.BytesSent, row.PacketsSent, row.PayloadSent), Role.Send);
        Add("Down 1/10/60 s", Rates(row.ReceiveRates));
        Add("Up 1/10/60 s", Rates(row.SendRates));

        Title("Health");
        Add("RTT", row.Rtt is null ? null : Quantity.RoundTrip(row.Rtt));
        Add("Sent again", row.Retransmits is null ? null : Join(Number(row.Retransmits), row.LossRatio?.ToString("0.00 %", CultureInfo.InvariantCulture)), row.Retransmits > 0 ? Role.Warn : Role.Text);
        Add("Out of order", Number(row.OutOfOrder));
        AddAll(row.Tcp);
        AddAll(row.Kernel, "kernel: ");

        Title("Application");
        Add("Protocol", row.Application is null ? null : $"{row.Application}  ({row.Confidence})", Role.Accent);
        for (ApplicationDetails? details = row.Details; details is not null; details = details.Outer)
        {
            if (!ReferenceEquals(details, row.Details))
            {
                Title("Before that");
            }

            foreach ((string name, string value) in ConnectionFacts.Of(details).Where(fact => fact.Name is not ("Outer" or "Host name source")))
            {
                Add(name, value);
            }
        }

        return lines;

        void Title(string title) => lines.Add(new Line(title, "", Role.Heading, IsTitle: true));
        void Add(string label, string? value, Role role = Role.Text) =>
            lines.Add(new Line(label, string.IsNullOrEmpty(value) ? Unknown : value, string.IsNullOrEmpty(value) ? Role.Muted : role, IsTitle: false));
        void AddAll(object? facts, string prefix = "")
        {
            foreach ((string name, string value) in facts is null ? [] : ConnectionFacts.Of(facts))
            {
                Add(prefix + name, value);
            }
        }
    }

    private static string Arrow(NetConnection row) => row.Direction switch { ConnectionDirection.Outgoing => "→", ConnectionDirection.Incoming => "←", _ => "↔" };

    private static string? Join(params string?[] parts) => parts.OfType<string>().Any() ? string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part))) : null;

    private static string? Number(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture);

    private static string Flow(double rate, long bytes, long packets, long payload) =>
        string.Create(CultureInfo.InvariantCulture, $"{Quantity.Bytes(rate)}/s   {Quantity.Bytes(bytes)} in {packets:N0} packets, payload {Quantity.Bytes(payload)}");

    private static string Rates(RateSet rates) =>
        $"{Quantity.Short(rates.OneSecond)} / {Quantity.Short(rates.TenSeconds)} / {Quantity.Short(rates.SixtySeconds)}";

    /// <summary>A line of the page.</summary>
    private sealed record Line(string Label, string Value, Role Role, bool IsTitle);
}
