namespace NetMonitor.View.Tests;

public sealed class TableTests
{
    private static readonly Dictionary<string, int> Nothing = [];

    [Theory]
    [InlineData(0, 0, 0, false, "waiting for packets")]
    [InlineData(9, 0, 0, false, "packets came, but of no connection")]
    [InlineData(9, 3, 1, false, "all are of this machine with itself: -IncludeLoopback shows them")]
    [InlineData(9, 3, 3, false, "no connection is open")]
    [InlineData(9, 0, 0, true, "packets came, but of no connection")]
    public void An_empty_table_says_why(long packets, long opened, long closed, bool isOffline, string text)
    {
        var showing = new Showing
        {
            Rows = _ => [],
            Change = snapshot => snapshot with { Packets = packets, Opened = opened, Closed = closed, IsOffline = isOffline },
        };
        Assert.Contains(text, showing.Play());
    }

    [Fact]
    public void Where_there_is_no_room_a_name_is_cut_and_not_its_number()
    {
        var showing = new Showing(160, 45) { Rows = _ => [.. Enumerable.Range(0, 1024).Select(i => Connections.Make((ulong)i, protocol: TransportProtocol.UDP))] };
        Assert.Matches(@"TCP / UDP / .* 0 / 1,024 / 0\s", showing.Play());
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 KiB")]
    [InlineData(1048576, "1.0 MiB")]
    [InlineData(1e30, "867361737988.4 EiB")]
    public void Bytes_have_units(double bytes, string text) => Assert.Equal(text, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1000, "1.0K")]
    [InlineData(102_400, "100K")]
    [InlineData(102_348, "99.9K")]
    [InlineData(5e9, "4.7G")]
    public void Short_bytes_take_five_cells(double bytes, string text) => Assert.Equal(text, Quantity.Short(bytes));

    [Theory]
    [InlineData(-1, "0s")]
    [InlineData(59, "59s")]
    [InlineData(192, "3m12s")]
    [InlineData(7500, "2h05m")]
    [InlineData(356400, "4d03h")]
    public void Ages_are_short(int seconds, string text) => Assert.Equal(text, Quantity.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("abc", 5, "abc  ")]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("日本語", 4, "日… ")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    [InlineData("👩‍👩‍👧x", 3, "👩‍👩‍👧x")]
    [InlineData("abc", 0, "")]
    public void Text_takes_its_cells(string text, int width, string expected) => Assert.Equal(expected, CellWidth.Fit(text, width));

    [Theory]
    [InlineData("192.168.100.200:50000", 15, "192.168.…:50000")]
    [InlineData("[2001:db8::1]:443", 12, "[2001:d…:443")]
    [InlineData("2001:db8::1", 8, "2001:db…")]
    [InlineData("10.0.0.1:80", 15, "10.0.0.1:80    ")]
    public void An_endpoint_keeps_its_port(string text, int width, string expected) => Assert.Equal(expected, CellWidth.FitEndpoint(text, width));

    [Theory]
    [InlineData(40)]
    [InlineData(79)]
    [InlineData(120)]
    [InlineData(300)]
    public void Columns_fill_the_width(int width)
    {
        IReadOnlyList<PlacedColumn> columns = TableLayout.Compute(Column.Default, width, Nothing);
        Assert.True(columns[^1].X + columns[^1].Width >= width);
        Assert.Contains(columns, column => column.Column.Name == "Remote");
        Assert.All(columns, column => Assert.True(column.Width >= column.Column.Minimum));
    }

    [Fact]
    public void Columns_leave_one_by_one_in_the_order_they_state()
    {
        var left = new List<string>();
        HashSet<string> before = [.. Column.Default.Select(column => column.Name)];
        for (int width = 200; width > 40; width--)
        {
            HashSet<string> now = [.. TableLayout.Compute(Column.Default, width, Nothing).Select(column => column.Column.Name)];
            left.AddRange(before.Except(now));
            before = now;
        }

        Assert.Equal(Column.Default.Where(column => column.Leaves > 0).OrderByDescending(column => column.Leaves).Select(column => column.Name), left);
    }

    [Fact]
    public void Eighty_cells_hold_protocol_remote_state_application_rates_and_process() => Assert.Equal(
        ["Protocol", "Remote", "Application", "Down", "Up", "Process"],
        TableLayout.Compute(Column.Default, 79, Nothing).Select(column => column.Column.Name).Where(name => name != "State"));

    [Fact]
    public void Equal_rows_keep_the_order_they_came_in()
    {
        NetConnection[] rows = [.. Enumerable.Range(0, 50).Select(i => Connections.Make((ulong)i, ageSeconds: 100 - i))];
        LedgerPage page = new Ledger().Advance(Connections.Snapshot(rows));
        foreach (Column column in Column.All.Where(column => column.Name is not ("Age" or "Local")))
        {
            foreach (bool descending in new[] { false, true })
            {
                Picture picture = Arranger.Arrange(page, new Arrangement { Sort = column, Descending = descending });
                Assert.Equal(rows.Select(row => row.IdValue), picture.Items.Select(item => item.Row!.IdValue));
            }
        }
    }

    [Fact]
    public void What_is_not_known_comes_last_in_both_directions()
    {
        NetConnection[] rows = [Connections.Make(1), Connections.Make(2, rtt: 5), Connections.Make(3, rtt: 50)];
        LedgerPage page = new Ledger().Advance(Connections.Snapshot(rows));
        Column rtt = Column.Find("rtt")!;
        Assert.Equal([2ul, 3, 1], Arranger.Arrange(page, new Arrangement { Sort = rtt }).Items.Select(item => item.Row!.IdValue));
        Assert.Equal([3ul, 2, 1], Arranger.Arrange(page, new Arrangement { Sort = rtt, Descending = true }).Items.Select(item => item.Row!.IdValue));
    }

    [Fact]
    public void The_ledger_counts_what_came_went_and_flowed()
    {
        var ledger = new Ledger();
        ledger.Advance(Connections.At(0, Connections.Some(0)));
        LedgerPage page = ledger.Advance(Connections.At(1, [.. Connections.Some(1)[1..], Connections.Make(10, ageSeconds: -0.4, bytes: 1000, process: "new")]));
        Tick tick = Assert.Single(page.Ticks);
        Assert.Equal((1, 1, 9), (tick.Opened, tick.Closed, tick.Active));
        Assert.Equal(1ul, Assert.Single(page.Gone).IdValue);
        Assert.Equal(800, tick.PacketRate);

        // By half second: 400 + 45 + 20,000 + 1,500 + 25 bytes of those that stay, and the new one's 1,000.
        Assert.Equal(2 * (400 + 45 + 20_000 + 1_500 + 25 + 1_000), tick.ReceiveRate);
        ActivityRow fresh = page.Processes.Single(process => process.Name == "new");
        Assert.Equal((1000, 1000, 100), (fresh.Received, fresh.ReceivedLately, fresh.Sent));
        Assert.Equal(700_000 * 2, page.Interfaces.Single(rates => rates.Interface.Name == "eth0").ReceiveRate);
    }

    [Fact]
    public void Sixty_seconds_later_a_process_did_nothing_lately()
    {
        var ledger = new Ledger();
        ledger.Advance(Connections.At(0, Connections.Make(1, bytes: 0, process: "a")));
        ledger.Advance(Connections.At(1, Connections.Make(1, bytes: 500, process: "a")));
        ActivityRow soon = Assert.Single(ledger.Advance(Connections.At(2, Connections.Make(1, bytes: 500, process: "a"))).Processes);
        ActivityRow late = Assert.Single(ledger.Advance(Connections.At(122, Connections.Make(1, bytes: 500, process: "a"))).Processes);
        Assert.Equal((500, 0, 500), (soon.ReceivedLately, late.ReceivedLately, late.Received));
    }

    [Fact]
    public void The_ledger_is_bounded()
    {
        var ledger = new Ledger();
        LedgerPage page = ledger.Advance(Connections.At(0));
        for (int tick = 1; tick < 400; tick++)
        {
            page = ledger.Advance(Connections.At(tick, [.. Enumerable.Range(0, 40).Select(i => Connections.Make((ulong)((tick * 40) + i), ageSeconds: -tick, process: $"p{(tick * 40) + i}"))]));
        }

        Assert.Equal(Ledger.MaxTicks, page.Ticks.Count);
        Assert.Equal(Ledger.MaxGone, page.Gone.Count);
        Assert.InRange(page.Processes.Count, 40, Ledger.MaxProcesses + 40);
    }

    [Fact]
    public void Groups_add_up_and_open()
    {
        LedgerPage page = new Ledger().Advance(Connections.Snapshot(Connections.Some()));
        Picture closed = Arranger.Arrange(page, new Arrangement { Grouped = true });
        Assert.All(closed.Items, item => Assert.NotNull(item.Group));
        ProcessGroup firefox = closed.Items.Select(item => item.Group!).Single(group => group.Name == "firefox");
        Assert.Equal((3, 2, 1, 1_240_800.0), (firefox.Count, firefox.Tcp, firefox.Udp, firefox.ReceiveRate));
        Picture open = Arranger.Arrange(page, new Arrangement { Grouped = true, Expanded = ["firefox"] });
        Assert.Equal(closed.Items.Count + 3, open.Items.Count);
    }
}
