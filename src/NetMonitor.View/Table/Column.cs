using System.Net;

namespace NetMonitor.View;

/// <summary>A column of the live table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Minimum">The cells it needs to be of use.</param>
/// <param name="Preferred">The cells in which its usual content fits.</param>
/// <param name="HideOrder">Columns with higher numbers go first when the terminal is narrow; 0 stays.</param>
/// <param name="Text">Its content.</param>
internal sealed record Column(string Title, int Minimum, int Preferred, int HideOrder, Func<NetConnection, DateTimeOffset, string> Text)
{
    /// <summary>True for numbers.</summary>
    public bool Right { get; init; }

    /// <summary>True when its text is an address with a port.</summary>
    public bool Endpoint { get; init; }

    /// <summary>True for the one that takes what is left.</summary>
    public bool Fills { get; init; }

    /// <summary>The columns of the table, from left to right.</summary>
    public static readonly IReadOnlyList<Column> All =
    [
        new("Proto", 5, 6, 5, (row, _) => row.Protocol.ToString()),
        new("Local", 12, 21, 6, (row, _) => EndPoint(row.LocalAddress, row.LocalPort)) { Endpoint = true },
        new("Remote", 15, 21, 0, (row, _) => EndPoint(row.RemoteAddress, row.RemotePort)) { Endpoint = true },
        new("State", 11, 13, 3, (row, _) => row.State.ToString()),
        new("Application", 14, 24, 0, (row, _) => Application(row)) { Fills = true },
        new("Down", 11, 11, 2, (row, _) => Quantity.Rate(row.ReceiveRate)) { Right = true },
        new("Up", 11, 11, 2, (row, _) => Quantity.Rate(row.SendRate)) { Right = true },
        new("Total", 9, 9, 4, (row, _) => Quantity.Bytes(row.BytesSent + row.BytesReceived)) { Right = true },
        new("RTT", 8, 8, 8, (row, _) => Quantity.RoundTrip(row.Rtt)) { Right = true },
        new("Age", 6, 6, 7, (row, now) => Quantity.Age(now - row.CreationTime)) { Right = true },
    ];

    private static string EndPoint(IPAddress address, int? port) => port is { } number ? new IPEndPoint(address, number).ToString() : address.ToString();

    /// <summary>The protocol, and the name a person knows the other side by, or what it says.</summary>
    private static string Application(NetConnection row) =>
        $"{row.Application} {row.Sni ?? row.HostName ?? row.Details?.Summary}".Trim();
}
