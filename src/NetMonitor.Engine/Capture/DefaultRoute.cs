using System.Globalization;
using System.Net.NetworkInformation;

namespace NetMonitor.Capture;

/// <summary>Which interface packets to the world leave by.</summary>
internal static class DefaultRoute
{
    private const string IPv4Table = "/proc/net/route";
    private const string IPv6Table = "/proc/net/ipv6_route";

    // linux/route.h
    private const uint RouteUp = 0x0001;
    private const uint RouteReject = 0x0200;

    /// <summary>The interface's name, by the IPv4 route table, then the IPv6 one; null when there is no default route.</summary>
    /// <param name="interfaces">The system's interfaces, whose gateways tell where there is no /proc.</param>
    public static string? Find(IReadOnlyList<NetworkInterface> interfaces) => OperatingSystem.IsLinux()
        ? ParseIPv4(ReadTable(IPv4Table)) ?? ParseIPv6(ReadTable(IPv6Table))
        : ByGateway(interfaces);

    /// <summary>The device of the default route with the lowest metric in the text of /proc/net/route (proc_net(5)), or null.</summary>
    public static string? ParseIPv4(string table)
    {
        // Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT; addresses and flags in hexadecimal, the metric in decimal.
        const int Interface = 0, Destination = 1, Flags = 3, Metric = 6, Mask = 7;
        return Best(table, columns =>
            columns.Length > Mask && IsZero(columns[Destination]) && IsZero(columns[Mask]) && IsUsable(columns[Flags])
                && long.TryParse(columns[Metric], CultureInfo.InvariantCulture, out long metric)
            ? (columns[Interface], metric)
            : null);
    }

    /// <summary>The same for /proc/net/ipv6_route.</summary>
    public static string? ParseIPv6(string table)
    {
        // Destination, prefix length, source, prefix length, next hop, metric, references, uses, flags, device; all numbers in hexadecimal.
        const int Destination = 0, PrefixLength = 1, Metric = 5, Flags = 8, Interface = 9;
        return Best(table, columns =>
            columns.Length > Interface && IsZero(columns[Destination]) && IsZero(columns[PrefixLength]) && IsUsable(columns[Flags])
                && long.TryParse(columns[Metric], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long metric)
            ? (columns[Interface], metric)
            : null);
    }

    private static string? Best(string table, Func<string[], (string Name, long Metric)?> read)
    {
        (string Name, long Metric)? best = null;
        foreach (string line in table.Split('\n'))
        {
            (string Name, long Metric)? route = read(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (route is not null && (best is null || route.Value.Metric < best.Value.Metric))
            {
                best = route;
            }
        }

        return best?.Name;
    }

    private static bool IsZero(string hexadecimal) => hexadecimal.All(c => c == '0');

    private static bool IsUsable(string flags) =>
        uint.TryParse(flags, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) && (value & (RouteUp | RouteReject)) == RouteUp;

    private static string ReadTable(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";                                  // no IPv6, or a /proc that hides it
        }
    }

    private static string? ByGateway(IReadOnlyList<NetworkInterface> interfaces) => interfaces
        .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(i => i.GetIPProperties().GatewayAddresses.Select(g => (i.Name, g.Address)))
        .Where(g => !g.Address.Equals(System.Net.IPAddress.Any) && !g.Address.Equals(System.Net.IPAddress.IPv6Any))
        .OrderBy(g => g.Address.AddressFamily)          // InterNetwork sorts before InterNetworkV6
        .Select(g => g.Name)
        .FirstOrDefault();
}
