using static NetMonitor.View.Role;

namespace NetMonitor.View;

/// <summary>What a piece of the screen is, and so how it looks. The names are those of the settings file, in lower case with dashes.</summary>
internal enum Role
{
    Text,
    Muted,
    Title,
    Tab,
    TabSelected,
    Heading,
    HeadingSorted,
    Label,
    Key,
    Accent,
    Ok,
    Warn,
    Error,
    Border,
    Receive,
    Send,
    Selection,
    Mark,
    New,
    Stale,
    Critical,
    Closed,
}

/// <summary>Looks by role, for dark and for light terminals. <see cref="All"/> is the table that -Theme, the settings, the help and docs/view.md share.</summary>
internal sealed class Theme
{
    /// <summary>The name of the one that is used without being asked for.</summary>
    public const string DefaultName = "muted";

    private readonly Dictionary<Role, Style> _dark;
    private readonly Dictionary<Role, Style> _light;

    private Theme(string name, string meaning, Dictionary<Role, Style> dark, Dictionary<Role, Style>? light = null)
    {
        Name = name;
        Meaning = meaning;
        _dark = dark;
        _light = light ?? dark;
    }

    public string Name { get; }

    public string Meaning { get; }

    /// <summary>Attributes alone: for terminals without color, and for NO_COLOR (no-color.org).</summary>
    public static Theme Mono { get; } = new("mono", "No color: bold, dim, underlined and reverse only", Make(new()
    {
        [Title] = Bold(default), [TabSelected] = Reverse(default), [Heading] = Bold(default), [HeadingSorted] = Underlined(default), [Key] = Bold(default),
        [Muted] = Dim(default), [Role.Tab] = Dim(default), [Border] = Dim(default), [Selection] = Reverse(default), [Mark] = Bold(default), [New] = Bold(default),
        [Stale] = new(default, default, Attributes.Underline), [Critical] = new(default, default, Attributes.Underline | Attributes.Bold), [Closed] = Dim(default),
        [Error] = Bold(default), [Warn] = Bold(default),
    }));

    /// <summary>All themes.</summary>
    public static readonly IReadOnlyList<Theme> All =
    [
        new(DefaultName, "The terminal's own 16 colors, few of them",
            Sixteen(accent: 6, receive: 2, send: 4, sendBright: 12, muted: 8, warn: 3, error: 1, selection: Reverse(default)),
            Sixteen(accent: 6, receive: 2, send: 4, sendBright: 4, muted: 8, warn: 3, error: 1, selection: Reverse(default))),
        new("vivid", "The bright ones of the 16 colors",
            Sixteen(accent: 14, receive: 10, send: 13, sendBright: 13, muted: 7, warn: 11, error: 9, selection: new(Color.Ansi(15), Color.Ansi(4), Attributes.Bold)),
            Sixteen(accent: 4, receive: 2, send: 5, sendBright: 5, muted: 8, warn: 3, error: 1, selection: new(Color.Ansi(15), Color.Ansi(4), Attributes.Bold))),
        new("contrast", "Black and white, and only the strongest colors",
            Contrast(foreground: 15, background: 0, warn: 11, error: 9), Contrast(foreground: 0, background: 15, warn: 5, error: 1)),
        new("catppuccin-mocha", "Truecolor: pastels on dark",
            True(0xCDD6F4, 0x7F849C, 0x89DCEB, 0xA6E3A1, 0xCBA6F7, 0xF9E2AF, 0xF38BA8, 0x45475A, 0x585B70),
            True(0x4C4F69, 0x7C7F93, 0x04A5E5, 0x40A02B, 0x8839EF, 0xB06A00, 0xD20F39, 0xCCD0DA, 0x9CA0B0)),
        new("tokyo-night", "Truecolor: blue and violet on dark",
            True(0xC0CAF5, 0x737AA2, 0x7DCFFF, 0x9ECE6A, 0xBB9AF7, 0xE0AF68, 0xF7768E, 0x283457, 0x3B4261),
            True(0x3760BF, 0x6172B0, 0x007197, 0x587539, 0x7847BD, 0x8C6C3E, 0xC64343, 0xB7C1E3, 0xA8AECB)),
        new("gruvbox", "Truecolor: warm and retro",
            True(0xEBDBB2, 0x928374, 0x8EC07C, 0xB8BB26, 0xD3869B, 0xFABD2F, 0xFB4934, 0x504945, 0x665C54),
            True(0x3C3836, 0x7C6F64, 0x427B58, 0x79740E, 0x8F3F71, 0xB57614, 0x9D0006, 0xD5C4A1, 0xBDAE93)),
        new("nord", "Truecolor: cool and quiet",
            True(0xD8DEE9, 0x7B88A1, 0x88C0D0, 0xA3BE8C, 0xB48EAD, 0xEBCB8B, 0xBF616A, 0x434C5E, 0x4C566A),
            True(0x2E3440, 0x6B7A94, 0x2E7A8E, 0x4F7D3A, 0x8A5E85, 0x9A6F00, 0xA8323E, 0xD8DEE9, 0xB0B9C9)),
    ];

    /// <summary>The theme of a name, or null.</summary>
    public static Theme? Find(string name) => All.FirstOrDefault(theme => string.Equals(theme.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>How a role looks.</summary>
    public Style this[Role role, bool light] => (light ? _light : _dark).GetValueOrDefault(role);

    /// <summary>This theme with other colors for some roles.</summary>
    public Theme With(IReadOnlyDictionary<Role, Color> colors) => colors.Count == 0 ? this : new Theme(Name, Meaning, Change(_dark, colors), Change(_light, colors));

    /// <summary>A role's name in the settings: "heading-sorted".</summary>
    public static string NameOf(Role role) =>
        string.Concat(role.ToString().Select((c, i) => (char.IsUpper(c) && i > 0 ? "-" : "") + char.ToLowerInvariant(c)));

    private static Dictionary<Role, Style> Change(Dictionary<Role, Style> looks, IReadOnlyDictionary<Role, Color> colors)
    {
        var changed = new Dictionary<Role, Style>(looks);
        foreach ((Role role, Color color) in colors)
        {
            Style old = changed.GetValueOrDefault(role);
            changed[role] = role is Selection or TabSelected
                ? old with { Background = color, Attributes = old.Attributes & ~Attributes.Reverse }
                : old with { Foreground = color };
        }

        return changed;
    }

    private static Dictionary<Role, Style> Sixteen(int accent, int receive, int send, int sendBright, int muted, int warn, int error, Style selection) => Make(new()
    {
        [Muted] = new(Color.Ansi(muted)), [Title] = Bold(Color.Ansi(accent)), [Role.Tab] = new(Color.Ansi(muted)), [TabSelected] = Reverse(Color.Ansi(accent)),
        [Heading] = Bold(default), [HeadingSorted] = Underlined(Color.Ansi(accent)), [Label] = new(Color.Ansi(muted)), [Key] = new(Color.Ansi(accent)),
        [Accent] = new(Color.Ansi(accent)), [Ok] = new(Color.Ansi(receive)), [Warn] = new(Color.Ansi(warn)), [Error] = Bold(Color.Ansi(error)),
        [Border] = new(Color.Ansi(muted)), [Receive] = new(Color.Ansi(receive)), [Send] = new(Color.Ansi(sendBright)), [Selection] = selection,
        [Mark] = Bold(Color.Ansi(send)), [New] = Bold(Color.Ansi(receive)), [Stale] = new(Color.Ansi(warn)), [Critical] = new(Color.Ansi(error)),
        [Closed] = Dim(default),
    });

    private static Dictionary<Role, Style> Contrast(int foreground, int background, int warn, int error)
    {
        Style plain = new(Color.Ansi(foreground), Color.Ansi(background));
        Style strong = plain.With(Attributes.Bold);
        Style inverse = new(Color.Ansi(background), Color.Ansi(foreground), Attributes.Bold);
        var looks = Enum.GetValues<Role>().ToDictionary(role => role, _ => plain);
        foreach (Role role in (ReadOnlySpan<Role>)[Title, Heading, Key, Accent, Mark, New, Receive, Send])
        {
            looks[role] = strong;
        }

        (looks[TabSelected], looks[Selection], looks[HeadingSorted]) = (inverse, inverse, strong.With(Attributes.Underline));
        (looks[Stale], looks[Warn]) = (plain with { Foreground = Color.Ansi(warn) }, plain with { Foreground = Color.Ansi(warn) });
        (looks[Critical], looks[Error]) = (strong with { Foreground = Color.Ansi(error) }, strong with { Foreground = Color.Ansi(error) });
        return looks;
    }

    private static Dictionary<Role, Style> True(int text, int muted, int accent, int receive, int send, int warn, int error, int selection, int border) => Make(new()
    {
        [Text] = new(Color.Rgb(text)), [Muted] = new(Color.Rgb(muted)), [Title] = Bold(Color.Rgb(accent)), [Role.Tab] = new(Color.Rgb(muted)),
        [TabSelected] = new(Color.Rgb(text), Color.Rgb(selection), Attributes.Bold), [Heading] = Bold(Color.Rgb(text)), [HeadingSorted] = Underlined(Color.Rgb(accent)),
        [Label] = new(Color.Rgb(muted)), [Key] = new(Color.Rgb(accent)), [Accent] = new(Color.Rgb(accent)), [Ok] = new(Color.Rgb(receive)),
        [Warn] = new(Color.Rgb(warn)), [Error] = Bold(Color.Rgb(error)), [Border] = new(Color.Rgb(border)), [Receive] = new(Color.Rgb(receive)),
        [Send] = new(Color.Rgb(send)), [Selection] = new(default, Color.Rgb(selection), Attributes.Bold), [Mark] = Bold(Color.Rgb(send)),
        [New] = Bold(Color.Rgb(receive)), [Stale] = new(Color.Rgb(warn)), [Critical] = new(Color.Rgb(error)), [Closed] = new(Color.Rgb(muted)),
    });

    private static Dictionary<Role, Style> Make(Dictionary<Role, Style> looks) => looks;

    private static Style Bold(Color color) => new(color, default, Attributes.Bold);

    private static Style Dim(Color color) => new(color, default, Attributes.Dim);

    private static Style Reverse(Color color) => new(color, default, Attributes.Reverse);

    private static Style Underlined(Color color) => new(color, default, Attributes.Bold | Attributes.Underline);
}

/// <summary>A theme on a terminal: what painters ask for looks.</summary>
internal sealed record Palette(Theme Theme, ColorDepth Depth, bool Light)
{
    public Style this[Role role] => (Depth == ColorDepth.Mono ? Theme.Mono : Theme)[role, Light];
}
