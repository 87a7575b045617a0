namespace NetMonitor.View.Tests;

public sealed class LiveViewTests
{
    private readonly ManualClock _clock = new();
    private NetConnection[] _rows = [];
    private int _looks;

    [Fact]
    public void ShowsHeaderTitlesRowsAndKeys()
    {
        _rows = [Connections.Make(1, rate: 2048, bytes: 4096, sni: "example.com")];
        MemoryTerminal terminal = Terminal(140, 10);
        string[] seen = [];
        terminal.Then(() => seen = [.. Enumerable.Range(0, 10).Select(terminal.Line)]).Type('q');

        Assert.Equal(LiveViewEnd.Quit, Run(terminal));

        Assert.Contains("eth0  1 connections  1,234 packets  5 dropped", seen[0]);
        Assert.StartsWith("Proto  Local", seen[1]);
        Assert.Matches(@"^TCP +10\.0\.0\.2:50000 +192\.0\.2\.1:443 +ESTABLISHED +HTTPS example\.com +2\.0 KiB/s +4\.0 KiB +5s$", seen[2]);
        Assert.Contains("1-1 of 1  sorted by rate  q quit", seen[9]);
    }

    [Theory]
    [InlineData(40, 5)]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    [InlineData(10, 3)]
    [InlineData(1, 1)]
    public void StaysInsideTheTerminal(int width, int height)
    {
        _rows = [.. Enumerable.Range(0, 60).Select(i => Connections.Make(
            (ulong)i, remote: "2001:db8:1234:5678:9abc:def0:1234:5678", rate: 1e9, bytes: long.MaxValue / 2, sni: new string('x', 250)))];

        // The terminal in memory fails on a character outside.
        Assert.Equal(LiveViewEnd.Quit, Run(Terminal(width, height).Type('q')));
    }

    [Fact]
    public void AnUnchangedFrameWritesNothing()
    {
        _rows = [Connections.Make(1)];
        MemoryTerminal terminal = Terminal(100, 10);
        int first = 0;
        terminal.Then(() => first = terminal.Writes.Count).Type('?').Type('?').Type('q');
        Run(terminal);
        Assert.Equal(1, first);
        Assert.Single(terminal.Writes);
    }

    [Fact]
    public void OnlyChangedLinesAreWritten()
    {
        _rows = [Connections.Make(1, remote: "192.0.2.1", rate: 20), Connections.Make(2, remote: "192.0.2.2", rate: 10)];
        MemoryTerminal terminal = Terminal(100, 10);
        terminal.Then(() => _rows = [_rows[0], Connections.Make(2, remote: "192.0.2.2", rate: 11)]);
        TypeAfterRefresh(terminal, 'q');
        Run(terminal);
        Assert.Equal(2, terminal.Writes.Count);
        Assert.Contains("192.0.2.2", terminal.Writes[1]);
        Assert.DoesNotContain("192.0.2.1:", terminal.Writes[1]);
        Assert.StartsWith("\e[?2026h", terminal.Writes[1]);
        Assert.EndsWith("\e[?2026l", terminal.Writes[1]);
    }

    [Fact]
    public void KeyCyclesTheOrder()
    {
        _rows = [Connections.Make(1, remote: "192.0.2.1", rate: 9, bytes: 10), Connections.Make(2, remote: "192.0.2.2", rate: 1, bytes: 99)];
        MemoryTerminal terminal = Terminal(100, 10);
        string byRate = "", byTotal = "";
        terminal.Then(() => byRate = terminal.Line(2)).Type('s').Then(() => byTotal = terminal.Line(2)).Type('q');
        Run(terminal);
        Assert.Contains("192.0.2.1", byRate);
        Assert.Contains("192.0.2.2", byTotal);
    }

    [Fact]
    public void KeysScrollAsFarAsThereAreRows()
    {
        _rows = [.. Enumerable.Range(0, 20).Select(i => Connections.Make((ulong)i, remote: $"192.0.2.{i}", bytes: 1000 - i))];
        MemoryTerminal terminal = Terminal(100, 8); // five rows
        var firsts = new List<string>();
        void Note() => firsts.Add(terminal.Line(2).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
        terminal.Then(Note).Press(ConsoleKey.DownArrow).Then(Note).Type('j').Then(Note).Type('k').Then(Note).Press(ConsoleKey.PageDown).Then(Note)
            .Press(ConsoleKey.End).Then(Note).Press(ConsoleKey.PageDown).Then(Note).Press(ConsoleKey.Home).Then(Note).Press(ConsoleKey.UpArrow).Then(Note)
            .Type('q');
        Run(terminal);
        Assert.Equal(new[] { 0, 1, 2, 1, 6, 15, 15, 0, 0 }.Select(i => $"192.0.2.{i}:443"), firsts);
    }

    [Fact]
    public void RowsAreColoredByStaleness()
    {
        _rows =
        [
            Connections.Make(1, bytes: 4),
            Connections.Make(2, bytes: 3, staleness: Staleness.Stale),
            Connections.Make(3, bytes: 2, staleness: Staleness.Critical),
            Connections.Make(4, bytes: 1, historic: true),
        ];
        MemoryTerminal terminal = Terminal(100, 10);
        string[] styles = [];
        terminal.Then(() => styles = [.. Enumerable.Range(2, 4).Select(row => terminal.StyleAt(row, 0))]).Type('q');
        Run(terminal);
        Assert.Equal(["", "33", "31", "2"], styles);
    }

    [Fact]
    public void ColorsCanBeOff()
    {
        _rows = [Connections.Make(2, staleness: Staleness.Stale)];
        MemoryTerminal terminal = Terminal(100, 10);
        string style = "?";
        terminal.Then(() => style = terminal.StyleAt(2, 0)).Type('q');
        Run(terminal, new LiveViewOptions { Color = false });
        Assert.Equal("", style);
    }

    [Fact]
    public void ANewSizeIsDrawnAnew()
    {
        _rows = [Connections.Make(1, sni: "example.com")];
        MemoryTerminal terminal = Terminal(100, 10);
        string header = "", footer = "";
        terminal.Resize(60, 6).Then(() => (header, footer) = (terminal.Line(0), terminal.Line(5))).Type('q');
        Run(terminal);
        Assert.Contains("NetMonitor", header);
        Assert.Contains("sorted by", footer);
    }

    [Fact]
    public void LooksOncePerInterval()
    {
        MemoryTerminal terminal = Terminal(80, 10);
        Assert.Equal(LiveViewEnd.TimeUp, Run(terminal, new LiveViewOptions { RefreshInterval = TimeSpan.FromSeconds(1), Duration = TimeSpan.FromSeconds(3.5) }));
        Assert.Equal(4, _looks);
    }

    [Fact]
    public void ControlCInterrupts() => Assert.Equal(LiveViewEnd.Interrupted, Run(Terminal(80, 10).Press(ConsoleKey.C, control: true)));

    [Fact]
    public void CancellationEndsIt()
    {
        using var cancellation = new CancellationTokenSource();
        MemoryTerminal terminal = Terminal(80, 10).Then(cancellation.Cancel);
        Assert.Equal(LiveViewEnd.Canceled, Run(terminal, cancellation: cancellation.Token));
        Assert.Equal(1, terminal.Left);
    }

    [Fact]
    public void TheTerminalIsGivenBackWhenTheSourceFails()
    {
        MemoryTerminal terminal = Terminal(80, 10);
        var view = new LiveView(terminal, _ => throw new InvalidOperationException("gone"), new LiveViewOptions(), _clock);
        Assert.Throws<InvalidOperationException>(() => view.Run(CancellationToken.None));
        Assert.Equal(1, terminal.Left);
        Assert.False(terminal.Entered);
    }

    private MemoryTerminal Terminal(int width, int height) => new(width, height, _clock);

    private void TypeAfterRefresh(MemoryTerminal terminal, char key) =>
        terminal.Then(() => _clock.Advance(TimeSpan.FromSeconds(1))).Type(key);

    private LiveViewEnd Run(MemoryTerminal terminal, LiveViewOptions? options = null, CancellationToken cancellation = default)
    {
        var view = new LiveView(
            terminal,
            _ =>
            {
                _looks++;
                return Connections.Snapshot(_rows);
            },
            options ?? new LiveViewOptions(),
            _clock);
        return view.Run(cancellation);
    }
}
