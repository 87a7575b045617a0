using NetMonitor.Shell.Editing;

namespace NetMonitor.Tests.Shell;

public class LineEditorTests
{
    private readonly ScreenTerminal _terminal = new();
    private readonly History _history = History.Open(path: null);

    [Fact]
    public void Cursor_keys_and_kills_edit_the_line()
    {
        _terminal.Type("Get-Job one two").Ctrl(ConsoleKey.W).Press(ConsoleKey.Home).Type("x").Press(ConsoleKey.Delete)
            .Press(ConsoleKey.End).Press(ConsoleKey.Backspace).Press(ConsoleKey.LeftArrow, ConsoleModifiers.Control).Type("the ")
            .Press(ConsoleKey.Enter);
        Assert.Equal((LineEnd.Accepted, "xet-Job the one"), Read());
    }

    [Fact]
    public void What_was_killed_can_be_put_back()
    {
        _terminal.Type("abc def").Ctrl(ConsoleKey.A).Ctrl(ConsoleKey.K).Type("x ").Ctrl(ConsoleKey.Y).Press(ConsoleKey.Enter);
        Assert.Equal((LineEnd.Accepted, "x abc def"), Read());
    }

    [Fact]
    public void Control_C_drops_the_line_and_control_D_leaves_on_an_empty_one()
    {
        _terminal.Type("abc").Ctrl(ConsoleKey.D).Ctrl(ConsoleKey.C).Ctrl(ConsoleKey.D);
        Assert.Equal((LineEnd.Canceled, ""), Read());
        Assert.Contains("PS> abc^C", _terminal.Screen);
        Assert.Equal((LineEnd.EndOfInput, ""), Read());
    }

    [Fact]
    public void A_line_as_long_as_the_window_wraps_and_the_cursor_stays_on_screen()
    {
        string text = new('a', 36);                      // with "PS> " exactly 40 columns
        _terminal.Type(text).Type("b").Press(ConsoleKey.Home).Press(ConsoleKey.Enter);
        Assert.Equal((LineEnd.Accepted, text + "b"), Read());
        Assert.Equal($"PS> {text}\nb", _terminal.Screen);
    }

    [Fact]
    public void An_incomplete_input_goes_on_below()
    {
        _terminal.Type("if (1) {").Press(ConsoleKey.Enter).Type("2 }").Press(ConsoleKey.Enter);
        Assert.Equal((LineEnd.Accepted, "if (1) {\n2 }"), Read());
        Assert.Equal("PS> if (1) {\n>> 2 }", _terminal.Screen);
    }

    [Fact]
    public void Up_finds_lines_that_start_with_what_was_typed_and_down_comes_back()
    {
        foreach (string line in (string[])["Get-Job", "cd /", "Get-Help"])
        {
            _history.Add(line);
        }
        _terminal.Type("get").Press(ConsoleKey.UpArrow).Press(ConsoleKey.UpArrow).Press(ConsoleKey.Enter);
        Assert.Equal("Get-Job", Read().Text);
        _terminal.Type("get").Press(ConsoleKey.UpArrow).Press(ConsoleKey.DownArrow).Press(ConsoleKey.Enter);
        Assert.Equal("get", Read().Text);
        _terminal.Press(ConsoleKey.UpArrow).Press(ConsoleKey.UpArrow).Press(ConsoleKey.Enter);
        Assert.Equal("cd /", Read().Text);
    }

    [Fact]
    public void Control_R_searches_inside_lines()
    {
        _history.Add("Start-NetMonitor -Interface lo");
        _history.Add("pwd");
        _terminal.Ctrl(ConsoleKey.R).Type("face").Press(ConsoleKey.Enter);
        Assert.Equal("Start-NetMonitor -Interface lo", Read().Text);
    }

    [Fact]
    public void Tab_completes_then_lists_and_steps_and_shift_tab_goes_back()
    {
        _terminal.Type("Get-").Press(ConsoleKey.Tab).Press(ConsoleKey.Tab).Press(ConsoleKey.Tab)
            .Press(ConsoleKey.Tab, ConsoleModifiers.Shift).Press(ConsoleKey.Tab).Type(" x").Press(ConsoleKey.Enter);
        Assert.Equal("Get-Help x", Read(Complete).Text);
        Assert.DoesNotContain("[", _terminal.Screen);

        _terminal.Type("Get-").Press(ConsoleKey.Tab).Press(ConsoleKey.Tab).Ctrl(ConsoleKey.C);
        Read(Complete);
        Assert.Contains("Get-Job", _terminal.LastShown);
        Assert.Contains("[", _terminal.LastShown);

        static Completions Complete(string text, int cursor) =>
            new(0, cursor, [.. ((string[])["Get-Help", "Get-Job"]).Select(t => new CompletionChoice(t, t))]);
    }

    private (LineEnd End, string Text) Read(Func<string, int, Completions>? complete = null) =>
        new LineEditor(_terminal, _history, complete ?? ((_, _) => Completions.None),
            NetMonitor.Shell.Hosting.ShellSession.IsIncomplete).Read("PS> ");
}
