namespace NetMonitor.Filtering;

/// <summary>What a keyword's value is.</summary>
public enum FilterKind
{
    /// <summary>Text: part of it, all of it (=), a wildcard, a regular expression.</summary>
    Text,

    /// <summary>A port: its digits, the number itself (=), a range.</summary>
    Port,

    /// <summary>An address: part of its text, a whole address, a network, or the host's name.</summary>
    Address,

    /// <summary>A whole number: itself, a range, a comparison.</summary>
    Number,

    /// <summary>One of a fixed set of names, or a part of one.</summary>
    Name,

    /// <summary>A time span: comparison or range; ms, s, m, h, d.</summary>
    Time,

    /// <summary>Bytes: comparison or range; KB, MB, GB (of 1024).</summary>
    Size,

    /// <summary>Bytes per second: comparison or range; KB/s, Mbit/s.</summary>
    Rate,

    /// <summary>A percentage: comparison or range.</summary>
    Percent,
}

/// <summary>A keyword of the filter language: a row of the table that the parser, completion, docs/filter.md and the tests read.</summary>
public sealed record FilterKeyword
{
    /// <summary>What is typed before the colon.</summary>
    public required string Name { get; init; }

    /// <summary>Other words for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What its value is.</summary>
    public required FilterKind Kind { get; init; }

    /// <summary>What it looks at, for people.</summary>
    public required string Field { get; init; }

    /// <summary>A filter that uses it.</summary>
    public required string Example { get; init; }

    /// <summary>The unit of a time span without one, nanoseconds.</summary>
    internal double TimeUnit { get; init; } = 1e9;

    /// <summary>Text: the fields.</summary>
    internal IReadOnlyList<Func<NetConnection, string?>> Texts { get; init; } = [];

    /// <summary>Text: looks at details of this kind instead of fields.</summary>
    internal Func<ApplicationDetails, TextPattern, bool>? Details { get; init; }

    /// <summary>Port, Address: which ends.</summary>
    internal Ends Ends { get; init; }

    /// <summary>Number, Time (nanoseconds), Size, Rate, Percent: the value; null when unknown.</summary>
    internal Func<NetConnection, double?>? Value { get; init; }

    /// <summary>Name: the number of the connection's name among <see cref="Names"/>; negative when unknown.</summary>
    internal Func<NetConnection, int>? Number { get; init; }

    /// <summary>Name: names and their numbers.</summary>
    internal IReadOnlyList<(string Name, int Number)> Names { get; init; } = [];

    /// <summary>True when &lt; and &gt; make sense.</summary>
    public bool IsComparable => Kind is FilterKind.Port or FilterKind.Number or FilterKind.Time or FilterKind.Size or FilterKind.Rate or FilterKind.Percent;
}

/// <summary>Ends of a connection.</summary>
[Flags]
internal enum Ends
{
    None = 0,
    Local = 1,
    Remote = 2,
}
