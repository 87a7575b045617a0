using System.Net;
using System.Net.NetworkInformation;

namespace NetMonitor.Capture;

/// <summary>A network interface of this machine that can be captured on, and its counters as the operating system keeps them.</summary>
public sealed record NetInterface
{
    /// <summary>Its name ("eth0", "lo", "any").</summary>
    public required string Name { get; init; }

    /// <summary>More words about it, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Its link-layer address ("02:fc:00:00:00:01"), or null.</summary>
    public string? PhysicalAddress { get; init; }

    /// <summary>What kind of link the operating system says it is ("Ethernet", "Loopback", …).</summary>
    public string LinkType { get; init; } = "Unknown";

    /// <summary>True when it is up.</summary>
    public bool IsUp { get; init; }

    /// <summary>True for a loopback interface.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>True for the interface of the default route (IPv4 first, then IPv6).</summary>
    public bool IsDefault { get; init; }

    /// <summary>Bits per second, or null.</summary>
    public long? Speed { get; init; }

    /// <summary>Bytes received, or null where the system keeps no count.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Packets received.</summary>
    public long? PacketsReceived { get; init; }

    /// <summary>Packets sent.</summary>
    public long? PacketsSent { get; init; }

    /// <summary>Receive errors.</summary>
    public long? ReceiveErrors { get; init; }

    /// <summary>Transmit errors.</summary>
    public long? SendErrors { get; init; }

    /// <summary>Received packets the system dropped.</summary>
    public long? ReceiveDropped { get; init; }

    /// <summary>Packets to send that the system dropped.</summary>
    public long? SendDropped { get; init; }
}

/// <summary>The interfaces of this machine.</summary>
public static class CaptureDevices
{
    private const string AllInterfaces = "any";         // Linux's pseudo device
    private const string PseudoLink = "Pseudo";
    private const long UnknownSpeed = uint.MaxValue * 1_000_000L;   // Linux's "unknown", -1 Mbit/s, as it comes out of the framework
    private const uint LoopbackFlag = 1;                // PCAP_IF_LOOPBACK

    /// <summary>All interfaces: the default one first, then those that are up, by name; last what only libpcap offers and is no network (USB, Bluetooth, netfilter).</summary>
    /// <remarks>Works without libpcap and without privileges; what only libpcap knows ("any") is then missing.</remarks>
    public static IReadOnlyList<NetInterface> List()
    {
        NetworkInterface[] system = SystemInterfaces();
        string? defaultName = DefaultRoute.Find(system);
        List<NetInterface> interfaces = [.. system.Select(i => Describe(i, i.Name == defaultName))];

        // Windows names capture devices by GUID (\Device\NPF_{…}); the system knows the same interfaces by their GUID as id.
        HashSet<string> known = [.. system.Select(i => i.Name), .. system.Select(i => i.Id)];
        foreach ((string name, string? description, uint flags) in PcapLibrary.Current?.FindDevices() ?? [])
        {
            if (!known.Contains(name) && !known.Contains(name[(name.IndexOf('{') is var at and >= 0 ? at : 0)..]))
            {
                interfaces.Add(DescribePseudo(name, description, flags));
            }
        }

        return [.. interfaces.OrderBy(Rank).ThenBy(i => i.Name, StringComparer.Ordinal)];
    }

    private static NetworkInterface[] SystemInterfaces()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces();
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    private static int Rank(NetInterface i) => i.IsDefault ? 0 : IsPseudo(i) ? 3 : i.IsUp ? 1 : 2;

    private static bool IsPseudo(NetInterface i) => i.LinkType == PseudoLink && i.Name != AllInterfaces;

    private static NetInterface Describe(NetworkInterface source, bool isDefault)
    {
        InterfaceCounters counters = InterfaceCounters.Read(source);
        return new NetInterface
        {
            Name = source.Name,
            Description = source.Description.Length == 0 || source.Description == source.Name ? null : source.Description,
            Addresses = AddressesOf(source),
            PhysicalAddress = Format(source),
            LinkType = source.NetworkInterfaceType.ToString(),
            IsUp = source.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown,   // loopback and tunnels do not say
            IsLoopback = source.NetworkInterfaceType == NetworkInterfaceType.Loopback,
            IsDefault = isDefault,
            Speed = SpeedOf(source),
            BytesReceived = counters.BytesReceived,
            BytesSent = counters.BytesSent,
            PacketsReceived = counters.PacketsReceived,
            PacketsSent = counters.PacketsSent,
            ReceiveErrors = counters.ReceiveErrors,
            SendErrors = counters.SendErrors,
            ReceiveDropped = counters.ReceiveDropped,
            SendDropped = counters.SendDropped,
        };
    }

    private static NetInterface DescribePseudo(string name, string? description, uint flags) => new()
    {
        Name = name,
        Description = string.IsNullOrEmpty(description) ? null : description,
        LinkType = PseudoLink,
        IsUp = name == AllInterfaces,
        IsLoopback = (flags & LoopbackFlag) != 0,
    };

    private static IReadOnlyList<IPAddress> AddressesOf(NetworkInterface source)
    {
        try
        {
            return [.. source.GetIPProperties().UnicastAddresses.Select(a => a.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];                                  // it went away just now
        }
    }

    private static string? Format(NetworkInterface source)
    {
        byte[] address = source.GetPhysicalAddress().GetAddressBytes();
        return address.All(b => b == 0) ? null : string.Join(':', address.Select(b => b.ToString("x2")));
    }

    private static long? SpeedOf(NetworkInterface source)
    {
        try
        {
            return source.Speed is > 0 and not UnknownSpeed ? source.Speed : null;
        }
        catch (Exception exception) when (exception is PlatformNotSupportedException or NetworkInformationException)
        {
            return null;
        }
    }
}
