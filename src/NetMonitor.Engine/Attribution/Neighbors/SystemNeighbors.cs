using System.Net.NetworkInformation;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Neighbors;

/// <summary>What this machine itself knows of its neighbors: the kernel's neighbor table (Linux; empty elsewhere) and its default gateways.</summary>
internal static class SystemNeighbors
{
    /// <summary>The neighbors whose MAC address the kernel knows.</summary>
    public static IReadOnlyList<NetNeighbor> Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        IReadOnlySet<IPAddressValue> gateways = Gateways();
        Dictionary<int, string> names = InterfaceNames();
        return
        [
            .. LinuxNeighborTable.Read().Select(row => new NetNeighbor
            {
                AddressValue = row.Address,
                Hardware = row.Hardware,
                Interface = names.GetValueOrDefault(row.InterfaceIndex),
                State = row.State,
                IsGateway = gateways.Contains(row.Address),
            }),
        ];
    }

    /// <summary>The default gateways of this machine's routes.</summary>
    public static IReadOnlySet<IPAddressValue> Gateways() =>
        Interfaces().SelectMany(i => i.GetIPProperties().GatewayAddresses).Select(gateway => IPAddressValue.From(gateway.Address))
            .Where(address => !address.IsUnspecified).ToHashSet();

    private static Dictionary<int, string> InterfaceNames()
    {
        var names = new Dictionary<int, string>();
        foreach (NetworkInterface i in Interfaces())
        {
            IPInterfaceProperties properties = i.GetIPProperties();
            int? index = i.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties()?.Index : properties.GetIPv6Properties()?.Index;
            if (index is { } known)
            {
                names[known] = i.Name;
            }
        }

        return names;
    }

    private static NetworkInterface[] Interfaces()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces();
        }
        catch (NetworkInformationException)
        {
            return []; // An interface went away while it was being read.
        }
    }
}
