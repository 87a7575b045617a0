using System.Globalization;

namespace NetMonitor.View;

/// <summary>The last minute in charts, and how connections are made up.</summary>
internal static class GraphPage
{
    private const int WideFrom = 110;
    private const string Unknown = "-";

    public static void Paint(Brush brush, Area page, Picture picture)
    {
        IReadOnlyList<Tick> ticks = picture.Page.Ticks;
        bool wide = page.Width >= WideFrom;
        Area charts = wide ? page.Columns(0, (page.Width * 3 / 5) - 1) : page.Rows(0, page.Height * 3 / 5);
        Area shares = wide ? page.Columns(page.Width * 3 / 5, page.Width) : page.Rows(charts.Height, page.Height - charts.Height);

        int traffic = Math.Max(4, charts.Height * 2 / 5);
        PaintTraffic(brush, charts.Rows(0, traffic), ticks);
        Area rest = charts.Rows(traffic, charts.Height - traffic);
        if (wide)
        {
            int third = rest.Height / 3;
            PaintLife(brush, rest.Rows(0, third), ticks);
            PaintOne(brush, rest.Rows(third, third), "Round trip", ticks, tick => tick.Rtt?.TotalMilliseconds, value => Quantity.RoundTrip(TimeSpan.FromMilliseconds(value)), 1, Role.Accent);
            PaintOne(brush, rest.Rows(2 * third, rest.Height - (2 * third)), "Sent again", ticks, tick => tick.Loss, value => value.ToString("0.00 %", CultureInfo.InvariantCulture), 0.01, Role.Warn);
        }
        else
        {
            int half = rest.Width / 2;
            PaintLife(brush, rest.Columns(0, half - 1), ticks);
            int upper = rest.Height / 2;
            PaintOne(brush, rest.Columns(half, rest.Width).Rows(0, upper), "Round trip", ticks, tick => tick.Rtt?.TotalMilliseconds, value => Quantity.RoundTrip(TimeSpan.FromMilliseconds(value)), 1, Role.Accent);
            PaintOne(brush, rest.Columns(half, rest.Width).Rows(upper, rest.Height - upper), "Sent again", ticks, tick => tick.Loss, value => value.ToString("0.00 %", CultureInfo.InvariantCulture), 0.01, Role.Warn);
        }

        Area[] parts = wide
            ? [shares.Rows(0, shares.Height / 3), shares.Rows(shares.Height / 3, shares.Height / 3), shares.Rows(2 * (shares.Height / 3), shares.Height)]
            : [shares.Columns(0, (shares.Width / 3) - 1), shares.Columns(shares.Width / 3, (shares.Width / 3) - 1), shares.Columns(2 * (shares.Width / 3), shares.Width)];
        PaintShares(brush, parts[0], "Applications", picture.Page.Summary.Applications, Role.Accent);
        PaintShares(brush, parts[1], "TCP states", picture.Page.Summary.TcpStates, Role.Ok);
        PaintProcesses(brush, parts[2], picture);
    }

    /// <summary>Down stands on the middle, up hangs from it.</summary>
    private static void PaintTraffic(Brush brush, Area area, IReadOnlyList<Tick> ticks)
    {
        IReadOnlyList<double?> down = [.. ticks.Select(tick => (double?)tick.ReceiveRate)];
        IReadOnlyList<double?> up = [.. ticks.Select(tick => (double?)tick.SendRate)];
        double max = Chart.Ceiling(down.Concat(up), 1000);
        brush.Title(area, 0, "Traffic", $"full height {Quantity.Bytes(max)}/s");
        int upper = Math.Max(1, (area.Height - 1) / 2);
        int lower = area.Height - 1 - upper;
        Chart.Fill(brush, area.Rows(1, upper), down, max, Role.Receive);
        Chart.Fill(brush, area.Rows(1 + upper, lower), up, max, Role.Send, down: true);
        Tick? now = ticks.Count > 0 ? ticks[^1] : null;
        brush.Text(area, 1, 1, $"down {(now is null ? Unknown : Quantity.Bytes(now.ReceiveRate) + "/s")}", Role.Receive);
        brush.Text(area, 1, area.Height - 1, $"up {(now is null ? Unknown : Quantity.Bytes(now.SendRate) + "/s")}", Role.Send);
    }

    private static void PaintLife(Brush brush, Area area, IReadOnlyList<Tick> ticks)
    {
        IReadOnlyList<double?> opened = [.. ticks.Select(tick => (double?)tick.Opened)];
        IReadOnlyList<double?> closed = [.. ticks.Select(tick => (double?)tick.Closed)];
        double max = Chart.Ceiling(opened.Concat(closed), 5);
        Tick? now = ticks.Count > 0 ? ticks[^1] : null;
        brush.Title(area, 0, "Opened and closed", now is null ? null : string.Create(CultureInfo.InvariantCulture, $"{now.Active:N0} now"));
        int upper = Math.Max(1, (area.Height - 1) / 2);
        Chart.Fill(brush, area.Rows(1, upper), opened, max, Role.Ok);
        Chart.Fill(brush, area.Rows(1 + upper, area.Height - 1 - upper), closed, max, Role.Warn, down: true);
        brush.Text(area, 1, 1, string.Create(CultureInfo.InvariantCulture, $"opened {now?.Opened ?? 0}"), Role.Ok);
        brush.Text(area, 1, area.Height - 1, string.Create(CultureInfo.InvariantCulture, $"closed {now?.Closed ?? 0}"), Role.Warn);
    }

    private static void PaintOne(
        Brush brush, Area area, string title, IReadOnlyList<Tick> ticks, Func<Tick, double?> value, Func<double, string> text, double least, Role role)
    {
        IReadOnlyList<double?> values = [.. ticks.Select(value)];
        double max = Chart.Ceiling(values, least);
        double? last = values.LastOrDefault(known => known is not null);
        brush.Title(area, 0, $"{title} {(last is { } now ? text(now) : Unknown)}", $"full height {text(max)}");
        Chart.Fill(brush, area.Rows(1, area.Height - 1), values, max, role);
    }

    private static void PaintShares(Brush brush, Area area, string title, IReadOnlyList<Share> shares, Role role)
    {
        brush.Title(area, 0, title);
        double total = Math.Max(1, shares.Sum(share => share.Count));
        int name = Math.Min(14, area.Width / 2);
        for (int i = 0; i < Math.Min(shares.Count, area.Height - 1); i++)
        {
            brush.Text(area, 1, i + 1, CellWidth.Fit(shares[i].Name, name));
            string count = shares[i].Count.ToString("N0", CultureInfo.InvariantCulture);
            int room = area.Width - name - count.Length - 4;
            brush.Bar(area, name + 2, i + 1, Math.Max(0, room), shares[i].Count / total, role);
            brush.Right(area, i + 1, count, Role.Text);
        }
    }

    private static void PaintProcesses(Brush brush, Area area, Picture picture)
    {
        brush.Title(area, 0, "Top processes", "up  down, 60 s");
        int y = 1;
        foreach (ActivityRow process in picture.Page.Processes.OrderByDescending(process => process.SentLately + process.ReceivedLately).ThenBy(process => process.Name, StringComparer.Ordinal))
        {
            if (y >= area.Height)
            {
                return;
            }

            brush.Text(area, 1, y, CellWidth.Fit(process.Name, Math.Max(0, area.Width - 16)));
            brush.Right(area.Columns(0, area.Width - 7), y, Quantity.Short(process.SentLately), Role.Send);
            brush.Right(area, y++, Quantity.Short(process.ReceivedLately), Role.Receive);
        }
    }
}
