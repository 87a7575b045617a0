using System.Collections.Immutable;

namespace NetMonitor.View;

/// <summary>Which connections are shown, and in what order.</summary>
internal sealed record Arrangement
{
    /// <summary>Which ones; null for all.</summary>
    public Predicate<NetConnection>? Filter { get; init; }

    /// <summary>The column they are sorted by; null for the order they came in.</summary>
    public Column? Sort { get; init; }

    /// <summary>The greatest first; without a column the newest first.</summary>
    public bool Descending { get; init; }

    /// <summary>By process.</summary>
    public bool Grouped { get; init; }

    /// <summary>Processes whose connections are shown.</summary>
    public ImmutableHashSet<string> Expanded { get; init; } = [];

    /// <summary>Also those that are gone.</summary>
    public bool Historic { get; init; }

    /// <summary>How ends are written, and so sorted.</summary>
    public Naming Naming { get; init; } = new(Services: false, HostNames: false);

    /// <summary>What the title calls the order.</summary>
    public string OrderName => $"{Sort?.Name ?? "Time"} {Arrow}";

    /// <summary>The direction as a sign.</summary>
    public char Arrow => Descending ? '▼' : '▲';

    /// <summary>The next order: the columns from left to right, each in its own direction, then back to the order they came in.</summary>
    public Arrangement NextSort(IReadOnlyList<Column> columns)
    {
        int next = Sort is null ? 0 : columns.ToList().IndexOf(Sort) + 1;
        return next >= columns.Count ? this with { Sort = null, Descending = false } : By(columns[next]);
    }

    /// <summary>By a column in its own direction; by the same again: in the other.</summary>
    public Arrangement By(Column column) =>
        column == Sort ? this with { Descending = !Descending } : this with { Sort = column, Descending = column.IsNumber };
}

/// <summary>A process in the table that stands for its connections.</summary>
internal sealed record ProcessGroup(string Name, int Count, int Gone, int Tcp, int Udp, double ReceiveRate, double SendRate, bool IsExpanded);

/// <summary>A line of the table: a connection, or a process.</summary>
internal readonly record struct Item(NetConnection? Row, ProcessGroup? Group, bool IsGone)
{
    /// <summary>What selection and marks hold on to.</summary>
    public ItemKey Key => Row is { } row ? new ItemKey(row.IdValue, null) : new ItemKey(0, Group!.Name);
}

/// <summary>Names an item from one snapshot to the next.</summary>
internal readonly record struct ItemKey(ulong Id, string? Group);

/// <summary>Everything one frame is made from. Immutable.</summary>
internal sealed record Picture
{
    public required LedgerPage Page { get; init; }

    public required Arrangement Arrangement { get; init; }

    public required IReadOnlyList<Item> Items { get; init; }

    /// <summary>Connections that the filter lets through, whether their process is expanded or not.</summary>
    public required int Matching { get; init; }
}
