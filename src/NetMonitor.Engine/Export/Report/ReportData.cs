namespace NetMonitor.Export;

/// <summary>What connections of one name sum up to.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Connections">How many they are.</param>
/// <param name="Sent">Bytes they sent.</param>
/// <param name="Received">Bytes they received.</param>
internal sealed record ReportShare(string Name, long Connections, long Sent, long Received);

/// <summary>A band of the flow picture: bytes from one column to the next.</summary>
internal readonly record struct ReportBand(int From, int To, long Bytes);

/// <summary>What a rule found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Count">Connections it holds for.</param>
/// <param name="Rows">Those of them in the table, by index.</param>
internal sealed record ReportFinding(ReportRule Rule, int Count, IReadOnlyList<int> Rows);

/// <summary>Percentiles by nearest rank; null without values.</summary>
internal sealed record ReportPercentiles(int Count, double Median, double P90, double P99, double Maximum)
{
    public static ReportPercentiles? Of(List<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        values.Sort();
        double Rank(double share) => values[Math.Clamp((int)Math.Ceiling(share * values.Count) - 1, 0, values.Count - 1)];
        return new ReportPercentiles(values.Count, Rank(0.5), Rank(0.9), Rank(0.99), values[^1]);
    }
}

/// <summary>Everything a report shows, worked out of connections.</summary>
internal sealed class ReportData
{
    /// <summary>Connections in the table of a report; findings and the largest come first (docs/limits.md).</summary>
    public const int Rows = 20_000;

    /// <summary>Names in a list of a report; the others are summed up (docs/limits.md).</summary>
    public const int Names = 10;

    /// <summary>Nodes in a column of the flow picture; the others are summed up (docs/limits.md).</summary>
    public const int Nodes = 12;

    /// <summary>Upper bounds of the classes of round-trip times, milliseconds.</summary>
    public static readonly double[] RttClasses = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    private ReportData(IReadOnlyList<NetConnection> connections, TrafficSeries? exact)
    {
        Total = connections.Count;
        Series = exact ?? new TrafficSeries();
        IsExact = exact is not null;
        foreach (NetConnection c in connections)
        {
            Sent += c.BytesSent;
            Received += c.BytesReceived;
            Packets += c.PacketsSent + c.PacketsReceived;
            Open += c.IsHistoric ? 0 : 1;
            First = Math.Min(First, c.CreationNanoseconds);
            Last = Math.Max(Last, c.LastActivityNanoseconds);
            if (!IsExact)
            {
                Series.AddOver(c.CreationNanoseconds, c.LastActivityNanoseconds, c.BytesSent, c.BytesReceived);
            }
        }

        HasProcesses = connections.Any(c => c.ProcessName is not null);
        Processes = Top(connections, ProcessOf);
        Hosts = Top(connections, HostOf);
        Countries = Top(connections, c => c.Country);
        Applications = Top(connections, ApplicationOf);
        (Columns, Bands) = FlowPicture(connections);
        CountHealth(connections);
        (Table, Findings) = Judge(connections);
    }

    public int Total { get; }

    public long Sent { get; }

    public long Received { get; }

    public long Packets { get; }

    public int Open { get; }

    public long First { get; } = long.MaxValue;

    public long Last { get; } = long.MinValue;

    public TrafficSeries Series { get; }

    /// <summary>The series counts packets; otherwise bytes were spread over the lives of their connections.</summary>
    public bool IsExact { get; }

    /// <summary>A process is known of at least one connection; without any, local addresses stand in the picture for them.</summary>
    public bool HasProcesses { get; }

    public (int Distinct, IReadOnlyList<ReportShare> Shares) Processes { get; }

    public (int Distinct, IReadOnlyList<ReportShare> Shares) Hosts { get; }

    public (int Distinct, IReadOnlyList<ReportShare> Shares) Countries { get; }

    public (int Distinct, IReadOnlyList<ReportShare> Shares) Applications { get; }

    /// <summary>The nodes of the flow picture: processes (or local addresses), applications, destinations.</summary>
    public IReadOnlyList<(int Column, string Name)> Columns { get; }

    public IReadOnlyList<ReportBand> Bands { get; }

    public ReportPercentiles? Rtt { get; private set; }

    public long[] RttCounts { get; } = new long[RttClasses.Length + 1];

    public ReportPercentiles? Loss { get; private set; }

    public int TcpConnections { get; private set; }

    public long Retransmits { get; private set; }

    public long OutOfOrder { get; private set; }

    public int Resets { get; private set; }

    public int FailedOpenings { get; private set; }

    public IReadOnlyList<NetConnection> Table { get; }

    public IReadOnlyList<ReportFinding> Findings { get; }

    /// <summary>Works a report out.</summary>
    /// <param name="connections">The connections.</param>
    /// <param name="exact">Bytes over time counted by packet, or null to spread the connections' bytes.</param>
    public static ReportData Of(IReadOnlyList<NetConnection> connections, TrafficSeries? exact) => new(connections, exact);

    public static string HostOf(NetConnection c) => c.HostName ?? c.RemoteAddress.ToString();

    public static string ApplicationOf(NetConnection c) => c.Application ?? c.Protocol.ToString();

    private static string? ProcessOf(NetConnection c) => c.ProcessName;

    private static (int Distinct, IReadOnlyList<ReportShare> Shares) Top(IReadOnlyList<NetConnection> connections, Func<NetConnection, string?> name)
    {
        List<ReportShare> all = [.. connections
            .Select(c => (Name: name(c), Connection: c))
            .Where(pair => pair.Name is not null)
            .GroupBy(pair => pair.Name!, pair => pair.Connection, StringComparer.Ordinal)
            .Select(group => new ReportShare(group.Key, group.LongCount(), group.Sum(c => c.BytesSent), group.Sum(c => c.BytesReceived)))
            .OrderByDescending(share => share.Sent + share.Received)
            .ThenBy(share => share.Name, StringComparer.Ordinal)];
        if (all.Count <= Names)
        {
            return (all.Count, all);
        }

        List<ReportShare> rest = all[Names..];
        var others = new ReportShare(Others(rest.Count), rest.Sum(s => s.Connections), rest.Sum(s => s.Sent), rest.Sum(s => s.Received));
        return (all.Count, [.. all[..Names], others]);
    }

    private static string Others(int count) => $"({count} others)";

    private (List<(int Column, string Name)> Nodes, List<ReportBand> Bands) FlowPicture(IReadOnlyList<NetConnection> connections)
    {
        Func<NetConnection, string>[] columns =
        [
            HasProcesses ? c => ProcessOf(c) ?? "(unknown)" : c => c.LocalAddress.ToString(),
            ApplicationOf,
            HostOf,
        ];
        var nodes = new List<(int Column, string Name)>();
        var numbers = new List<Dictionary<string, int>>();
        for (int column = 0; column < columns.Length; column++)
        {
            List<IGrouping<string, NetConnection>> groups = [.. connections
                .GroupBy(columns[column], StringComparer.Ordinal)
                .OrderByDescending(group => group.Sum(c => c.BytesSent + c.BytesReceived))
                .ThenBy(group => group.Key, StringComparer.Ordinal)];
            var number = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < groups.Count; i++)
            {
                if (i <= Nodes)
                {
                    nodes.Add((column, i < Nodes || groups.Count == Nodes + 1 ? groups[i].Key : Others(groups.Count - Nodes)));
                }

                number.Add(groups[i].Key, nodes.Count - 1);
            }

            numbers.Add(number);
        }

        var bands = new Dictionary<(int From, int To), long>();
        foreach (NetConnection c in connections)
        {
            for (int column = 0; column + 1 < columns.Length; column++)
            {
                (int, int) band = (numbers[column][columns[column](c)], numbers[column + 1][columns[column + 1](c)]);
                bands[band] = bands.GetValueOrDefault(band) + c.BytesSent + c.BytesReceived;
            }
        }

        return (nodes, [.. bands.Where(band => band.Value > 0).OrderBy(band => band.Key).Select(band => new ReportBand(band.Key.From, band.Key.To, band.Value))]);
    }

    private void CountHealth(IReadOnlyList<NetConnection> connections)
    {
        var rtt = new List<double>();
        var loss = new List<double>();
        foreach (NetConnection c in connections)
        {
            if (c.Rtt is { } time)
            {
                rtt.Add(time.TotalMilliseconds);
                int at = Array.FindIndex(RttClasses, bound => time.TotalMilliseconds <= bound);
                RttCounts[at < 0 ? RttClasses.Length : at]++;
            }

            if (c.Protocol != TransportProtocol.TCP)
            {
                continue;
            }

            TcpConnections++;
            Retransmits += c.Retransmits ?? 0;
            OutOfOrder += c.OutOfOrder ?? 0;
            Resets += c.CloseReason == CloseReason.Reset ? 1 : 0;
            FailedOpenings += ReportRules.IsFailedOpening(c) ? 1 : 0;
            if (ReportRules.LossOf(c) is { } share)
            {
                loss.Add(share);
            }
        }

        Rtt = ReportPercentiles.Of(rtt);
        Loss = ReportPercentiles.Of(loss);
    }

    private static (List<NetConnection> Table, List<ReportFinding> Findings) Judge(IReadOnlyList<NetConnection> connections)
    {
        var totals = new ReportTotals(connections);
        var found = new List<(ReportRule Rule, List<NetConnection> Connections)>();
        foreach (ReportRule rule in ReportRules.All)
        {
            List<NetConnection> holds = [.. connections.Where(c => rule.Holds(c, totals))];
            if (holds.Count >= rule.AtLeast)
            {
                found.Add((rule, holds));
            }
        }

        var told = new HashSet<NetConnection>(found.SelectMany(finding => finding.Connections), ReferenceEqualityComparer.Instance);
        List<NetConnection> table = [.. connections
            .OrderByDescending(told.Contains)
            .ThenByDescending(c => c.BytesSent + c.BytesReceived)
            .Take(Rows)];
        NetConnection.SortByCreation(table);
        var index = new Dictionary<NetConnection, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < table.Count; i++)
        {
            index.TryAdd(table[i], i);
        }

        return (table, [.. found.Select(finding => new ReportFinding(
            finding.Rule,
            finding.Connections.Count,
            [.. finding.Connections.Where(index.ContainsKey).Select(c => index[c])]))]);
    }
}
