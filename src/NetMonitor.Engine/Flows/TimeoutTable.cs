namespace NetMonitor.Flows;

/// <summary>How a QUIC connection was closed, as far as that could be read.</summary>
internal enum QuicClose : byte
{
    /// <summary>No close frame was read.</summary>
    Unknown,

    /// <summary>By the transport: CONNECTION_CLOSE of type 0x1c (RFC 9000 section 19.19).</summary>
    Transport,

    /// <summary>By the application: type 0x1d.</summary>
    Application,
}

/// <summary>What a timeout depends on.</summary>
/// <param name="Protocol">The transport.</param>
/// <param name="State">The state of the local side.</param>
/// <param name="Application">The application protocol, or null.</param>
/// <param name="Idle">Nanoseconds since the last packet.</param>
/// <param name="IdleTimeout">The silence after which the peer said it gives up (QUIC max_idle_timeout), nanoseconds; 0 when it said nothing.</param>
/// <param name="Close">How it was closed (QUIC).</param>
internal readonly record struct FlowFacts(
    TransportProtocol Protocol, ConnectionState State, string? Application, long Idle, long IdleTimeout = 0, QuicClose Close = QuicClose.Unknown);

/// <summary>A row of a timeout policy: what is set must fit.</summary>
/// <param name="Name">What it is for, as the docs name it.</param>
/// <param name="After">The silence after which they leave the table.</param>
internal sealed record TimeoutRule(string Name, TimeSpan After)
{
    /// <summary>In one of these states; empty for any.</summary>
    public ConnectionState[] States { get; init; } = [];

    /// <summary>Over one of these; empty for any.</summary>
    public TransportProtocol[] Protocols { get; init; } = [];

    /// <summary>Of one of these application protocols; empty for any.</summary>
    public string[] Applications { get; init; } = [];

    /// <summary>With a packet at most so long ago, nanoseconds; 0 for any time.</summary>
    public long Recent { get; init; }

    /// <summary>With an idle timeout that the peer announced, which then counts unless <see cref="After"/> is less.</summary>
    public bool Announced { get; init; }

    /// <summary>Closed like this; null for any.</summary>
    public QuicClose? Close { get; init; }

    /// <summary>Nanoseconds of silence that a connection is allowed.</summary>
    public long Allows(in FlowFacts facts)
    {
        long after = UnixTime.FromTimeSpan(After);
        return Announced ? Math.Min(after, facts.IdleTimeout) : after;
    }

    public bool Matches(ConnectionState state) => States.Length == 0 || States.AsSpan().Contains(state);

    /// <summary>True when all but the state fits.</summary>
    public bool Matches(in FlowFacts facts) =>
        (Protocols.Length == 0 || Protocols.AsSpan().Contains(facts.Protocol))
        && (Applications.Length == 0 || (facts.Application is { } application && Applications.AsSpan().Contains(application)))
        && (Recent == 0 || facts.Idle <= Recent)
        && (!Announced || facts.IdleTimeout > 0)
        && (Close is null || Close == facts.Close);
}

/// <summary>The rows of the built-in policies (see <see cref="TimeoutPolicy"/>), and how near to its timeout a connection is called stale.</summary>
internal static class TimeoutTable
{
    private const long Minute = 60 * UnixTime.NanosecondsPerSecond;

    /// <summary>A flow is at <see cref="Staleness.Stale"/> from this part of its timeout on.</summary>
    public const double StaleFrom = 0.75;

    /// <summary>A flow is at <see cref="Staleness.Critical"/> from this part of its timeout on.</summary>
    public const double CriticalFrom = 0.90;

    private static readonly ConnectionState[] Established = [ConnectionState.ESTABLISHED];
    private static readonly ConnectionState[] QuicConnected = [ConnectionState.QUIC_CONNECTED];
    private static readonly ConnectionState[] QuicOver = [ConnectionState.QUIC_DRAINING, ConnectionState.QUIC_CLOSED];
    private static readonly ConnectionState[] QuicBeginning = [ConnectionState.QUIC_INITIAL, ConnectionState.QUIC_HANDSHAKE];
    private static readonly TransportProtocol[] Tcp = [TransportProtocol.TCP];
    private static readonly TransportProtocol[] Udp = [TransportProtocol.UDP, TransportProtocol.UDPLite];

    public static readonly TimeoutRule[] Default =
    [
        new("TCP established, HTTP or HTTPS", TimeSpan.FromMinutes(10)) { States = Established, Applications = ["HTTP", "HTTPS"] },
        new("TCP established, SSH", TimeSpan.FromMinutes(30)) { States = Established, Applications = ["SSH"] },
        new("TCP established, a packet in the last 60 s", TimeSpan.FromMinutes(10)) { States = Established, Recent = Minute },
        new("TCP established", TimeSpan.FromMinutes(5)) { States = Established },
        new("TCP TIME_WAIT", TimeSpan.FromSeconds(30)) { States = [ConnectionState.TIME_WAIT] },
        new("TCP CLOSED", TimeSpan.FromSeconds(5)) { States = [ConnectionState.CLOSED] },
        new("TCP CLOSING", TimeSpan.FromSeconds(30)) { States = [ConnectionState.CLOSING] },
        new("TCP, other states", TimeSpan.FromMinutes(1)) { Protocols = Tcp },
        new("QUIC closed by the transport (frame 0x1c)", TimeSpan.FromSeconds(10)) { States = QuicOver, Close = QuicClose.Transport },
        new("QUIC closed by the application (frame 0x1d)", TimeSpan.FromSeconds(1)) { States = QuicOver, Close = QuicClose.Application },
        new("QUIC draining", TimeSpan.FromSeconds(10)) { States = [ConnectionState.QUIC_DRAINING] },
        new("QUIC closed", TimeSpan.FromSeconds(5)) { States = [ConnectionState.QUIC_CLOSED] },
        new("QUIC initial and handshake", TimeSpan.FromMinutes(1)) { States = QuicBeginning },
        new("HTTP/3", TimeSpan.FromMinutes(10)) { Protocols = Udp, Applications = ["HTTP/3"] },
        new("QUIC connected, the client's max_idle_timeout but at most", TimeSpan.FromMinutes(10)) { States = QuicConnected, Announced = true },
        new("QUIC connected, a packet in the last 60 s", TimeSpan.FromMinutes(10)) { States = QuicConnected, Recent = Minute },
        new("QUIC connected", TimeSpan.FromMinutes(5)) { States = QuicConnected },
        new("DNS, mDNS, LLMNR", TimeSpan.FromSeconds(30)) { Applications = ["DNS", "mDNS", "LLMNR"] },
        new("UDP, other", TimeSpan.FromMinutes(1)) { Protocols = Udp },
        new("ICMP and ICMPv6", TimeSpan.FromSeconds(10)) { Protocols = [TransportProtocol.ICMP, TransportProtocol.ICMPv6] },
        new("IGMP", TimeSpan.FromSeconds(10)) { Protocols = [TransportProtocol.IGMP] },
        new("ARP", TimeSpan.FromSeconds(30)) { Protocols = [TransportProtocol.ARP] },
        new("SCTP", TimeSpan.FromMinutes(5)) { Protocols = [TransportProtocol.SCTP] },
        new("Everything else", TimeSpan.FromMinutes(1)),
    ];

    /// <summary>RustNet 1.6. Its rows for states that we do not have ("unknown") and for applications with the time of their protocol's general row are left out.</summary>
    public static readonly TimeoutRule[] RustNet =
    [
        new("TCP established, HTTP or HTTPS", TimeSpan.FromMinutes(10)) { States = Established, Applications = ["HTTP", "HTTPS"] },
        new("TCP established, SSH", TimeSpan.FromMinutes(30)) { States = Established, Applications = ["SSH"] },
        new("TCP established", TimeSpan.FromMinutes(5)) { States = Established },
        new("TCP TIME_WAIT", TimeSpan.FromSeconds(30)) { States = [ConnectionState.TIME_WAIT] },
        new("TCP CLOSED", TimeSpan.FromSeconds(15)) { States = [ConnectionState.CLOSED] },
        new("TCP CLOSING", TimeSpan.FromSeconds(30)) { States = [ConnectionState.CLOSING] },
        new("TCP, other states", TimeSpan.FromMinutes(1)) { Protocols = Tcp },
        new("QUIC draining or closed", TimeSpan.FromSeconds(15)) { States = QuicOver },
        new("QUIC initial and handshake", TimeSpan.FromMinutes(1)) { States = QuicBeginning },
        new("QUIC connected", TimeSpan.FromMinutes(3)) { States = QuicConnected },
        new("QUIC, state unknown", TimeSpan.FromMinutes(2)) { Protocols = Udp, Applications = ["QUIC"] },
        new("HTTP or HTTPS over UDP", TimeSpan.FromMinutes(10)) { Protocols = Udp, Applications = ["HTTP", "HTTPS", "HTTP/3"] },
        new("SSH over UDP", TimeSpan.FromMinutes(30)) { Protocols = Udp, Applications = ["SSH"] },
        new("MQTT over UDP", TimeSpan.FromMinutes(2)) { Protocols = Udp, Applications = ["MQTT"] },
        new("DNS, NTP, mDNS, LLMNR, SSDP, STUN", TimeSpan.FromSeconds(30)) { Protocols = Udp, Applications = ["DNS", "NTP", "mDNS", "LLMNR", "SSDP", "STUN"] },
        new("UDP, other", TimeSpan.FromMinutes(1)) { Protocols = Udp },
        new("ICMP, ICMPv6 and IGMP", TimeSpan.FromSeconds(10)) { Protocols = [TransportProtocol.ICMP, TransportProtocol.ICMPv6, TransportProtocol.IGMP] },
        new("ARP", TimeSpan.FromSeconds(30)) { Protocols = [TransportProtocol.ARP] },
        new("Everything else", TimeSpan.FromMinutes(1)),
    ];

    public static Staleness StalenessAt(double ratio) => ratio >= CriticalFrom ? Staleness.Critical : ratio >= StaleFrom ? Staleness.Stale : Staleness.Fresh;
}
