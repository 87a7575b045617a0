using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>The name of a UDP connection that carries others, which is not inspected: that of its tunnel.</summary>
internal static class Carriers
{
    /// <summary>The name, or null when the flow carries nothing, or not over UDP (then its protocol says it).</summary>
    public static string? NameOf(in FlowEntry entry) =>
        entry.Is(FlowFlags.CarriesInner) && entry.Key.Protocol == TransportProtocol.UDP ? UdpTunnel.NameOf(entry.Key.PortA) ?? UdpTunnel.NameOf(entry.Key.PortB) : null;
}
