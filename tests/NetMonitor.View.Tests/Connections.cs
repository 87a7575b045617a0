using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.View.Tests;

/// <summary>Connections and snapshots to draw.</summary>
internal static class Connections
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static NetConnection Make(
        ulong id, string remote = "192.0.2.1", ushort remotePort = 443, double down = 0, double up = 0, long bytes = 0, string? sni = null,
        Staleness staleness = Staleness.Fresh, double ageSeconds = 5, bool historic = false, TransportProtocol protocol = TransportProtocol.TCP,
        ConnectionState state = ConnectionState.ESTABLISHED, string? application = null, string? process = null, string? country = null,
        double? rtt = null, string? service = null, string local = "10.0.0.2", ApplicationDetails? details = null) => new()
        {
            IdValue = id,
            Protocol = protocol,
            Local = Address(local),
            Remote = Address(remote),
            HasPorts = protocol is TransportProtocol.TCP or TransportProtocol.UDP,
            LocalPortValue = (ushort)(50000 + id),
            RemotePortValue = remotePort,
            State = state,
            Application = application ?? (sni is null ? null : "HTTPS"),
            Confidence = application is null && sni is null ? null : Confidence.Decoded,
            Sni = sni,
            HostName = sni,
            HostNameSource = sni is null ? null : HostNameSource.Sni,
            ReceiveRate = down,
            SendRate = up,
            BytesReceived = bytes,
            BytesSent = bytes / 10,
            PacketsReceived = bytes / 1000,
            PacketsSent = bytes / 2000,
            Rtt = rtt is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Retransmits = protocol == TransportProtocol.TCP ? 0 : null,
            Service = service,
            Direction = ConnectionDirection.Outgoing,
            Owner = process is null ? null : new ConnectionOwner
            {
                ProcessId = 1000 + process.Length,
                ProcessName = process,
                Source = AttributionSource.SocketTable,
                Quality = AttributionQuality.Exact,
            },
            RemotePlace = country is null ? null : new Place(country, null, 64500, "Example Networks"),
            Interface = "eth0",
            Timeout = TimeSpan.FromMinutes(5),
            Staleness = staleness,
            IsHistoric = historic,
            Details = details,
            CreationNanoseconds = Nanoseconds(Now.AddSeconds(-ageSeconds)),
            LastActivityNanoseconds = Nanoseconds(Now),
        };

    /// <summary>A small household of connections of all kinds, oldest first.</summary>
    public static NetConnection[] Some(int tick = 0) =>
    [
        Make(1, "203.0.113.10", 443, 1_200_000 + (tick * 50_000), 24_000, 48_000_000 + (tick * 600_000L), "cdn.example.com", ageSeconds: 900, process: "firefox", country: "DE", rtt: 12.3, service: "https"),
        Make(2, "203.0.113.77", 443, 800, 120, 9_000 + (tick * 400L), "api.example.net", ageSeconds: 600, process: "firefox", country: "US", rtt: 88.8, service: "https", staleness: Staleness.Stale),
        Make(3, "198.51.100.5", 22, 90, 1_500, 900_000 + (tick * 45L), application: "SSH", ageSeconds: 420, process: "ssh", country: "FR", rtt: 30.5, service: "ssh"),
        Make(4, "10.0.0.1", 53, 0, 0, 300, application: "DNS", ageSeconds: 40, protocol: TransportProtocol.UDP, state: ConnectionState.DNS_RESPONSE, process: "systemd-resolved", service: "domain", rtt: 4.2),
        Make(5, "2001:db8:85a3::8a2e:370:7334", 443, 40_000, 2_000, 5_000_000 + (tick * 20_000L), "video.example.org", ageSeconds: 30, protocol: TransportProtocol.UDP, state: ConnectionState.QUIC_CONNECTED, application: "QUIC", process: "firefox", country: "JP", rtt: 210, service: "https"),
        Make(6, "192.0.2.44", 5432, 3_000, 3_000, 70_000 + (tick * 1_500L), application: "PostgreSQL", ageSeconds: 20, process: "日本語アプリ", rtt: 0.42, service: "postgresql", staleness: Staleness.Critical),
        Make(7, "192.0.2.99", 8080, 0, 0, 60, ageSeconds: 3, state: ConnectionState.SYN_SENT, process: "curl", service: "http-alt"),
        Make(8, "192.0.2.9", 80, 0, 0, 4_000, "old.example.com", ageSeconds: 2, state: ConnectionState.TIME_WAIT, application: "HTTP", process: "curl", rtt: 45, service: "http"),
        Make(9, "224.0.0.251", 5353, 50, 0, 200 + (tick * 25L), application: "mDNS", ageSeconds: 1, protocol: TransportProtocol.UDP, state: ConnectionState.MDNS_QUERY),
    ];

    public static LiveSnapshot Snapshot(params NetConnection[] rows) => At(0, rows);

    /// <summary>The snapshot of a moment, in half seconds.</summary>
    public static LiveSnapshot At(int tick, params NetConnection[] rows) => new()
    {
        Now = Now.AddSeconds(tick * 0.5),
        Source = "eth0",
        Packets = 1234 + (tick * 400),
        KernelDropped = 3,
        QueueDropped = 2,
        Opened = 20 + tick,
        Closed = 11,
        Connections = rows,
        Interfaces =
        [
            new InterfaceReading("eth0", "Ethernet", true, "10.0.0.2, fe80::2")
            {
                IsDefault = true, Speed = 1_000_000_000, BytesReceived = 50_000_000 + (tick * 700_000L), BytesSent = 5_000_000 + (tick * 15_000L),
                PacketsReceived = 40_000, PacketsSent = 21_000, Errors = 0, Dropped = 7,
            },
            new InterfaceReading("lo", "Loopback", true, "127.0.0.1, ::1") { BytesReceived = 1000, BytesSent = 1000, PacketsReceived = 10, PacketsSent = 10, Errors = 0, Dropped = 0 },
            new InterfaceReading("wlan0", "Wireless80211", false, "") { BytesReceived = 0, BytesSent = 0, PacketsReceived = 0, PacketsSent = 0, Errors = 0, Dropped = 0 },
        ],
    };

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
