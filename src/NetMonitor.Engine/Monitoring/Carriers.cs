using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>The name of a UDP connection that carries others, which is not inspected: that of its tunnel. The decoder looks into UDP by these
/// ports and no others.</summary>
internal static class Carriers
{
    /// <summary>The name, or null when the flow carries nothing, or not over UDP (then its protocol says it).</summary>
    public static string? NameOf(in FlowEntry entry) =>
        entry.Is(FlowFlags.CarriesInner) && entry.Key.Protocol == TransportProtocol.UDP ? NameOf(entry.Key.PortA) ?? NameOf(entry.Key.PortB) : null;

    private static string? NameOf(ushort port) => port switch
    {
        VxlanHeader.Port or VxlanHeader.LinuxPort or VxlanHeader.GpePort => "VXLAN",
        GeneveHeader.Port => "Geneve",
        GtpUHeader.Port => "GTP-U",
        TeredoHeader.Port => "Teredo",
        L2tpHeader.Port => "L2TP",
        _ => null,
    };
}
