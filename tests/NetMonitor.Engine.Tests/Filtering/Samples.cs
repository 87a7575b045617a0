using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Filtering;

/// <summary>Connections of all kinds for filters to choose from, by name.</summary>
internal static class Samples
{
    private const long Second = 1_000_000_000;
    private const long Taken = 1_700_000_000 * Second;

    private static readonly ConnectionOwner Firefox = Owner(4242, "firefox", "/usr/lib/firefox/firefox", "ann");
    private static readonly Place Cloudflare = new("US", "San Francisco", 13335, "Cloudflare, Inc.");

    public static IReadOnlyDictionary<string, NetConnection> All { get; } = new Dictionary<string, Sample>
    {
        ["web"] = Make("192.168.1.5", 50000, "140.82.121.3", 443) with
        {
            Application = "HTTPS", Sni = "github.com", HostName = "github.com", HostNameSource = HostNameSource.Sni, Direction = ConnectionDirection.Outgoing,
            Service = "https", Owner = Firefox, RemotePlace = new Place("DE", "Berlin", 36459, "GitHub, Inc."), Interface = "eth0",
            Rtt = TimeSpan.FromMilliseconds(150), BytesReceived = 5 << 20, BytesSent = 2000, ReceiveRate = 200_000, SendRate = 100, LossRatio = 0.02,
            Retransmits = 3, Seconds = 600, PacketsReceived = 4000,
            Details = new TlsDetails { Sni = "github.com", Version = "TLS 1.3", Ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1", AlpnOffered = ["h2", "http/1.1"] },
        },
        ["quic"] = Make("192.168.1.5", 50001, "104.16.1.1", 443, TransportProtocol.UDP, ConnectionState.QUIC_CONNECTED) with
        {
            Application = "QUIC", Sni = "api.google.com", HostName = "api.google.com", HostNameSource = HostNameSource.Sni, Direction = ConnectionDirection.Outgoing,
            Owner = Firefox, RemotePlace = Cloudflare, Seconds = 5, LossRatio = 0,
            Details = new QuicDetails { Sni = "api.google.com", Ja4 = "q13d0312h3_55b375c5d22e_06cda9e17597" },
        },
        ["ssh"] = Make("192.168.1.5", 50002, "10.1.2.3", 22) with
        {
            Application = "SSH", Service = "ssh", Owner = Owner(77, "ssh", "/usr/bin/ssh", "root"), RemoteScope = AddressScope.Private, Seconds = 4000,
            Direction = ConnectionDirection.Outgoing, Details = new SshDetails { State = SshState.AUTHENTICATION, ServerSoftware = "OpenSSH_9.9", ClientSoftware = "OpenSSH_9.2p1" },
        },
        ["served"] = Make("192.168.1.5", 80, "203.0.113.9", 39000) with
        {
            Application = "HTTP", HostName = "shop.example.com", HostNameSource = HostNameSource.HttpHost, Direction = ConnectionDirection.Incoming,
            Owner = Owner(900, "nginx", "/usr/sbin/nginx", "www-data") with { Container = "web", Pod = "web-0", PodNamespace = "default", Unit = "nginx.service" },
            Details = new HttpDetails { Host = "shop.example.com", Method = "GET", Path = "/api/v1/items" },
        },
        ["flood"] = Make("192.168.1.5", 443, "203.0.113.10", 40000, TransportProtocol.TCP, ConnectionState.SYN_RECV) with { Direction = ConnectionDirection.Incoming },
        ["dns"] = Make("fe80::1", 50003, "2001:db8::53", 53, TransportProtocol.UDP, ConnectionState.DNS_RESPONSE) with
        {
            Application = "DNS", VlanId = 100, Interface = "eth0.100", RemoteScope = AddressScope.Documentation, RemoteVendor = "Intel Corporate", OutOfOrder = 1,
            Details = new DnsDetails { QueryName = "example.org", Names = ["example.org", "example.net"], Answers = [new DnsAnswer("example.org", "A", 60, "192.0.2.80")] },
        },
        ["closed"] = Make("10.0.0.2", 50004, "192.0.2.8", 8443, TransportProtocol.TCP, ConnectionState.CLOSED) with
        {
            CloseReason = CloseReason.Reset, Tunnel = TunnelKind.Vxlan, Seconds = 7200, Silence = 60, BytesSent = 200 * 1024, SendRate = 400_000,
        },
        ["big"] = Make("10.0.0.2", 50005, "192.0.2.8", 873) with { BytesReceived = 3L << 30, ReceiveRate = 2 << 20, Direction = ConnectionDirection.Outgoing },
        ["ping"] = Make("10.0.0.2", null, "192.0.2.9", null, TransportProtocol.ICMP, ConnectionState.ECHO_REPLY),
    }.ToDictionary(pair => pair.Key, pair => pair.Value.ToConnection());

    /// <summary>The names of the samples a filter keeps, in alphabetical order.</summary>
    public static string Kept(string filter)
    {
        Assert.True(NetMonitor.Filtering.ConnectionFilterExpression.TryParse(filter, out var parsed, out var error), error?.Message);
        return string.Join(' ', All.Where(pair => parsed!.Matches(pair.Value)).Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    private static Sample Make(
        string local, int? localPort, string remote, int? remotePort,
        TransportProtocol protocol = TransportProtocol.TCP, ConnectionState state = ConnectionState.ESTABLISHED) =>
        new() { Local = local, LocalPort = localPort, Remote = remote, RemotePort = remotePort, Protocol = protocol, State = state };

    private static ConnectionOwner Owner(int id, string name, string path, string user) => new()
    {
        ProcessId = id, ProcessName = name, ProcessPath = path, UserName = user, Source = AttributionSource.SocketTable, Quality = AttributionQuality.Exact,
    };

    private sealed record Sample
    {
        public required string Local { get; init; }

        public required string Remote { get; init; }

        public int? LocalPort { get; init; }

        public int? RemotePort { get; init; }

        public TransportProtocol Protocol { get; init; }

        public ConnectionState State { get; init; }

        public ConnectionDirection? Direction { get; init; }

        public string? Application { get; init; }

        public string? Sni { get; init; }

        public string? HostName { get; init; }

        public HostNameSource? HostNameSource { get; init; }

        public string? Service { get; init; }

        public ConnectionOwner? Owner { get; init; }

        public Place? RemotePlace { get; init; }

        public AddressScope RemoteScope { get; init; }

        public string? RemoteVendor { get; init; }

        public string? Interface { get; init; }

        public int? VlanId { get; init; }

        public TunnelKind Tunnel { get; init; }

        public TimeSpan? Rtt { get; init; }

        public long BytesSent { get; init; }

        public long BytesReceived { get; init; }

        public long PacketsReceived { get; init; }

        public double SendRate { get; init; }

        public double ReceiveRate { get; init; }

        public double? LossRatio { get; init; }

        public long? Retransmits { get; init; }

        public long? OutOfOrder { get; init; }

        public CloseReason? CloseReason { get; init; }

        public long Seconds { get; init; } = 400;

        public long Silence { get; init; } = 1;

        public ApplicationDetails? Details { get; init; }

        public NetConnection ToConnection() => new()
        {
            IdValue = (ulong)((LocalPort ?? 0) + 1),
            Local = IPAddressValue.From(IPAddress.Parse(Local)),
            Remote = IPAddressValue.From(IPAddress.Parse(Remote)),
            HasPorts = LocalPort is not null,
            LocalPortValue = (ushort)(LocalPort ?? 0),
            RemotePortValue = (ushort)(RemotePort ?? 0),
            Protocol = Protocol,
            State = State,
            Direction = Direction,
            Application = Application,
            Sni = Sni,
            HostName = HostName,
            HostNameSource = HostNameSource,
            Service = Service,
            Owner = Owner,
            RemotePlace = RemotePlace,
            RemoteScope = RemoteScope,
            RemoteVendor = RemoteVendor,
            Interface = Interface,
            VlanId = VlanId,
            Tunnel = Tunnel,
            Rtt = Rtt,
            BytesSent = BytesSent,
            BytesReceived = BytesReceived,
            PacketsReceived = PacketsReceived,
            SendRate = SendRate,
            ReceiveRate = ReceiveRate,
            LossRatio = LossRatio,
            Retransmits = Retransmits,
            OutOfOrder = OutOfOrder,
            CloseReason = CloseReason,
            CreationNanoseconds = Taken - (Seconds * Second),
            LastActivityNanoseconds = Taken - (Silence * Second),
            TakenNanoseconds = Taken,
            Details = Details,
        };
    }
}
