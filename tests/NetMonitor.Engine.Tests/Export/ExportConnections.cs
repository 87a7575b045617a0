using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Export;

/// <summary>Connections that say all a connection can say, for the formats to write.</summary>
internal static class ExportConnections
{
    public const long Start = 1_700_000_000_123_456_000;

    public static NetConnection Make(
        ApplicationDetails? details, string? application = null, bool outgoing = true, bool historic = false, ulong id = 7, string? host = "www.example.com") => new()
        {
            IdValue = id,
            Protocol = details is DnsDetails ? TransportProtocol.UDP : TransportProtocol.TCP,
            Local = IPAddressValue.From(IPAddress.Parse("10.0.0.2")),
            Remote = IPAddressValue.From(IPAddress.Parse("192.0.2.7")),
            HasPorts = true,
            LocalPortValue = outgoing ? (ushort)50000 : (ushort)443,
            RemotePortValue = outgoing ? (ushort)443 : (ushort)50000,
            LocalSentFirst = outgoing,
            Direction = outgoing ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming,
            State = historic ? ConnectionState.CLOSED : ConnectionState.ESTABLISHED,
            ConnState = "SF",
            History = "ShADadFf",
            Application = application,
            Confidence = application is null ? null : Confidence.Decoded,
            Sni = details?.ServerName,
            HostName = host,
            HostNameSource = host is null ? null : HostNameSource.Sni,
            BytesSent = 1000,
            BytesReceived = 2000,
            PacketsSent = 10,
            PacketsReceived = 20,
            PayloadSent = 600,
            PayloadReceived = 1200,
            Rtt = TimeSpan.FromMilliseconds(12.5),
            Retransmits = 1,
            OutOfOrder = 2,
            CreationNanoseconds = Start,
            LastActivityNanoseconds = Start + 1_500_000_000,
            IsHistoric = historic,
            CloseReason = historic ? CloseReason.Finished : null,
            Interface = "eth0",
            VlanId = 12,
            Details = details,
            RemotePlace = new Place("DE", "Berlin", 64500, "Example, \"AS\""),
            Owner = new ConnectionOwner
            {
                ProcessId = 4711,
                ProcessName = "curl",
                ProcessPath = "/usr/bin/curl",
                CommandLine = "curl https://www.example.com/",
                StartTime = DateTimeOffset.UnixEpoch.AddDays(1),
                Parents = [new ParentProcess(4700, "bash")],
                UserName = "alice",
                GroupName = "users",
                Container = "web",
                Pod = "web-0",
                PodNamespace = "shop",
                Unit = "user.slice",
                Source = AttributionSource.Ebpf,
                Quality = AttributionQuality.Exact,
            },
        };

    public static TlsDetails Tls => new()
    {
        Sni = "www.example.com",
        Alpn = "h2",
        Version = "TLS 1.2",
        CipherSuite = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        Group = "x25519",
        Resumed = false,
        Ja3 = "0123456789abcdef0123456789abcdef",
        Ja3s = "fedcba9876543210fedcba9876543210",
        Ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1",
        Certificate = new TlsCertificate
        {
            Subject = "CN=www.example.com",
            Issuer = "CN=Example CA",
            NotBefore = DateTimeOffset.UnixEpoch,
            NotAfter = DateTimeOffset.UnixEpoch.AddYears(99),
        },
        Outer = Http,
    };

    public static HttpDetails Http => new()
    {
        Method = "CONNECT",
        Host = "www.example.com",
        Path = "/a,b",
        UserAgent = "curl/8.0",
        Version = "1.1",
        Status = 200,
        ContentType = "text/html; charset=utf-8",
        Requests = 1,
    };

    public static DnsDetails Dns => new()
    {
        QueryName = "www.example.com",
        QueryType = "A",
        ResponseCode = "NOERROR",
        ResponseTime = TimeSpan.FromMilliseconds(20),
        TransactionId = 4660,
        Queries = 1,
        Responses = 1,
        Answers = [new DnsAnswer("www.example.com", "CNAME", 300, "a,b.example.com"), new DnsAnswer("a,b.example.com", "A", 60, "192.0.2.7")],
    };

    /// <summary>One of each kind; between them every field has a value.</summary>
    public static NetConnection[] All =>
    [
        Make(Tls, "HTTPS", id: 1),
        Make(Dns, "DNS", id: 2),
        Make(null, null, outgoing: false, historic: true, id: 3, host: null),
    ];
}
