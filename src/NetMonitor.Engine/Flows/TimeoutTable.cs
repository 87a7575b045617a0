namespace NetMonitor.Flows;

/// <summary>What a timeout depends on.</summary>
/// <param name="Protocol">The transport.</param>
/// <param name="State">The state of the local side.</param>
/// <param name="Application">The application protocol, or null.</param>
/// <param name="Idle">Nanoseconds since the last packet.</param>
internal readonly record struct FlowFacts(TransportProtocol Protocol, ConnectionState State, string? Application, long Idle);

/// <summary>A row of the <see cref="TimeoutTable"/>.</summary>
/// <param name="Name">What it is for, as the docs name it.</param>
/// <param name="When">Which flows.</param>
/// <param name="After">The silence after which they leave the table.</param>
internal sealed record TimeoutRule(string Name, Func<FlowFacts, bool> When, TimeSpan After)
{
    public long Nanoseconds { get; } = UnixTime.FromTimeSpan(After);
}

/// <summary>When a silent connection leaves the table. Rows are tried top to bottom; the first match wins. docs/limits.md shows the same rows.</summary>
/// <remarks>Silence counts from the last packet; for CLOSED and TIME_WAIT from the moment the state was entered, so late packets do not postpone it.</remarks>
internal static class TimeoutTable
{
    private const long Minute = 60 * UnixTime.NanosecondsPerSecond;

    /// <summary>A flow is at <see cref="Staleness.Stale"/> from this part of its timeout on.</summary>
    public const double StaleFrom = 0.75;

    /// <summary>A flow is at <see cref="Staleness.Critical"/> from this part of its timeout on.</summary>
    public const double CriticalFrom = 0.90;

    public static readonly IReadOnlyList<TimeoutRule> Default =
    [
        new("TCP established, HTTP or HTTPS", f => IsOpen(f) && f.Application is ("HTTP" or "HTTPS"), TimeSpan.FromMinutes(10)),
        new("TCP established, SSH", f => IsOpen(f) && f.Application is "SSH", TimeSpan.FromMinutes(30)),
        new("TCP established, a packet in the last 60 s", f => IsOpen(f) && f.Idle <= Minute, TimeSpan.FromMinutes(10)),
        new("TCP established", IsOpen, TimeSpan.FromMinutes(5)),
        new("TCP TIME_WAIT", f => f.State is ConnectionState.TIME_WAIT, TimeSpan.FromSeconds(30)),
        new("TCP CLOSED", f => f.State is ConnectionState.CLOSED, TimeSpan.FromSeconds(5)),
        new("TCP CLOSING", f => f.State is ConnectionState.CLOSING, TimeSpan.FromSeconds(30)),
        new("TCP, other states", f => f.Protocol is TransportProtocol.TCP, TimeSpan.FromMinutes(1)),
        new("QUIC connected, a packet in the last 60 s", f => f.State is ConnectionState.QUIC_CONNECTED && f.Idle <= Minute, TimeSpan.FromMinutes(10)),
        new("QUIC connected", f => f.State is ConnectionState.QUIC_CONNECTED, TimeSpan.FromMinutes(5)),
        new("QUIC initial and handshake", f => f.State is ConnectionState.QUIC_INITIAL or ConnectionState.QUIC_HANDSHAKE, TimeSpan.FromMinutes(1)),
        new("QUIC draining", f => f.State is ConnectionState.QUIC_DRAINING, TimeSpan.FromSeconds(10)),
        new("QUIC closed", f => f.State is ConnectionState.QUIC_CLOSED, TimeSpan.FromSeconds(5)),
        new("DNS, mDNS, LLMNR", f => f.Application is "DNS" or "mDNS" or "LLMNR", TimeSpan.FromSeconds(30)),
        new("UDP, other", f => f.Protocol is TransportProtocol.UDP or TransportProtocol.UDPLite, TimeSpan.FromMinutes(1)),
        new("ICMP and ICMPv6", f => f.Protocol is TransportProtocol.ICMP or TransportProtocol.ICMPv6, TimeSpan.FromSeconds(10)),
        new("IGMP", f => f.Protocol is TransportProtocol.IGMP, TimeSpan.FromSeconds(10)),
        new("ARP", f => f.Protocol is TransportProtocol.ARP, TimeSpan.FromSeconds(30)),
        new("SCTP", f => f.Protocol is TransportProtocol.SCTP, TimeSpan.FromMinutes(5)),
        new("Everything else", _ => true, TimeSpan.FromMinutes(1)),
    ];

    /// <summary>The shortest timeout, nanoseconds: what was active more recently cannot have timed out.</summary>
    public static readonly long Shortest = Default.Min(rule => rule.Nanoseconds);

    public static TimeoutRule For(in FlowFacts facts)
    {
        for (int i = 0; i < Default.Count; i++)
        {
            if (Default[i].When(facts))
            {
                return Default[i];
            }
        }

        throw new System.Diagnostics.UnreachableException("The last row matches all.");
    }

    public static Staleness StalenessAt(double ratio) => ratio >= CriticalFrom ? Staleness.Critical : ratio >= StaleFrom ? Staleness.Stale : Staleness.Fresh;

    private static bool IsOpen(FlowFacts facts) => facts is { Protocol: TransportProtocol.TCP, State: ConnectionState.ESTABLISHED };
}
