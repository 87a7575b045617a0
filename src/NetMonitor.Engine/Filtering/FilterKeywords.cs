using NetMonitor.Packets;

namespace NetMonitor.Filtering;

/// <summary>All keywords of the filter language. docs/filter.md is the same table for readers, and a test compares them.</summary>
public static class FilterKeywords
{
    private const double Milliseconds = 1e6; // nanoseconds

    /// <summary>The keywords in the order they are documented.</summary>
    public static IReadOnlyList<FilterKeyword> All { get; } =
    [
        new() { Name = "port", Kind = FilterKind.Port, Field = "either port", Example = "port:44", Ends = Ends.Local | Ends.Remote },
        new() { Name = "sport", Aliases = ["srcport", "source-port", "lport"], Kind = FilterKind.Port, Field = "LocalPort", Example = "sport:80", Ends = Ends.Local },
        new() { Name = "dport", Aliases = ["dstport", "dest-port", "rport"], Kind = FilterKind.Port, Field = "RemotePort", Example = "dport:443", Ends = Ends.Remote },
        new() { Name = "ip", Aliases = ["addr", "address"], Kind = FilterKind.Address, Field = "either address, or a host's name", Example = "ip:fe80::/10", Ends = Ends.Local | Ends.Remote },
        new() { Name = "src", Aliases = ["source", "local"], Kind = FilterKind.Address, Field = "LocalAddress, or the name it was called by", Example = "src:192.168", Ends = Ends.Local },
        new() { Name = "dst", Aliases = ["dest", "destination", "remote"], Kind = FilterKind.Address, Field = "RemoteAddress, or its HostName", Example = "dst:github.com", Ends = Ends.Remote },
        Text("host", ["hostname"], "HostName or Sni", "host:github", c => c.HostName, c => c.Sni),
        Text("sni", [], "Sni", "sni:api", c => c.Sni),
        Text("process", ["proc"], "ProcessName", "process:ssh", c => c.ProcessName),
        Text("path", ["exe"], "ProcessPath", "path:/usr/bin/", c => c.ProcessPath),
        Number("pid", [], "OwningProcess", "pid:4242", c => c.OwningProcess),
        Text("user", [], "UserName", "user:root", c => c.UserName),
        Text("unit", [], "Unit", "unit:nginx.service", c => c.Unit),
        Text("service", ["svc"], "Service", "service:ssh", c => c.Service),
        Text("app", ["application"], "Application", "app:https", c => c.Application),
        new()
        {
            Name = "state", Kind = FilterKind.Name, Field = "State, or Details.State of SSH", Example = "state:established",
            Number = StateNames.Of, Names = StateNames.All,
        },
        Name("proto", ["protocol"], "Protocol", "proto:tcp", c => (int)c.Protocol, NameSet.All<TransportProtocol>()),
        Name("direction", ["dir"], "Direction", "direction:out", c => c.Direction is { } direction ? (int)direction : -1, NameSet.All<ConnectionDirection>()),
        Text("country", ["cc"], "Country", "country:DE", c => c.Country),
        Text("city", [], "City", "city:Berlin", c => c.City),
        Number("asn", ["as"], "Asn", "asn:13335", c => c.Asn),
        Text("org", ["organization"], "Organization", "org:cloudflare", c => c.Organization),
        Name("scope", [], "RemoteScope", "scope:private", c => (int)c.RemoteScope, NameSet.All<AddressScope>()),
        Text("vendor", [], "RemoteVendor", "vendor:intel", c => c.RemoteVendor),
        Text("iface", ["interface"], "Interface", "iface:eth0", c => c.Interface),
        Number("vlan", [], "VlanId", "vlan:100", c => c.VlanId),
        Name("tunnel", [], "Tunnel", "tunnel:vxlan", c => (int)c.Tunnel, NameSet.All<TunnelKind>()),
        Text("container", ["cont"], "Container", "container:web", c => c.Container),
        Text("pod", [], "Pod", "pod:web-0", c => c.Pod),
        Text("ns", ["namespace"], "PodNamespace", "ns:=default", c => c.PodNamespace),
        Details("ssh", "every text of Details of SSH", "ssh:openssh", (details, pattern) => details is SshDetails && DetailText.MatchesThis(details, pattern)),
        Details("ja4", "Details.Ja4 of TLS and QUIC", "ja4:t13d", (details, pattern) => pattern.IsMatch((details as TlsDetails)?.Ja4 ?? (details as QuicDetails)?.Ja4)),
        Details("details", "every text of Details", "details:nginx", DetailText.MatchesThis),
        new() { Name = "id", Kind = FilterKind.Text, Field = "Id", Example = "id:=1c9q8z0v7m3ab" },
        Name("reason", [], "CloseReason", "reason:reset", c => c.CloseReason is { } reason ? (int)reason : -1, NameSet.All<CloseReason>()),
        Measure("rtt", [], FilterKind.Time, "Rtt (ms when no unit is given)", "rtt>100ms", c => c.Rtt?.Ticks * 100d, Milliseconds),
        Measure("age", [], FilterKind.Time, "time since CreationTime", "age<5m", c => c.AgeNanoseconds),
        Measure("idle", [], FilterKind.Time, "time since LastActivity", "idle>30s", c => c.IdleNanoseconds),
        Measure("duration", [], FilterKind.Time, "Duration", "duration>1h", c => c.LastActivityNanoseconds - c.CreationNanoseconds),
        Measure("bytes", ["size"], FilterKind.Size, "BytesSent + BytesReceived", "bytes>1MB", c => c.BytesSent + c.BytesReceived),
        Measure("sent", [], FilterKind.Size, "BytesSent", "sent>100KB", c => c.BytesSent),
        Measure("received", [], FilterKind.Size, "BytesReceived", "received>1GB", c => c.BytesReceived),
        Measure("rate", [], FilterKind.Rate, "SendRate + ReceiveRate", "rate>10KB/s", c => c.SendRate + c.ReceiveRate),
        Measure("up", [], FilterKind.Rate, "SendRate", "up>1Mbit/s", c => c.SendRate),
        Measure("down", [], FilterKind.Rate, "ReceiveRate", "down>1MB/s", c => c.ReceiveRate),
        Number("packets", [], "PacketsSent + PacketsReceived", "packets>1000", c => c.PacketsSent + c.PacketsReceived),
        Number("retransmits", ["retrans"], "Retransmits", "retransmits>0", c => c.Retransmits),
        Number("outoforder", ["ooo"], "OutOfOrder", "outoforder>0", c => c.OutOfOrder),
        Measure("loss", [], FilterKind.Percent, "LossRatio, in percent", "loss>0", c => c.LossRatio * 100),
    ];

    private static readonly Dictionary<string, FilterKeyword> ByName = All
        .SelectMany(keyword => keyword.Aliases.Prepend(keyword.Name).Select(name => (name, keyword)))
        .ToDictionary(pair => pair.name, pair => pair.keyword, StringComparer.OrdinalIgnoreCase);

    /// <summary>The keyword of a name or alias, whatever its case; null when there is none.</summary>
    public static FilterKeyword? Find(string name) => ByName.GetValueOrDefault(name);

    private static FilterKeyword Text(string name, string[] aliases, string field, string example, params Func<NetConnection, string?>[] texts) =>
        new() { Name = name, Aliases = aliases, Kind = FilterKind.Text, Field = field, Example = example, Texts = texts };

    private static FilterKeyword Details(string name, string field, string example, Func<ApplicationDetails, TextPattern, bool> details) =>
        new() { Name = name, Kind = FilterKind.Text, Field = field, Example = example, Details = details };

    private static FilterKeyword Number(string name, string[] aliases, string field, string example, Func<NetConnection, double?> value) =>
        new() { Name = name, Aliases = aliases, Kind = FilterKind.Number, Field = field, Example = example, Value = value };

    private static FilterKeyword Measure(
        string name, string[] aliases, FilterKind kind, string field, string example, Func<NetConnection, double?> value, double timeUnit = 1e9) =>
        new() { Name = name, Aliases = aliases, Kind = kind, Field = field, Example = example, Value = value, TimeUnit = timeUnit };

    private static FilterKeyword Name(
        string name, string[] aliases, string field, string example, Func<NetConnection, int> number, IReadOnlyList<(string, int)> names) =>
        new() { Name = name, Aliases = aliases, Kind = FilterKind.Name, Field = field, Example = example, Number = number, Names = names };
}
