using System.Globalization;
using NetMonitor.Packets;

namespace NetMonitor.View;

/// <summary>How addresses and ports are written.</summary>
/// <param name="Services">Names of services instead of port numbers, where known.</param>
/// <param name="HostNames">Names of hosts instead of addresses, where known.</param>
internal sealed record Naming(bool Services, bool HostNames);

/// <summary>A column of the live table. <see cref="All"/> is the table that the view, its settings, its help and docs/view.md share.</summary>
internal sealed record Column
{
    private const int Never = 0;

    /// <summary>Its heading, and its name in -Sort and in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>The cells it needs to be of use.</summary>
    public required int Minimum { get; init; }

    /// <summary>The cells it takes at most; the one that fills also takes what is left.</summary>
    public required int Maximum { get; init; }

    /// <summary>The cells it takes before others are served; 0 for as many as its content wants.</summary>
    public int Comfort { get; init; }

    /// <summary>When the terminal is narrow, the column with the highest number leaves first; with 0 it stays.</summary>
    public int Leaves { get; init; } = Never;

    /// <summary>True for numbers: written to the right, and sorted with the greatest first.</summary>
    public bool IsNumber { get; init; }

    /// <summary>True when its text is an address with a port.</summary>
    public bool IsEndpoint { get; init; }

    /// <summary>True for the one that takes what is left.</summary>
    public bool Fills { get; init; }

    /// <summary>False for those that only the settings bring in.</summary>
    public bool IsDefault { get; init; } = true;

    /// <summary>Whether there is anything to show in it; null for always.</summary>
    public Func<Summary, bool>? Known { get; init; }

    /// <summary>Its content.</summary>
    public required Func<NetConnection, Naming, DateTimeOffset, string> Text { get; init; }

    /// <summary>What it is sorted by.</summary>
    public required Func<NetConnection, Naming, SortKey> Key { get; init; }

    /// <summary>What it shows, for the help and the docs.</summary>
    public required string Meaning { get; init; }

    /// <summary>The columns, from left to right.</summary>
    public static readonly IReadOnlyList<Column> All =
    [
        new() { Name = "Protocol", Minimum = 4, Maximum = 8, Leaves = 4, Meaning = "TCP, UDP, ICMP, ARP …",
            Text = (row, _, _) => row.Protocol.ToString(), Key = (row, _) => SortKey.Of(row.Protocol.ToString()) },
        new() { Name = "Local", Minimum = 15, Maximum = 44, Comfort = 21, Leaves = 8, IsEndpoint = true, Meaning = "This end: address and port",
            Text = (row, naming, _) => EndPoints.Local(row, naming), Key = (row, _) => SortKey.Of(row.Local) },
        new() { Name = "Remote", Minimum = 18, Maximum = 46, Comfort = 22, IsEndpoint = true, Meaning = "The other end: address and port, or their names (`d`, `p`)",
            Text = (row, naming, _) => EndPoints.Remote(row, naming),
            Key = (row, naming) => naming.HostNames && row.HostName is { } name ? SortKey.Of(name) : SortKey.Of(row.Remote) },
        new() { Name = "State", Minimum = 11, Maximum = 18, Leaves = 5, Meaning = "The state in its protocol's words; closed when it is gone",
            Text = (row, _, _) => row.State.ToString(), Key = (row, _) => SortKey.Of(row.State.ToString()) },
        new() { Name = "Service", Minimum = 7, Maximum = 12, Leaves = 9, Known = summary => summary.KnowsServices, Meaning = "The service registered for the server's port",
            Text = (row, _, _) => row.Service ?? "", Key = (row, _) => SortKey.Of(row.Service) },
        new() { Name = "Application", Minimum = 14, Maximum = 40, Comfort = 28, Fills = true, Meaning = "The protocol its bytes speak, and the name of the host or what was said",
            Text = (row, _, _) => EndPoints.Application(row), Key = (row, _) => SortKey.Of(row.Application) },
        new() { Name = "RTT", Minimum = 6, Maximum = 7, Leaves = 7, IsNumber = true, Meaning = "Round-trip time",
            Text = (row, _, _) => Quantity.ShortRoundTrip(row.Rtt), Key = (row, _) => SortKey.Of(row.Rtt?.TotalMilliseconds) },
        new() { Name = "Down", Minimum = 6, Maximum = 7, IsNumber = true, Meaning = "Bytes per second received",
            Text = (row, _, _) => Quantity.ShortRate(row.ReceiveRate), Key = (row, _) => SortKey.Of(row.ReceiveRate) },
        new() { Name = "Up", Minimum = 6, Maximum = 7, IsNumber = true, Meaning = "Bytes per second sent",
            Text = (row, _, _) => Quantity.ShortRate(row.SendRate), Key = (row, _) => SortKey.Of(row.SendRate) },
        new() { Name = "Process", Minimum = 12, Maximum = 28, Comfort = 18, Leaves = 3, Known = summary => summary.KnowsProcesses, Meaning = "The program at this end and its process id",
            Text = (row, _, _) => row.ProcessName is { } name ? $"{name} ({row.OwningProcess})" : "", Key = (row, _) => SortKey.Of(row.ProcessName) },
        new() { Name = "Country", Minimum = 7, Maximum = 7, Leaves = 10, Known = summary => summary.KnowsPlaces, Meaning = "Where the other end is",
            Text = (row, _, _) => row.Country ?? "", Key = (row, _) => SortKey.Of(row.Country) },
        new() { Name = "Age", Minimum = 6, Maximum = 6, Leaves = 11, IsNumber = true, IsDefault = false, Meaning = "Since its first packet",
            Text = (row, _, now) => Quantity.Age(now - row.CreationTime), Key = (row, _) => SortKey.Of(long.MaxValue - row.CreationNanoseconds) },
        new() { Name = "Total", Minimum = 6, Maximum = 7, Leaves = 12, IsNumber = true, IsDefault = false, Meaning = "Bytes in both directions so far",
            Text = (row, _, _) => Quantity.Short(row.BytesSent + row.BytesReceived), Key = (row, _) => SortKey.Of(row.BytesSent + row.BytesReceived) },
        new() { Name = "Loss", Minimum = 6, Maximum = 6, Leaves = 13, IsNumber = true, IsDefault = false, Meaning = "Share of data segments sent again",
            Text = (row, _, _) => row.LossRatio is { } loss ? loss.ToString("0.0%", CultureInfo.InvariantCulture) : "", Key = (row, _) => SortKey.Of(row.LossRatio) },
        new() { Name = "User", Minimum = 6, Maximum = 16, Leaves = 14, IsDefault = false, Meaning = "Whom the program runs as",
            Text = (row, _, _) => row.UserName ?? "", Key = (row, _) => SortKey.Of(row.UserName) },
        new() { Name = "Container", Minimum = 8, Maximum = 20, Leaves = 15, IsDefault = false, Meaning = "The container or pod the program runs in",
            Text = (row, _, _) => row.Pod ?? row.Container ?? "", Key = (row, _) => SortKey.Of(row.Pod ?? row.Container) },
        new() { Name = "Network", Minimum = 10, Maximum = 24, Leaves = 16, IsDefault = false, Meaning = "The organization that the other end's address belongs to",
            Text = (row, _, _) => row.Organization ?? "", Key = (row, _) => SortKey.Of(row.Organization) },
        new() { Name = "Interface", Minimum = 6, Maximum = 12, Leaves = 17, IsDefault = false, Meaning = "The interface it was first seen on",
            Text = (row, _, _) => row.Interface ?? "", Key = (row, _) => SortKey.Of(row.Interface) },
    ];

    /// <summary>Those shown without settings.</summary>
    public static IReadOnlyList<Column> Default { get; } = [.. All.Where(column => column.IsDefault)];

    /// <summary>The column of a name, or null.</summary>
    public static Column? Find(string name) => All.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The ends of a connection as text.</summary>
internal static class EndPoints
{
    public static string Local(NetConnection row, Naming naming) =>
        Join(row.Local, null, row.LocalPort, naming.Services && row.Direction == ConnectionDirection.Incoming ? row.Service : null);

    public static string Remote(NetConnection row, Naming naming) =>
        Join(row.Remote, naming.HostNames ? row.HostName : null, row.RemotePort, naming.Services && row.Direction != ConnectionDirection.Incoming ? row.Service : null);

    /// <summary>The protocol, and the name a person knows the other end by, or what was said.</summary>
    public static string Application(NetConnection row)
    {
        string? name = row.Sni ?? row.HostName ?? row.Details?.Summary;
        return row.Application is not { } application ? name ?? ""
            : name is null ? application
            : name.StartsWith(application, StringComparison.OrdinalIgnoreCase) ? name
            : $"{application} {name}";
    }

    private static string Join(IPAddressValue address, string? name, int? port, string? service)
    {
        string host = name ?? address.ToString();
        if (port is null)
        {
            return host;
        }

        return name is null && !address.IsIPv4
            ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{service ?? (object)port}")
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{service ?? (object)port}");
    }
}
