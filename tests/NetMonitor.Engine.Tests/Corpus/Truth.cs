using System.Globalization;
using System.Net;
using System.Text.Json;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Corpus;

/// <summary>What one capture contains, as tshark sees it. Property names are those of the corpus's JSON, which its README explains.</summary>
internal sealed record TruthCapture
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Capture { get; init; }

    /// <summary>"normal", or "hostile": then the truth is "must not crash, hang or grow" and the flows are a guide only.</summary>
    public required string Category { get; init; }

    /// <summary>Frames.</summary>
    public long Packets { get; init; }

    /// <summary>Whether tshark could open it.</summary>
    public bool Opens { get; init; }

    public IReadOnlyList<string> Linktypes { get; init; } = [];

    /// <summary>What occurs in the capture, with the number of frames.</summary>
    public IReadOnlyDictionary<string, long> Features { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<TruthFlow> Flows { get; init; } = [];

    public IReadOnlyList<TruthDispute> Disputed { get; init; } = [];

    public bool IsHostile => Category == "hostile";

    public static TruthCapture Read(string path) => Parse(File.ReadAllBytes(path));

    public static TruthCapture Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<TruthCapture>(json, Json) ?? throw new JsonException("The truth is null.");
}

/// <summary>One flow: all packets of one 5-tuple, whenever they came. <c>a</c> sent the first; arrays are [a→b, b→a].</summary>
internal sealed record TruthFlow
{
    public int Id { get; init; }

    public required string L4 { get; init; }

    public required string A { get; init; }

    public ushort Ap { get; init; }

    public required string B { get; init; }

    public ushort Bp { get; init; }

    /// <summary>Packets with a transport header.</summary>
    public required long[] Pkts { get; init; }

    /// <summary>Bytes of their frames on the wire.</summary>
    public required long[] Bytes { get; init; }

    /// <summary>Bytes of transport payload; null where there is no transport with one.</summary>
    public long[]? Payload { get; init; }

    /// <summary>IP fragments of the flow, all of them, or null.</summary>
    public long? Fragments { get; init; }

    /// <summary>IP fragments without a transport header, which <see cref="Pkts"/> leaves out.</summary>
    public long[]? FragPkts { get; init; }

    /// <summary>Bytes of their frames.</summary>
    public long[]? FragBytes { get; init; }

    /// <summary>"a" or "b": who opened, where it can be told.</summary>
    public string? Client { get; init; }

    public string? Tunnel { get; init; }

    public bool CarriesInner { get; init; }

    /// <summary>The deepest protocol.</summary>
    public string? App { get; init; }

    /// <summary>Every label that fits the flow.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The labels that content supports. Only flows that have one are asked for their label.</summary>
    public IReadOnlyList<string> Sure { get; init; } = [];

    /// <summary>Protocols above the transport, with the number of frames.</summary>
    public IReadOnlyDictionary<string, long> Protos { get; init; } = new Dictionary<string, long>();

    public TruthTls? Tls { get; init; }

    public TruthQuic? Quic { get; init; }

    /// <summary>Google QUIC, before the IETF's.</summary>
    public TruthQuic? Gquic { get; init; }

    public TruthSsh? Ssh { get; init; }

    public TruthHttp? Http { get; init; }

    public TruthHttp2? Http2 { get; init; }

    public TruthDns? Dns { get; init; }

    public TruthDns? Mdns { get; init; }

    public TruthDns? Llmnr { get; init; }

    /// <summary>Inside a tunnel, or carrying one.</summary>
    public bool IsTunnel => Tunnel is not null || CarriesInner;

    /// <summary>The 5-tuple, and whether <c>a</c> is its first end.</summary>
    public (ConversationKey Key, bool IsAFirst) Key() =>
        ConversationKey.Of(Protocol(L4), IPAddressValue.From(IPAddress.Parse(A)), Ap, IPAddressValue.From(IPAddress.Parse(B)), Bp);

    /// <summary>IP packets, fragments counted one by one, [a→b, b→a].</summary>
    public long[] IpPackets() => [Pkts[0] + (FragPkts?[0] ?? 0), Pkts[1] + (FragPkts?[1] ?? 0)];

    /// <summary>Bytes of all frames, those of fragments too, [a→b, b→a].</summary>
    public long[] FrameBytes() => [Bytes[0] + (FragBytes?[0] ?? 0), Bytes[1] + (FragBytes?[1] ?? 0)];

    /// <summary>tshark's name of a transport as its number. "…-truncated" is the transport without its ports; what tshark has no name for is "ip-proto-N".</summary>
    private static TransportProtocol Protocol(string name) => name switch
    {
        "tcp" or "tcp-truncated" => TransportProtocol.TCP,
        "udp" or "udp-truncated" => TransportProtocol.UDP,
        "udplite" => TransportProtocol.UDPLite,
        "sctp" or "sctp-truncated" => TransportProtocol.SCTP,
        "dccp" => TransportProtocol.DCCP,
        "icmp" => TransportProtocol.ICMP,
        "icmpv6" => TransportProtocol.ICMPv6,
        "igmp" => TransportProtocol.IGMP,
        "arp" => TransportProtocol.ARP,
        "ipip" => TransportProtocol.IPIP,
        "gre" => TransportProtocol.GRE,
        "esp" => TransportProtocol.ESP,
        "ah" => TransportProtocol.AH,
        "ospf" => TransportProtocol.OSPF,
        "eigrp" => TransportProtocol.EIGRP,
        "pim" => TransportProtocol.PIM,
        "vrrp" => TransportProtocol.VRRP,
        "rsvp" => TransportProtocol.RSVP,
        "l2tp" => TransportProtocol.L2TP,
        "mipv6" => TransportProtocol.Mobility,
        "ipcomp" => (TransportProtocol)108, // RFC 3173
        "pgm" => (TransportProtocol)113, // RFC 3208
        _ when name.StartsWith("ip-proto-", StringComparison.Ordinal) =>
            (TransportProtocol)byte.Parse(name.AsSpan("ip-proto-".Length), CultureInfo.InvariantCulture),
        _ => throw new FormatException($"The truth names a transport that is not known here: '{name}'."),
    };
}

/// <summary>TLS over TCP. Every list holds each value of the flow once.</summary>
internal sealed record TruthTls
{
    public IReadOnlyList<string> Sni { get; init; } = [];

    public IReadOnlyList<string> Alpn { get; init; } = [];

    public IReadOnlyList<string> AlpnSelected { get; init; } = [];

    /// <summary>The sides that sent a ServerHello which tshark could read; it gives up on one whose message is not whole.</summary>
    public IReadOnlyList<string> ServerHello { get; init; } = [];

    /// <summary>What the server chose, by name ("TLS 1.2") or as hexadecimal.</summary>
    public IReadOnlyList<string> Version { get; init; } = [];

    /// <summary>What the server chose, as hexadecimal.</summary>
    public IReadOnlyList<string> Cipher { get; init; } = [];

    public IReadOnlyList<string> Ja3 { get; init; } = [];

    public IReadOnlyList<string> Ja3s { get; init; } = [];

    public IReadOnlyList<string> Ja4 { get; init; } = [];
}

/// <summary>QUIC, as far as its Initial packets tell.</summary>
internal sealed record TruthQuic
{
    public IReadOnlyList<string> Sni { get; init; } = [];

    public IReadOnlyList<string> Alpn { get; init; } = [];

    /// <summary>As hexadecimal; of Google QUIC by name ("Q046").</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    public IReadOnlyList<string> Ja4 { get; init; } = [];
}

/// <summary>SSH: what tshark read as the version lines of both sides, and what the first bytes say without it.</summary>
internal sealed record TruthSsh
{
    public IReadOnlyList<string> VersionA { get; init; } = [];

    public IReadOnlyList<string> VersionB { get; init; } = [];

    public IReadOnlyList<string> SigA { get; init; } = [];

    public IReadOnlyList<string> SigB { get; init; } = [];
}

/// <summary>HTTP/1.x.</summary>
internal sealed record TruthHttp
{
    /// <summary>Host headers, with the port where they have one.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    public IReadOnlyList<TruthRequest> Requests { get; init; } = [];
}

/// <summary>An HTTP request: method and target.</summary>
internal sealed record TruthRequest
{
    public string? M { get; init; }

    public string? U { get; init; }
}

/// <summary>HTTP/2 without TLS.</summary>
internal sealed record TruthHttp2
{
    public IReadOnlyList<string> Authority { get; init; } = [];
}

/// <summary>DNS and its relatives.</summary>
internal sealed record TruthDns
{
    /// <summary>Questions, each [name, type].</summary>
    public IReadOnlyList<string[]> Q { get; init; } = [];

    public IEnumerable<string> Names => Q.Select(question => question[0]);
}

/// <summary>A value that the opinions behind the truth do not agree on. Those with the verdict "optional" need not be found.</summary>
internal sealed record TruthDispute
{
    public int Flow { get; init; }

    /// <summary>As "tls.sni".</summary>
    public required string Field { get; init; }

    public string? Verdict { get; init; }

    public JsonElement Value { get; init; }
}
