using System.Text.Json;

namespace NetMonitor.View.Tests;

/// <summary>Presses every key of the table and looks at what it did.</summary>
public sealed class KeyTests
{
    /// <summary>For each action: keys to press before, and what must be true after. Every row of the table has one.</summary>
    private static readonly Dictionary<string, (string[] Before, Action<Showing> Holds)> Expected = new()
    {
        ["quit"] = ([], s => Says(s, "Press q again to quit")),
        ["interrupt"] = ([], s => Assert.Equal(LiveViewEnd.Interrupted, s.State.End)),
        ["suspend"] = ([], s => Assert.Equal(1, s.Terminal.Suspended)),
        ["next-tab"] = (["2"], s => Assert.Equal(Tab.Activity, s.State.Tab)),
        ["previous-tab"] = (["1"], s => Assert.Equal(Tab.Help, s.State.Tab)),
        ["overview"] = (["4"], s => Assert.Equal(Tab.Overview, s.State.Tab)),
        ["details"] = ([], s => Assert.Contains("Community ID", s.Terminal.Frame())),
        ["activity"] = ([], s => Assert.Contains("Peers of", s.Terminal.Frame())),
        ["graph"] = ([], s => Assert.Contains("Round trip", s.Terminal.Frame())),
        ["interfaces"] = ([], s => Assert.Contains("wlan0", s.Terminal.Frame())),
        ["help-tab"] = ([], s => Assert.Contains("Opens the details of a connection", s.Terminal.Frame())),
        ["help"] = ([], s => Assert.Contains("Keys of Overview", s.Terminal.Frame())),
        ["up"] = (["j", "j"], s => Selected(s, 2)),
        ["down"] = ([], s => Selected(s, 2)),
        ["first"] = (["j", "j"], s => Selected(s, 1)),
        ["last"] = ([], s => Selected(s, 9)),
        ["page-up"] = (["G"], s => Selected(s, 1)),
        ["page-down"] = ([], s => Selected(s, 9)),
        ["half-up"] = (["G"], s => Assert.True(s.State.Table.Index < 8)),
        ["half-down"] = ([], s => Assert.True(s.State.Table.Index > 1)),
        ["open"] = ([], s => Assert.Equal(Tab.Details, s.State.Tab)),
        ["copy-value"] = (["2", "j"], s => Assert.Equal("ESTABLISHED", s.Terminal.Clipboard)),
        ["back"] = (["3"], s => Assert.Equal(Tab.Overview, s.State.Tab)),
        ["filter"] = ([], s => Assert.True(s.Terminal.CursorShown)),
        ["sort"] = ([], s => Assert.Contains("Connections by Protocol ▲", s.Terminal.Frame())),
        ["reverse"] = ([], s => Assert.Contains("Connections by Time ▼", s.Terminal.Frame())),
        ["services"] = ([], s => Assert.Contains("203.0.113.10:https", s.Terminal.Frame())),
        ["names"] = ([], s => Assert.Contains("cdn.example.com:443", s.Terminal.Frame())),
        ["group"] = ([], s => Assert.Contains("▸ firefox", s.Terminal.Frame())),
        ["toggle"] = (["a"], s => Assert.Contains("▾ (unknown)", s.Terminal.Frame())),
        ["expand"] = (["a"], s => Assert.Contains("▾ (unknown)", s.Terminal.Frame())),
        ["collapse"] = (["a", "Space", "j"], s => Assert.Contains("▸ (unknown)", s.Terminal.Frame())),
        ["next-row"] = (["2"], s => Selected(s, 2)),
        ["previous-row"] = (["j", "j", "2"], s => Selected(s, 2)),
        ["historic"] = ([], s => Assert.Contains("with closed", s.Terminal.Frame())),
        ["copy"] = ([], s => Assert.Equal("203.0.113.10", s.Terminal.Clipboard)),
        ["copy-json"] = ([], s => Assert.Equal("cdn.example.com", JsonDocument.Parse(s.Terminal.Clipboard!).RootElement.GetProperty("Sni").GetString())),
        ["mark"] = ([], s => Assert.Equal([1ul], s.View.Chosen.Select(row => row.IdValue))),
        ["panel"] = ([], s => Assert.DoesNotContain("─ Capture ─", s.Terminal.Frame())),
        ["theme"] = ([], s => Says(s, "Theme vivid")),
        ["reset"] = (["s", "a", "m"], s => Assert.Contains("Connections by Time ▲", s.Terminal.Frame())),
        ["clear"] = ([], s => Says(s, "Press x again")),
        ["pause"] = ([], s => Assert.Contains("paused", s.Terminal.Line(0))),
    };

    public static TheoryData<string, string> Keys
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (KeyRow row in KeyTable.All)
            {
                foreach (string key in row.Keys)
                {
                    data.Add(row.Id, key);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_does_what_its_row_says(string action, string key)
    {
        Assert.True(Expected.ContainsKey(action), $"'{action}' is new: say here what it does.");
        (string[] before, Action<Showing> holds) = Expected[action];
        var showing = new Showing(160, 40);
        showing.Ticks(2).Press(before).Press(key).Then(() => holds(showing)).Press("Esc", "Ctrl+C");
        showing.View.Run(CancellationToken.None);
        if (action == "interrupt")
        {
            holds(showing);
        }
    }

    [Fact]
    public void No_key_means_two_things_on_one_page()
    {
        foreach (Tab tab in Enum.GetValues<Tab>())
        {
            string[] keys = [.. KeyTable.All.Where(row => row.WorksOn(tab)).SelectMany(row => row.Keys)];
            Assert.Equal(keys.Distinct(), keys);
        }
    }

    [Fact]
    public void The_table_names_only_keys_that_terminals_send()
    {
        string[] sent = [.. Terminals().Select(key => key.Name)];
        Assert.All(KeyTable.All.SelectMany(row => row.Keys), key => Assert.Contains(key, sent));
    }

    [Fact]
    public void Q_twice_quits_and_another_key_between_does_not()
    {
        var showing = new Showing();
        showing.Press("q", "j", "q", "q");
        Assert.Equal(LiveViewEnd.Quit, showing.View.Run(CancellationToken.None));
        Assert.Equal(1, showing.State.Table.Index);
    }

    [Fact]
    public void X_twice_forgets_what_is_gone()
    {
        var showing = new Showing { Rows = tick => tick < 2 ? Connections.Some() : Connections.Some()[2..] };
        showing.Ticks(3).Then(() => Assert.Equal(2, showing.State.Picture!.Page.Gone.Count)).Press("x", "x").Ticks(1)
            .Then(() => Assert.Empty(showing.State.Picture!.Page.Gone)).Play();
    }

    [Fact]
    public void Gone_connections_come_back_with_t_and_are_called_closed()
    {
        var showing = new Showing { Rows = tick => tick < 2 ? Connections.Some() : Connections.Some()[1..] };
        string without = "";
        string with = showing.Ticks(3).Then(() => without = showing.Terminal.Frame()).Press("t").Play();
        Assert.DoesNotContain("203.0.113.10:443", without);
        Assert.Contains("203.0.113.10:443", with);
        Assert.Contains("closed", with);
    }

    [Fact]
    public void Sorting_goes_from_left_to_right_and_back_to_time()
    {
        var showing = new Showing(160, 40);
        var orders = new List<string>();
        showing.Ticks(1);
        for (int i = 0; i <= Column.Default.Count; i++)
        {
            showing.Press("s").Then(() => orders.Add(showing.State.Arrangement.OrderName));
        }

        showing.Press("s", "S").Then(() => orders.Add(showing.State.Arrangement.OrderName)).Play();
        Assert.Equal(
            ["Protocol ▲", "Local ▲", "Remote ▲", "State ▲", "Service ▲", "Application ▲", "RTT ▼", "Down ▼", "Up ▼", "Process ▲", "Country ▲", "Time ▲", "Protocol ▼"],
            orders);
    }

    [Fact]
    public void While_a_filter_is_typed_the_last_good_one_counts_and_the_arrows_move()
    {
        var showing = new Showing();
        showing.Type("/port:443").Then(() =>
        {
            Assert.Equal(3, showing.State.Picture!.Matching);
            Assert.Null(showing.State.Mistake);
        }).Type(" (").Then(() =>
        {
            Assert.Equal(3, showing.State.Picture!.Matching);
            Assert.NotNull(showing.State.Mistake);
            Assert.Contains(showing.State.Mistake!.Message, showing.Terminal.Line(29));
        }).Press("Backspace", "Backspace", "Down").Then(() => Assert.Equal(1, showing.State.Table.Index)).Press("Enter")
            .Then(() => Assert.Equal("port:443", showing.State.FilterText)).Type("/x").Press("Esc")
            .Then(() => Assert.Equal("port:443", showing.State.FilterText)).Press("Esc")
            .Then(() => Assert.Equal("", showing.State.FilterText)).Play();
    }

    [Fact]
    public void Tab_completes_a_filter()
    {
        var showing = new Showing();
        showing.Type("/proces").Press("Tab").Type("fire").Press("Tab").Then(() =>
        {
            Assert.StartsWith("process:firefox", showing.State.Editor!.Text);
            Assert.Equal(3, showing.State.Picture!.Matching);
        }).Play();
    }

    [Fact]
    public void Enter_with_PassThru_chooses()
    {
        var showing = new Showing(options: new LiveViewOptions { EnterChooses = true });
        showing.Press("j", "Enter");
        Assert.Equal(LiveViewEnd.Chosen, showing.View.Run(CancellationToken.None));
        Assert.Equal([2ul], showing.View.Chosen.Select(row => row.IdValue));
    }

    [Fact]
    public void Marked_connections_are_given_as_they_were_last_seen()
    {
        var showing = new Showing();
        showing.Press("m", "m", "G", "m").Ticks(4).Press("q", "q");
        Assert.Equal(LiveViewEnd.Quit, showing.View.Run(CancellationToken.None));
        Assert.Equal([1ul, 2ul, 9ul], showing.View.Chosen.Select(row => row.IdValue));
        Assert.True(showing.View.Chosen[0].BytesReceived > Connections.Some()[0].BytesReceived);
    }

    [Fact]
    public void Without_marks_quitting_gives_nothing()
    {
        var showing = new Showing();
        showing.Press("j", "q", "q");
        showing.View.Run(CancellationToken.None);
        Assert.Empty(showing.View.Chosen);
    }

    [Fact]
    public void Pausing_looks_no_more()
    {
        var showing = new Showing();
        int looks = 0;
        showing.Ticks(2).Press("z").Then(() => looks = showing.Looks).Ticks(5).Then(() => Assert.Equal(looks, showing.Looks))
            .Press("z").Ticks(1).Then(() => Assert.True(showing.Looks > looks)).Play();
    }

    [Fact]
    public void The_mouse_selects_opens_scrolls_sorts_and_copies()
    {
        var showing = new Showing(100, 30);
        showing.Ticks(1);
        showing.Terminal.Click(5, 5);
        showing.Then(() => Selected(showing, 3)).Advance(1);
        showing.Terminal.Send(() => new MouseInput(MouseAction.WheelDown, 5, 5));
        showing.Terminal.Click(45, 2);
        showing.Then(() => Assert.NotNull(showing.State.Arrangement.Sort)).Advance(1);
        showing.Terminal.Click(28, 0);
        showing.Then(() => Assert.Equal(Tab.Details, showing.State.Tab)).Advance(1);
        showing.Terminal.Click(30, 4);
        showing.Then(() => Assert.StartsWith("10.0.0.2:", showing.Terminal.Clipboard)).Press("1", "r").Advance(1);
        showing.Terminal.Click(5, 4).Click(5, 4);
        showing.Then(() => Assert.Equal(Tab.Details, showing.State.Tab)).Play();
    }

    /// <summary>What terminals send for the keys, as bytes.</summary>
    private static Queue<KeyPress> Terminals()
    {
        var input = new Queue<TerminalInput>();
        var decoder = new InputDecoder();
        decoder.Decode("qhjkgGlsSpdatcymiTrxz?123456/[] \t\r\x7f\x03\x1a\x02\x06\x04\x15"u8, input);
        decoder.Decode("\e[A\e[B\e[C\e[D\e[H\e[F\e[Z\e[5~\e[6~"u8, input);
        decoder.Decode("\e"u8, input);
        decoder.Flush(input);
        return new Queue<KeyPress>(input.Cast<KeyPress>());
    }

    private static void Selected(Showing showing, ulong id) => Assert.Equal(id, showing.State.SelectedRow!.IdValue);

    private static void Says(Showing showing, string message) => Assert.Contains(message, showing.Terminal.Frame());
}
