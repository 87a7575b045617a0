namespace NetMonitor.Packets;

/// <summary>The tunnels over UDP that are looked into, by the port of either end. (<see cref="PacketDecoder"/> does.)</summary>
internal static class UdpTunnel
{
    /// <summary>MPLS in UDP (RFC 7510 section 3).</summary>
    public const int MplsPort = 6635;

    /// <summary>GRE in UDP (RFC 8086 section 3.2).</summary>
    public const int GrePort = 4754;

    /// <summary>How users call what uses a port, or null where no tunnel does.</summary>
    public static string? NameOf(ushort port) => port switch
    {
        VxlanHeader.Port or VxlanHeader.LinuxPort or VxlanHeader.GpePort => "VXLAN",
        GeneveHeader.Port => "Geneve",
        GtpUHeader.Port => "GTP-U",
        TeredoHeader.Port => "Teredo",
        L2tpHeader.Port => "L2TP",
        GrePort => "GRE",
        MplsPort => "MPLS",
        LispHeader.Port => "LISP",
        CapwapHeader.Port => "CAPWAP",
        AyiyaHeader.Port => "AYIYA",
        _ => null,
    };
}
