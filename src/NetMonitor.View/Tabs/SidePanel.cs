using System.Globalization;

namespace NetMonitor.View;

/// <summary>The panel beside the table: capture, connections, network, interfaces. Every line is always there, with a dash where nothing is known.</summary>
internal static class SidePanel
{
    private const string Unknown = "-";
    private const int ChartHeight = 2;

    public static void Paint(Brush brush, Area side, Picture picture)
    {
        LedgerPage page = picture.Page;
        LiveSnapshot snapshot = page.Snapshot;
        Tick? tick = page.Ticks.Count > 0 ? page.Ticks[^1] : null;
        int y = 0;
        Area inner = side.Columns(1, side.Width - 2);

        brush.Title(side, y++, "Traffic");
        brush.Fact(inner, y++, "Down", tick is null ? Unknown : Quantity.Bytes(tick.ReceiveRate) + "/s", Role.Receive);
        IReadOnlyList<double?> down = [.. page.Ticks.Select(t => (double?)t.ReceiveRate)];
        IReadOnlyList<double?> up = [.. page.Ticks.Select(t => (double?)t.SendRate)];
        bool roomy = side.Height >= 34;
        if (roomy)
        {
            Chart.Fill(brush, new Area(inner.X, side.Y + y, inner.Width, ChartHeight), down, Chart.Ceiling(down, 1024), Role.Receive);
            y += ChartHeight;
        }

        brush.Fact(inner, y++, "Up", tick is null ? Unknown : Quantity.Bytes(tick.SendRate) + "/s", Role.Send);
        if (roomy)
        {
            Chart.Fill(brush, new Area(inner.X, side.Y + y, inner.Width, ChartHeight), up, Chart.Ceiling(up, 1024), Role.Send);
            y += ChartHeight;
        }

        brush.Title(side, y++, "Capture");
        brush.Fact(inner, y++, "Source", CellWidth.Count(snapshot.Source) > inner.Width - 8 ? CellWidth.Fit(snapshot.Source, inner.Width - 8) : snapshot.Source);
        brush.Fact(inner, y++, "Packets", snapshot.Packets.ToString("N0", CultureInfo.InvariantCulture));
        brush.Fact(inner, y++, "Packets/s", tick is null ? Unknown : tick.PacketRate.ToString("N0", CultureInfo.InvariantCulture));
        brush.Fact(inner, y++, "Dropped, kernel", Count(snapshot.KernelDropped), snapshot.KernelDropped > 0 ? Role.Error : Role.Text);
        brush.Fact(inner, y++, "Dropped, queue", Count(snapshot.QueueDropped), snapshot.QueueDropped > 0 ? Role.Error : Role.Text);
        brush.Fact(inner, y++, "Not tracked, table full", Count(snapshot.TableFull), snapshot.TableFull > 0 ? Role.Error : Role.Text);

        Summary summary = page.Summary;
        brush.Title(side, y++, "Connections");
        brush.Fact(inner, y++, "TCP / UDP / other", string.Create(CultureInfo.InvariantCulture, $"{summary.Tcp:N0} / {summary.Udp:N0} / {summary.Other:N0}"));
        brush.Fact(inner, y++, "Processes", summary.KnowsProcesses ? Count(summary.Processes) : Unknown);
        brush.Fact(inner, y++, "Opened", Count(snapshot.Opened));
        brush.Fact(inner, y++, "Closed", Count(snapshot.Closed));

        brush.Title(side, y++, "Network");
        Tick? measured = page.Ticks.LastOrDefault(t => t.Rtt is not null);
        brush.Fact(inner, y++, "RTT, mean", measured is null ? Unknown : Quantity.RoundTrip(measured.Rtt));
        double? loss = page.Ticks.LastOrDefault(t => t.Loss is not null)?.Loss;
        brush.Fact(inner, y++, "Sent again", loss?.ToString("0.00%", CultureInfo.InvariantCulture) ?? Unknown, loss > 0.02 ? Role.Warn : Role.Text);
        brush.Fact(inner, y++, "Retransmissions", Count(summary.Retransmits));
        brush.Fact(inner, y++, "Out of order", Count(summary.OutOfOrder));

        brush.Title(side, y++, "Interfaces", "down  up");
        foreach (InterfaceRates rates in page.Interfaces.Where(rates => rates.Interface.IsUp).Take(Math.Max(0, side.Height - y)))
        {
            brush.Text(inner, 0, y, CellWidth.Fit(rates.Interface.Name, inner.Width - 14));
            brush.Right(inner.Columns(0, inner.Width - 7), y, Quantity.Short(rates.ReceiveRate), Role.Receive);
            brush.Right(inner, y++, Quantity.Short(rates.SendRate), Role.Send);
        }
    }

    private static string Count(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;
}
