namespace NetMonitor.View;

/// <summary>An order of the rows. Rows that are equal in it come by total bytes, then the newest first, then by id, so that they never jump about.</summary>
/// <param name="Name">What the header calls it.</param>
/// <param name="Compare">The order itself.</param>
internal sealed record SortOrder(string Name, Comparison<NetConnection> Compare)
{
    /// <summary>The orders, as the key cycles through them.</summary>
    public static readonly IReadOnlyList<SortOrder> All =
    [
        new("rate", (a, b) => (b.SendRate + b.ReceiveRate).CompareTo(a.SendRate + a.ReceiveRate)),
        new("total", (a, b) => 0),
        new("newest", (a, b) => b.CreationTime.CompareTo(a.CreationTime)),
        new("application", (a, b) => CompareText(a.Application, b.Application)),
        new("name", (a, b) => CompareText(a.HostName, b.HostName)),
        new("state", (a, b) => a.State.CompareTo(b.State)),
    ];

    /// <summary>The rows in this order.</summary>
    public NetConnection[] Sort(IReadOnlyList<NetConnection> rows)
    {
        NetConnection[] sorted = [.. rows];
        Array.Sort(sorted, (a, b) =>
        {
            int order = Compare(a, b);
            order = order != 0 ? order : (b.BytesSent + b.BytesReceived).CompareTo(a.BytesSent + a.BytesReceived);
            order = order != 0 ? order : b.CreationTime.CompareTo(a.CreationTime);
            return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
        });
        return sorted;
    }

    /// <summary>Rows without the text come last.</summary>
    private static int CompareText(string? a, string? b) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
    };
}
