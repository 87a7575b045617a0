namespace NetMonitor.View.Tests;

public sealed class LiveViewTests
{
    [Theory]
    [InlineData(40, 5)]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    [InlineData(10, 3)]
    [InlineData(1, 1)]
    public void Every_page_stays_inside_the_terminal(int width, int height)
    {
        // The terminal in memory fails on a character outside.
        var showing = new Showing(width, height)
        {
            Rows = _ => [.. Enumerable.Range(0, 60).Select(i => Connections.Make(
                (ulong)i, remote: "2001:db8:1234:5678:9abc:def0:1234:5678", down: 1e9, bytes: long.MaxValue / 200, sni: new string('界', 250), process: new string('x', 90)))],
        };
        showing.Ticks(3).Press("2", "3", "4", "5", "6", "?", "?", "1", "a", "Space", "G", "/", "x", "Esc").Play();
        Assert.Equal(1, showing.Terminal.Left);
    }

    [Fact]
    public void An_unchanged_frame_writes_nothing()
    {
        var showing = new Showing { Rows = _ => [Connections.Make(1, ageSeconds: 60)] };
        showing.Press("~", "~").Play();
        Assert.Single(showing.Terminal.Writes);
    }

    [Fact]
    public void Only_changed_cells_are_written()
    {
        var showing = new Showing
        {
            Rows = tick => [Connections.Make(1, remote: "192.0.2.1", down: 20, ageSeconds: 60), Connections.Make(2, remote: "192.0.2.2", down: 10 + tick, ageSeconds: 60)],
        };
        showing.Ticks(1).Play();
        Assert.Equal(2, showing.Terminal.Writes.Count);
        Assert.StartsWith("\e[?2026h", showing.Terminal.Writes[1]);
        Assert.EndsWith("\e[?2026l", showing.Terminal.Writes[1]);
        Assert.DoesNotContain("192.0.2", showing.Terminal.Writes[1]);
        Assert.True(showing.Terminal.Writes[1].Length < 60, showing.Terminal.Writes[1]);
    }

    [Fact]
    public void What_changed_is_what_is_seen()
    {
        // Drawn by differences or at once: the same screen.
        var steps = new Showing(90, 24);
        string byDifferences = steps.Ticks(4).Press("s", "s", "3", "1", "a", "?", "?", "j", "2", "1").Play();
        var once = new Showing(90, 24);
        string whole = once.Ticks(4).Press("s", "s", "3", "1", "a", "?", "?", "j", "2", "1").Terminal
            .Send(() => new Redraw()) is not null ? once.Play() : "";
        Assert.Equal(whole, byDifferences);
    }

    [Fact]
    public void The_selection_follows_its_connection()
    {
        var showing = new Showing
        {
            Rows = tick => [.. Enumerable.Range(0, 50).Select(i => Connections.Make((ulong)i, remote: $"192.0.2.{i}", down: (i * 7 + tick * 13) % 50 * 1000, ageSeconds: 100 - i))],
        };
        ulong? held = null;
        showing.Press("s", "s", "s", "s", "s", "s", "s").Press("j", "j", "j", "j").Then(() => held = showing.State.SelectedRow!.IdValue);
        for (int tick = 0; tick < 5; tick++)
        {
            showing.Ticks(1).Then(() => Assert.Equal(held, showing.State.SelectedRow!.IdValue));
        }

        showing.Play();
        Assert.Equal("Down", showing.State.Arrangement.Sort!.Name);
        Assert.NotNull(held);
    }

    [Fact]
    public void A_connection_that_leaves_hands_the_selection_to_its_place()
    {
        var showing = new Showing
        {
            Rows = tick => [.. Enumerable.Range(0, 10).Where(i => tick == 0 || i != 3).Select(i => Connections.Make((ulong)i, ageSeconds: 100 - i))],
        };
        showing.Press("j", "j", "j").Then(() => Assert.Equal(3ul, showing.State.SelectedRow!.IdValue)).Ticks(1)
            .Then(() => Assert.Equal(4ul, showing.State.SelectedRow!.IdValue)).Press("t").Then(() => Assert.Equal(10, showing.State.Picture!.Items.Count)).Play();
    }

    [Fact]
    public void Rows_are_colored_by_silence_and_signs_say_the_same_without_color()
    {
        var showing = new Showing
        {
            Rows = _ =>
            [
                Connections.Make(1, ageSeconds: 60),
                Connections.Make(2, ageSeconds: 50, staleness: Staleness.Stale),
                Connections.Make(3, ageSeconds: 40, staleness: Staleness.Critical),
                Connections.Make(4, ageSeconds: 30, state: ConnectionState.CLOSED),
                Connections.Make(5, ageSeconds: 0.2),
            ],
        };
        string[] styles = [];
        string signs = "";
        showing.Press("j").Then(() =>
        {
            styles = [.. Enumerable.Range(3, 5).Select(row => showing.Terminal.StyleAt(row, 8))];
            signs = string.Concat(Enumerable.Range(3, 5).Select(row => showing.Terminal.Line(row) is [char first, ..] ? first : ' '));
        }).Play();
        Assert.Equal(" ~! +", signs);
        Assert.Equal("7;33", styles[1]);
        Assert.Equal("31", styles[2]);
        Assert.Equal("2", styles[3]);
        Assert.Equal("1;32", styles[4]);
    }

    [Fact]
    public void NO_COLOR_leaves_attributes_only()
    {
        var showing = new Showing();
        var mono = new Showing { View = new LiveView(showing.Terminal, _ => Connections.Snapshot(Connections.Some()), new LiveViewOptions { Environment = name => name == "NO_COLOR" ? "1" : "xterm" }, new ManualClock(), inBackground: false) };
        showing.Terminal.Press("2", "4", "1", "Ctrl+C");
        Assert.Equal(LiveViewEnd.Interrupted, mono.View.Run(CancellationToken.None));
        Assert.All(showing.Terminal.Writes, text => Assert.DoesNotMatch(@"\e\[[0-9;]*\b(3[0-9]|4[0-9]|9[0-7]|10[0-7])\b[0-9;]*m", text));
    }

    [Fact]
    public void A_light_terminal_gets_the_light_colors()
    {
        var showing = new Showing(options: new LiveViewOptions { Settings = new ViewSettings { Theme = "contrast" } });
        string before = "", after = "";
        showing.Then(() => before = showing.Terminal.StyleAt(10, 60)).Terminal.Send(() => new BackgroundColor(250, 250, 250));
        showing.Then(() => after = showing.Terminal.StyleAt(10, 60)).Play();
        Assert.Contains("40", before);
        Assert.Contains("107", after);
    }

    [Fact]
    public void A_new_size_is_drawn_anew()
    {
        var showing = new Showing(100, 10);
        showing.Terminal.Resize(60, 6);
        string frame = showing.Press("~").Play();
        Assert.Contains("1 Overview", frame);
        Assert.Contains("q quit", frame);
    }

    [Fact]
    public void Looks_once_per_interval_until_the_time_is_up()
    {
        var showing = new Showing(options: new LiveViewOptions { RefreshInterval = TimeSpan.FromSeconds(1), Duration = TimeSpan.FromSeconds(3.5) });
        Assert.Equal(LiveViewEnd.TimeUp, showing.View.Run(CancellationToken.None));
        Assert.Equal(4, showing.Looks);
    }

    [Fact]
    public void Cancellation_ends_it()
    {
        using var cancellation = new CancellationTokenSource();
        var showing = new Showing();
        showing.Then(cancellation.Cancel);
        Assert.Equal(LiveViewEnd.Canceled, showing.View.Run(cancellation.Token));
        Assert.Equal(1, showing.Terminal.Left);
    }

    [Fact]
    public void A_terminal_that_is_gone_ends_it()
    {
        var showing = new Showing();
        showing.Then(() => showing.Terminal.Gone = true).Press("2");
        Assert.Equal(LiveViewEnd.Hangup, showing.View.Run(CancellationToken.None));
        Assert.Equal(1, showing.Terminal.Left);
    }

    [Fact]
    public void The_terminal_is_given_back_when_the_source_fails()
    {
        var showing = new Showing { Rows = _ => throw new InvalidOperationException("gone") };
        Assert.Throws<InvalidOperationException>(() => showing.View.Run(CancellationToken.None));
        Assert.Equal(1, showing.Terminal.Left);
        Assert.False(showing.Terminal.Entered);
    }

    [Fact]
    public void In_the_background_it_looks_by_itself_and_keys_do_not_wait()
    {
        using var looking = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var clock = new ManualClock();
        var terminal = new MemoryTerminal(80, 24, clock);
        LiveView view = null!;
        view = new LiveView(
            terminal,
            cancellation =>
            {
                looking.Set();
                go.Wait(cancellation);
                return Connections.Snapshot(Connections.Some());
            },
            new LiveViewOptions(), clock, inBackground: true);
        terminal.Then(looking.Wait).Press("6").Then(() => Assert.Equal(Tab.Help, view.State.Tab)).Press("Ctrl+C");
        Assert.Equal(LiveViewEnd.Interrupted, view.Run(CancellationToken.None)); // while the look never ended
    }
}
