using System.Globalization;

namespace NetMonitor.View;

/// <summary>The machine's interfaces: what the operating system counts on them, and how fast.</summary>
internal static class InterfacesPage
{
    private const int HeadLines = 2;
    private const string Unknown = "-";

    /// <summary>The columns, from left to right; the highest number leaves first, with 0 it stays.</summary>
    private static readonly (string Name, int Width, int Leaves, Func<InterfaceRates, string> Text, Role Role)[] Columns =
    [
        ("Interface", 14, 0, rates => rates.Interface.Name + (rates.Interface.IsDefault ? " *" : ""), Role.Text),
        ("Link", 9, 1, rates => rates.Interface.LinkType, Role.Muted),
        ("State", 5, 0, rates => rates.Interface.IsUp ? "up" : "down", Role.Text),
        ("Speed", 6, 4, rates => rates.Interface.Speed is > 0 and { } speed ? Speed(speed) : Unknown, Role.Muted),
        ("Down/s", 7, 0, rates => Quantity.ShortRate(rates.ReceiveRate), Role.Receive),
        ("Up/s", 7, 0, rates => Quantity.ShortRate(rates.SendRate), Role.Send),
        ("Down all", 8, 0, rates => rates.Interface.BytesReceived is { } bytes ? Quantity.Short(bytes) : Unknown, Role.Receive),
        ("Up all", 8, 0, rates => rates.Interface.BytesSent is { } bytes ? Quantity.Short(bytes) : Unknown, Role.Send),
        ("Packets in", 10, 6, rates => Count(rates.Interface.PacketsReceived), Role.Text),
        ("out", 7, 5, rates => Count(rates.Interface.PacketsSent), Role.Text),
        ("Errors", 6, 2, rates => Count(rates.Interface.Errors), Role.Text),
        ("Drops", 6, 3, rates => Count(rates.Interface.Dropped), Role.Text),
    ];

    public static void Paint(Brush brush, Area page, ViewState state, Picture picture)
    {
        IReadOnlyList<InterfaceRates> interfaces = picture.Page.Interfaces;
        state.Cursor.Fit(interfaces.Count, page.Height - HeadLines - 1);
        brush.Text(page, 1, 0, "Interfaces", Role.Title);
        brush.Right(page, 0, "* default route   counters are the operating system's ", Role.Muted);
        var shown = Columns.ToList();
        while (Needed() > page.Width && shown.Any(column => column.Leaves > 0))
        {
            shown.Remove(shown.MaxBy(column => column.Leaves));
        }

        int x = 1;
        foreach ((string name, int width, _, Func<InterfaceRates, string> text, Role role) in shown)
        {
            bool right = width != 14 && name is not ("Link" or "State");
            brush.Canvas.Fit(page.X + x, page.Y + 1, name, width, brush[Role.Heading], right);
            for (int i = state.Cursor.Top; i < Math.Min(interfaces.Count, state.Cursor.Top + page.Height - HeadLines - 1); i++)
            {
                brush.Canvas.Fit(page.X + x, page.Y + HeadLines + i - state.Cursor.Top, text(interfaces[i]), width, brush[role], right);
            }

            x += width + 1;
        }

        for (int i = state.Cursor.Top; i < Math.Min(interfaces.Count, state.Cursor.Top + page.Height - HeadLines - 1); i++)
        {
            int y = HeadLines + i - state.Cursor.Top;
            if (page.Width - x > 10)
            {
                brush.Text(page, x + 1, y, interfaces[i].Interface.Addresses, Role.Muted);
            }

            brush.Canvas.Targets.Add(new Target(page.X, page.Y + y, page.Width, TargetKind.Row, i));
            if (i == state.Cursor.Index)
            {
                Style selection = brush[Role.Selection];
                brush.Canvas.Restyle(page.X, page.Y + y, page.Width, look => look.On(selection));
                brush.Text(page, 1, page.Height - 1, interfaces[i].Interface.Addresses, Role.Muted);
            }
        }

        int Needed() => 1 + shown.Sum(column => column.Width + 1);
    }

    private static string Speed(long bits) => bits switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e9:0.#}G"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e6:0.#}M"),
    };

    private static string Count(long? count) => count is { } known ? Quantity.Number(known) : Unknown;
}
