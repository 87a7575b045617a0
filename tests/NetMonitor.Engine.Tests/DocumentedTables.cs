using System.Globalization;

namespace NetMonitor.Tests;

/// <summary>Reads the tables of docs/, which tests hold against the code.</summary>
internal static class DocumentedTables
{
    /// <summary>The repository: the nearest folder upward with the solution in it.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The cells of the first table below a heading, without its head.</summary>
    public static List<string[]> Read(string page, string heading)
    {
        List<string[]> rows = [.. File.ReadLines(Path.Combine(Repository, "docs", page))
            .SkipWhile(line => line.TrimStart('#', ' ') != heading || !line.StartsWith('#'))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim()[1..^1].Split('|').Select(cell => cell.Trim().Trim('`')).ToArray())];
        Assert.NotEmpty(rows);
        return rows;
    }

    /// <summary>A time span as the docs write it: "5 s", "10 min".</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds < 60 || span.TotalSeconds % 60 != 0
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes} min");

    /// <summary>A time span as the docs write it.</summary>
    public static TimeSpan ParseSpan(string text) => text.Split(' ') is [{ } number, { } unit] && double.TryParse(number, CultureInfo.InvariantCulture, out double value)
        ? unit switch { "s" => TimeSpan.FromSeconds(value), "min" => TimeSpan.FromMinutes(value), _ => throw new FormatException(text) }
        : throw new FormatException(text);

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NetMonitor.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
