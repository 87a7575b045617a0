namespace NetMonitor.Cmdlets;

/// <summary>Completes transport protocols, the common ones first.</summary>
public sealed class ProtocolCompleter : ValueCompleter
{
    private static readonly TransportProtocol[] Common =
        [TransportProtocol.TCP, TransportProtocol.UDP, TransportProtocol.ICMP, TransportProtocol.ICMPv6, TransportProtocol.ARP];

    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        Common.Union(Enum.GetValues<TransportProtocol>()).Select(protocol => (protocol.ToString(), (string?)$"{protocol} ({protocol:D})"));
}
