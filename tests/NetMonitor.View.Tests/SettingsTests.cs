namespace NetMonitor.View.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Everything_can_be_set()
    {
        ViewSettings settings = SettingsFile.Parse("""
            theme = "nord"
            filter = "port:443"
            sort = "Down"
            columns = ["Remote", "Application", "Down", "Up", "Age"]

            [colors]
            receive = "#00ff7f"
            heading-sorted = "bright-yellow"

            [keys]
            quit = ["Q", "F10"]
            sort = "o"
            """);
        Assert.Empty(settings.Mistakes);
        var showing = new Showing(100, 20, new LiveViewOptions { Settings = settings });
        string frame = showing.Ticks(1).Press("q", "q", "o").Play();
        Assert.Contains("Connections by Up ▼  3 of 9  filter port:443", frame);
        Assert.Contains("Age", frame);
        Assert.DoesNotContain("State", frame);
        Assert.Equal("nord", showing.State.Theme.Name);
        Assert.Equal(Color.Rgb(0x00FF7F), showing.State.Theme[Role.Receive, light: false].Foreground);
        Assert.Equal(Color.Ansi(11), showing.State.Theme[Role.HeadingSorted, light: true].Foreground);
        Assert.Contains("Q quit", frame);
    }

    [Theory]
    [InlineData("theme = \"pink\"", 1, "no theme 'pink'")]
    [InlineData("\nfilter = 3", 2, "a text in quotes")]
    [InlineData("# a comment\n\nsort = \"size\"", 3, "no column 'size'")]
    [InlineData("columns = [\"Remote\", \"Sighs\"]", 1, "no column 'Sighs'")]
    [InlineData("size = 3", 1, "no setting 'size'")]
    [InlineData("[colors]\nreceive = \"#12\"", 2, "is no color")]
    [InlineData("[colors]\nrecieve = \"red\"", 2, "no color 'recieve'")]
    [InlineData("[keys]\nfly = \"f\"", 2, "no action 'fly'")]
    [InlineData("[fonts]\na = 1", 1, "no section [fonts]")]
    [InlineData("theme = \"nord\"\nthis is not toml\n", 2, "")]
    public void A_mistake_is_told_with_its_line_and_passed_over(string text, int line, string message)
    {
        SettingsMistake mistake = SettingsFile.Parse(text).Mistakes[0];
        Assert.Equal(line, mistake.Line);
        Assert.Contains(message, mistake.Message);
    }

    [Fact]
    public void The_rest_of_a_file_with_a_mistake_counts() =>
        Assert.Equal(("nord", "a"), SettingsFile.Parse("theme = \"nord\"\nsort = \"?\"\nfilter = \"a\"") is var s ? (s.Theme, s.Filter) : default);

    [Fact]
    public void No_file_is_no_mistake() => Assert.Empty(SettingsFile.Load(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).Mistakes);

    [Fact]
    public void The_view_says_the_first_mistake()
    {
        var showing = new Showing(options: new LiveViewOptions { Settings = SettingsFile.Parse("\ntheme = \"pink\"") });
        Assert.Contains("Settings, line 2: There is no theme 'pink'", showing.Play());
    }

    [Theory]
    [InlineData("NO_COLOR=1;TERM=xterm-256color", "Mono")]
    [InlineData("TERM=xterm-256color;COLORTERM=truecolor", "True")]
    [InlineData("TERM=xterm-direct", "True")]
    [InlineData("TERM=xterm-256color", "Palette")]
    [InlineData("TERM=vt220", "Mono")]
    public void The_environment_says_what_colors_there_are(string environment, string depth) =>
        Assert.Equal(Enum.Parse<ColorDepth>(depth), TerminalColors.DepthOf(name => environment.Split(';').Select(pair => pair.Split('=')).FirstOrDefault(pair => pair[0] == name)?[1]));

    [Fact]
    public void Colors_are_reduced_to_the_nearest()
    {
        Assert.Equal(9, ColorReduction.ToSixteen(Color.Rgb(0xFB2010)));
        Assert.Equal(196, ColorReduction.ToPalette(Color.Rgb(0xFE0201)));
        Assert.Equal(244, ColorReduction.ToPalette(Color.Rgb(0x808080)));
    }

    [Fact]
    public void Every_theme_tells_selected_stale_and_closed_rows_apart()
    {
        foreach (Theme theme in Theme.All.Append(Theme.Mono))
        {
            foreach (bool light in new[] { false, true })
            {
                Style[] looks = [.. new[] { Role.Text, Role.Stale, Role.Critical, Role.Selection }.Select(role => theme[role, light])];
                Assert.Equal(looks.Length, looks.Distinct().Count());
            }
        }
    }

    [Fact]
    public void Input_is_decoded_whole_and_in_pieces()
    {
        byte[] bytes = [.. "q\e[A\eOB\e[1;5C\e[<0;12;5M\e[<0;12;5m\e[<65;1;1M\e]11;rgb:ffff/8080/0000\e\\é日\x03"u8, 0x1B];
        TerminalInput[] expected =
        [
            new KeyPress("q", "q"), new KeyPress("Up"), new KeyPress("Down"), new KeyPress("Ctrl+Right"), new MouseInput(MouseAction.Press, 11, 4),
            new MouseInput(MouseAction.WheelDown, 0, 0), new BackgroundColor(255, 128, 0), new KeyPress("é", "é"), new KeyPress("日", "日"), new KeyPress("Ctrl+C"), new KeyPress("Esc"),
        ];
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            var input = new Queue<TerminalInput>();
            var decoder = new InputDecoder();
            for (int at = 0; at < bytes.Length; at += piece)
            {
                decoder.Decode(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)), input);
            }

            decoder.Flush(input);
            Assert.Equal(expected, input);
        }
    }

    [Fact]
    public void Hostile_input_is_survived()
    {
        var random = new Random(7);
        var decoder = new InputDecoder();
        var input = new Queue<TerminalInput>();
        byte[] bytes = new byte[40];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes[random.Next(bytes.Length)] = 0x1B;
            decoder.Decode(bytes, input);
            Assert.All(input.OfType<KeyPress>(), key => Assert.False(key.Text?.Any(char.IsControl) ?? false));
            input.Clear();
        }
    }
}
