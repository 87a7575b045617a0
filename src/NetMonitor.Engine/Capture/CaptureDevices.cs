using System.Net;

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
    /// <summary>All interfaces: the default one first, then those that are up, by name.</summary>
    /// <remarks>Works without libpcap and without privileges; what only libpcap knows ("any") is then missing.</remarks>
    public static IReadOnlyList<NetInterface> List() => throw new NotImplementedException();
}
