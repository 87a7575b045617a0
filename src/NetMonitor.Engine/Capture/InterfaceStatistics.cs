using System.Net.NetworkInformation;
using NetMonitor.Capture;

namespace NetMonitor;

/// <summary>What the operating system counted on a network interface since it came up. What the system does not count is null.</summary>
public sealed record InterfaceStatistics
{
    private const string AllInterfaces = "any"; // libpcap's pseudo-device

    /// <summary>The interface's name.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes received.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Packets received.</summary>
    public long? PacketsReceived { get; init; }

    /// <summary>Packets sent.</summary>
    public long? PacketsSent { get; init; }

    /// <summary>Packets received with errors.</summary>
    public long? ReceiveErrors { get; init; }

    /// <summary>Packets that could not be sent because of errors.</summary>
    public long? SendErrors { get; init; }

    /// <summary>Packets received that were dropped.</summary>
    public long? ReceiveDropped { get; init; }

    /// <summary>Packets to be sent that were dropped.</summary>
    public long? SendDropped { get; init; }

    /// <summary>Collisions while sending.</summary>
    public long? Collisions { get; init; }

    /// <summary>Those of some interfaces; of all for libpcap's "any". One that has gone away is left out.</summary>
    internal static IReadOnlyList<InterfaceStatistics> Read(IReadOnlyList<string> names)
    {
        NetworkInterface[] all;
        try
        {
            all = NetworkInterface.GetAllNetworkInterfaces();
        }
        catch (NetworkInformationException)
        {
            return [];
        }

        // Npcap calls a device after the interface's id.
        return [.. all
            .Where(one => names.Any(name => name == AllInterfaces || name == one.Name || name.EndsWith(one.Id, StringComparison.OrdinalIgnoreCase)))
            .Select(one => From(one.Name, InterfaceCounters.Read(one)))];
    }

    private static InterfaceStatistics From(string name, in InterfaceCounters counters) => new()
    {
        Name = name,
        BytesReceived = counters.BytesReceived,
        BytesSent = counters.BytesSent,
        PacketsReceived = counters.PacketsReceived,
        PacketsSent = counters.PacketsSent,
        ReceiveErrors = counters.ReceiveErrors,
        SendErrors = counters.SendErrors,
        ReceiveDropped = counters.ReceiveDropped,
        SendDropped = counters.SendDropped,
        Collisions = counters.Collisions,
    };
}
