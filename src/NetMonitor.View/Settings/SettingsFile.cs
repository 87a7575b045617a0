using System.Collections.Immutable;
using System.Globalization;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace NetMonitor.View;

/// <summary>Reads config.toml (TOML 1.0). A mistake is reported with its line and passed over; the rest counts.</summary>
public static class SettingsFile
{
    private const int MaxBytes = 1 << 20; // a settings file is no larger

    private static readonly string[] ColorNames =
    [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
        "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ];

    /// <summary>Where it is: in %APPDATA% on Windows, else in $XDG_CONFIG_HOME or ~/.config (XDG Base Directory Specification).</summary>
    public static string DefaultPath
    {
        get
        {
            string? folder = OperatingSystem.IsWindows() ? null : System.Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            string root = !string.IsNullOrEmpty(folder) && Path.IsPathRooted(folder)
                ? folder
                : OperatingSystem.IsWindows()
                    ? System.Environment.GetFolderPath(System.Environment.SpecialFolder.ApplicationData)
                    : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".config");
            return Path.Combine(root, "netmonitor", "config.toml");
        }
    }

    /// <summary>The settings of a file; those of none when it is not there. What cannot be read is a mistake, no exception.</summary>
    public static ViewSettings Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? ViewSettings.Default
                : file.Length > MaxBytes ? new ViewSettings { Mistakes = [new SettingsMistake(0, $"The file is larger than {MaxBytes} bytes.")] }
                : Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ViewSettings { Mistakes = [new SettingsMistake(0, error.Message)] };
        }
    }

    /// <summary>The settings of a text.</summary>
    public static ViewSettings Parse(string text)
    {
        DocumentSyntax document = SyntaxParser.Parse(text, "config.toml", validate: true);
        var mistakes = new List<SettingsMistake>();
        foreach (DiagnosticMessage message in document.Diagnostics)
        {
            mistakes.Add(new SettingsMistake(message.Span.Start.Line + 1, message.Message));
        }

        ViewSettings settings = ViewSettings.Default;
        foreach (KeyValueSyntax pair in document.KeyValues)
        {
            settings = Take(settings, "", pair, mistakes);
        }

        foreach (TableSyntaxBase table in document.Tables)
        {
            string name = Name(table.Name);
            if (name is not ("colors" or "keys"))
            {
                mistakes.Add(new SettingsMistake(LineOf(table), $"There is no section [{name}]; there are [colors] and [keys]."));
                continue;
            }

            foreach (KeyValueSyntax pair in table.Items)
            {
                settings = Take(settings, name, pair, mistakes);
            }
        }

        return settings with { Mistakes = [.. mistakes.OrderBy(mistake => mistake.Line)] };
    }

    private static ViewSettings Take(ViewSettings settings, string section, KeyValueSyntax pair, List<SettingsMistake> mistakes)
    {
        string name = Name(pair.Key);
        try
        {
            return (section, name) switch
            {
                ("", "theme") => settings with { Theme = Known(Text(pair), View.Theme.Find, View.Theme.All.Select(theme => theme.Name), "theme") },
                ("", "filter") => settings with { Filter = Text(pair) },
                ("", "sort") => settings with { Sort = Known(Text(pair), Column.Find, Column.All.Select(column => column.Name), "column") },
                ("", "columns") => settings with
                {
                    Columns = [.. Texts(pair).Select(column => Known(column, Column.Find, Column.All.Select(known => known.Name), "column"))],
                },
                ("colors", _) => settings with { Colors = settings.Colors.SetItem(RoleOf(name), ColorOf(Text(pair))) },
                ("keys", _) => settings with { Keys = settings.Keys.SetItem(Known(name, KeyTable.Find, KeyTable.All.Select(row => row.Id), "action"), [.. Texts(pair)]) },
                _ => throw new FormatException($"There is no setting '{name}'; there are theme, filter, sort and columns."),
            };
        }
        catch (FormatException error)
        {
            mistakes.Add(new SettingsMistake(LineOf(pair), error.Message));
            return settings;
        }
    }

    private static string Known<T>(string name, Func<string, T?> find, IEnumerable<string> all, string kind)
        where T : class =>
        find(name) is not null ? name : throw new FormatException($"There is no {kind} '{name}'; there are {string.Join(", ", all)}.");

    private static string Text(KeyValueSyntax pair) =>
        pair.Value is StringValueSyntax { Value: { } text } ? text : throw new FormatException($"'{Name(pair.Key)}' takes a text in quotes.");

    /// <summary>A text, or a list of texts.</summary>
    private static IEnumerable<string> Texts(KeyValueSyntax pair)
    {
        if (pair.Value is not ArraySyntax list)
        {
            return [Text(pair)];
        }

        var texts = new List<string>();
        foreach (ArrayItemSyntax item in list.Items)
        {
            texts.Add(item.Value is StringValueSyntax { Value: { } text } ? text : throw new FormatException($"'{Name(pair.Key)}' takes texts in quotes."));
        }

        return texts;
    }

    private static Role RoleOf(string name)
    {
        foreach (Role role in Enum.GetValues<Role>())
        {
            if (Theme.NameOf(role) == name)
            {
                return role;
            }
        }

        throw new FormatException($"There is no color '{name}'; there are {string.Join(", ", Enum.GetValues<Role>().Select(Theme.NameOf))}.");
    }

    private static Color ColorOf(string text)
    {
        int index = Array.IndexOf(ColorNames, text.ToLowerInvariant());
        if (index >= 0)
        {
            return Color.Ansi(index);
        }

        return text.Length == 7 && text[0] == '#' && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int rgb)
            ? Color.Rgb(rgb)
            : throw new FormatException($"'{text}' is no color: \"#rrggbb\", or one of {string.Join(", ", ColorNames)}.");
    }

    private static string Name(KeySyntax? key) => key?.ToString().Trim().Trim('"', '\'') ?? "";

    private static int LineOf(SyntaxNode node) => node.Span.Start.Line + 1;
}
