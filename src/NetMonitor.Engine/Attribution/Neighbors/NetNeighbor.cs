using System.Net;
using NetMonitor.Attribution.Neighbors;
using NetMonitor.Packets;

namespace NetMonitor;

/// <summary>A machine on a network that this one is on (or that a capture was made on): an IP address and the network card behind it.</summary>
public sealed class NetNeighbor
{
    internal IPAddressValue AddressValue { get; init; }

    internal HardwareAddress Hardware { get; init; }

    /// <summary>Its IP address.</summary>
    public IPAddress Address => AddressValue.ToIPAddress();

    /// <summary>Its MAC address, in lower case with colons.</summary>
    public string LinkLayerAddress => Hardware.ToString();

    /// <summary>Who made the network card, by the IEEE's registries; null when the address is not registered.</summary>
    public string? Vendor => HardwareVendors.Instance.Find(Hardware);

    /// <summary>True when the MAC address was chosen by software (virtual machines, containers, phones that hide), so it has no vendor.</summary>
    public bool IsLocallyAdministered => Hardware.IsLocallyAdministered;

    /// <summary>The interface it is behind, or null where a capture does not say.</summary>
    public string? Interface { get; internal init; }

    /// <summary>What the system's neighbor table says of it; null when the system does not know it.</summary>
    public NeighborState? State { get; internal init; }

    /// <summary>When ARP or Neighbor Discovery last told of it in a capture; null when only the system knows it.</summary>
    public DateTimeOffset? LastSeen { get; internal init; }

    /// <summary>True for a default gateway: by this machine's routes, or because it advertises itself (RFC 4861 section 4.2).</summary>
    public bool IsGateway { get; internal init; }

    /// <summary>One line for logs and debuggers.</summary>
    public override string ToString() => $"{Address} {LinkLayerAddress} {Vendor}".TrimEnd();
}

/// <summary>How sure the system is that a neighbor can be reached (RFC 4861 section 7.3.2, and Linux's additions to it).</summary>
public enum NeighborState
{
    /// <summary>Asked for, no answer yet.</summary>
    Incomplete,

    /// <summary>It answered lately.</summary>
    Reachable,

    /// <summary>It answered some time ago.</summary>
    Stale,

    /// <summary>It will be asked again soon.</summary>
    Delay,

    /// <summary>It is being asked again.</summary>
    Probe,

    /// <summary>It did not answer.</summary>
    Failed,

    /// <summary>Needs no answer.</summary>
    NoArp,

    /// <summary>Entered by hand.</summary>
    Permanent,
}
