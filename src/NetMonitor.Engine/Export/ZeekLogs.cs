using System.Globalization;

namespace NetMonitor.Export;

/// <summary>A field of a Zeek log: its name, Zeek's type, and its value (string, long, double, bool, a list of strings, or null).</summary>
internal sealed record ZeekField(string Name, string Type, Func<NetConnection, ExportFacts, object?> Value);

/// <summary>A Zeek log: its name, its fields, and which connections have a line in it.</summary>
internal sealed record ZeekLog(string Name, IReadOnlyList<ZeekField> Fields, Func<ExportFacts, bool> Has);

/// <summary>
/// The logs and their fields, with Zeek 7's names and types (docs.zeek.org, "Script Reference": Conn::Info, SSL::Info, DNS::Info, HTTP::Info)
/// as far as this tool knows the values; fields it cannot know are left out of the header. Zeek writes a line for each request: here a
/// connection has one line, its last exchange.
/// </summary>
internal static class ZeekLogs
{
    private static readonly ZeekField[] Ids =
    [
        new("ts", "time", (c, _) => c.CreationNanoseconds / (double)UnixTime.NanosecondsPerSecond),
        new("uid", "string", (c, _) => "C" + c.Id),
        new("id.orig_h", "addr", (_, f) => f.Source.ToString()),
        new("id.orig_p", "port", (c, f) => (long)(f.SourcePort ?? (c.HasPorts ? 0 : c.IcmpFirst.Type))),
        new("id.resp_h", "addr", (_, f) => f.Destination.ToString()),
        new("id.resp_p", "port", (c, f) => (long)(f.DestinationPort ?? (c.HasPorts ? 0 : c.IcmpFirst.Code))),
    ];

    public static readonly IReadOnlyList<ZeekLog> All =
    [
        new(
            "conn",
            [
                .. Ids,
                new("proto", "enum", (c, _) => Transport(c.Protocol)),
                new("service", "string", (c, _) => Service(c.Application)),
                new("duration", "interval", (c, _) => c.Duration.TotalSeconds),
                new("orig_bytes", "count", (_, f) => f.SourcePayload),
                new("resp_bytes", "count", (_, f) => f.DestinationPayload),
                new("conn_state", "string", (c, _) => c.ConnState),
                new("local_orig", "bool", (_, f) => f.LocalIsSource),
                new("local_resp", "bool", (_, f) => !f.LocalIsSource),
                new("history", "string", (c, _) => c.History),
                new("orig_pkts", "count", (_, f) => f.SourcePackets),
                new("orig_ip_bytes", "count", (_, f) => f.SourceBytes),
                new("resp_pkts", "count", (_, f) => f.DestinationPackets),
                new("resp_ip_bytes", "count", (_, f) => f.DestinationBytes),
                new("ip_proto", "count", (c, _) => (long)c.Protocol <= byte.MaxValue ? (long)c.Protocol : null),
                new("community_id", "string", (c, _) => c.CommunityId),
            ],
            _ => true),
        new(
            "ssl",
            [
                .. Ids,
                new("version", "string", (_, f) => TlsVersion(f)),
                new("cipher", "string", (_, f) => f.Tls?.CipherSuite ?? f.Quic?.CipherSuite),
                new("curve", "string", (_, f) => f.Tls?.Group ?? f.Quic?.Group),
                new("server_name", "string", (c, _) => c.Sni),
                new("resumed", "bool", (_, f) => f.Tls?.Resumed ?? f.Quic?.Resumed),
                new("last_alert", "string", (_, f) => f.Tls?.Alert),
                new("next_protocol", "string", (_, f) => f.Tls?.Alpn),
                new("subject", "string", (_, f) => f.Tls?.Certificate?.Subject),
                new("issuer", "string", (_, f) => f.Tls?.Certificate?.Issuer),
                new("ja3", "string", (_, f) => f.Tls?.Ja3),
                new("ja3s", "string", (_, f) => f.Tls?.Ja3s),
                new("ja4", "string", (_, f) => f.Tls?.Ja4 ?? f.Quic?.Ja4),
            ],
            f => f.Tls is not null || f.Quic is not null),
        new(
            "dns",
            [
                .. Ids,
                new("proto", "enum", (c, _) => Transport(c.Protocol)),
                new("trans_id", "count", (_, f) => (long?)f.Dns?.TransactionId),
                new("rtt", "interval", (_, f) => f.Dns?.ResponseTime?.TotalSeconds),
                new("query", "string", (_, f) => f.Dns?.QueryName),
                new("qtype_name", "string", (_, f) => f.Dns?.QueryType),
                new("rcode_name", "string", (_, f) => f.Dns?.ResponseCode),
                new("AA", "bool", (_, f) => f.Dns?.Authoritative),
                new("TC", "bool", (_, f) => f.Dns?.Truncated),
                new("answers", "vector[string]", (_, f) => f.Dns?.Answers.Select(answer => answer.Data).ToArray()),
                new("TTLs", "vector[interval]", (_, f) => f.Dns?.Answers.Select(answer => (double)answer.Ttl).ToArray()),
            ],
            f => f.Dns is not null),
        new(
            "http",
            [
                .. Ids,
                new("trans_depth", "count", (_, f) => (long?)f.Http?.Requests),
                new("method", "string", (_, f) => f.Http?.Method),
                new("host", "string", (_, f) => f.Http?.Host),
                new("uri", "string", (_, f) => f.Http?.Path),
                new("version", "string", (_, f) => f.Http?.Version),
                new("user_agent", "string", (_, f) => f.Http?.UserAgent),
                new("status_code", "count", (_, f) => (long?)f.Http?.Status),
            ],
            f => f.Http is not null),
    ];

    /// <summary>What Zeek calls an analyzer, where that is another word than ours in lower case.</summary>
    private static string? Service(string? application) => application switch
    {
        null => null,
        "HTTPS" or "TLS" or "DoT" or "DoH" or "IMAPS" or "POP3S" or "SMTPS" => "ssl",
        "HTTP/3" or "DoQ" => "quic",
        "Kerberos" => "krb",
        "PostgreSQL" => "postgresql",
        _ => application.ToLower(CultureInfo.InvariantCulture),
    };

    private static string Transport(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.TCP => "tcp",
        TransportProtocol.UDP => "udp",
        TransportProtocol.ICMP or TransportProtocol.ICMPv6 => "icmp",
        _ => "unknown_transport",
    };

    private static string? TlsVersion(in ExportFacts facts) =>
        facts.Tls?.Version?.Replace(" 1.", "v1", StringComparison.Ordinal).Replace(" ", "v", StringComparison.Ordinal) is { } version ? version
        : facts.Quic is not null ? "TLSv13"
        : null;
}
