namespace NetMonitor.Export;

/// <summary>A column of the flat formats: its name, its type (nullable where it may be unknown) and where it comes from.</summary>
/// <param name="Name">The name of the property of <see cref="NetConnection"/>; spans of time say their unit.</param>
/// <param name="Type">string, long, double, bool or DateTime (UTC).</param>
/// <param name="Value">The value, or null.</param>
internal sealed record ExportColumn(string Name, Type Type, Func<NetConnection, object?> Value);

/// <summary>The columns of CSV and Parquet, in order: the properties of a connection, flat. docs/exports.md has the same table.</summary>
internal static class ExportColumns
{
    public static readonly IReadOnlyList<ExportColumn> All =
    [
        Text("Id", c => c.Id),
        Text("CommunityId", c => c.CommunityId),
        Time("CreationTime", c => c.CreationTime),
        Time("LastActivity", c => c.LastActivity),
        Real("DurationSeconds", c => c.Duration.TotalSeconds),
        Text("Protocol", c => c.Protocol.ToString()),
        Text("LocalAddress", c => c.LocalAddress.ToString()),
        Whole("LocalPort", c => c.LocalPort),
        Text("RemoteAddress", c => c.RemoteAddress.ToString()),
        Whole("RemotePort", c => c.RemotePort),
        Text("Direction", c => c.Direction?.ToString()),
        Text("State", c => c.State.ToString()),
        Text("ConnState", c => c.ConnState),
        Text("History", c => c.History),
        Text("CloseReason", c => c.CloseReason?.ToString()),
        Flag("IsHistoric", c => c.IsHistoric),
        Text("Application", c => c.Application),
        Text("Confidence", c => c.Confidence?.ToString()),
        Text("Sni", c => c.Sni),
        Text("HostName", c => c.HostName),
        Text("HostNameSource", c => c.HostNameSource?.ToString()),
        Text("Service", c => c.Service),
        Text("Summary", c => c.Details?.Summary),
        Text("Ja4", c => ExportFacts.Ja4Of(c)),
        Whole("OwningProcess", c => c.OwningProcess),
        Text("ProcessName", c => c.ProcessName),
        Text("ProcessPath", c => c.ProcessPath),
        Text("UserName", c => c.UserName),
        Text("Container", c => c.Container),
        Text("Pod", c => c.Pod),
        Text("PodNamespace", c => c.PodNamespace),
        Text("Unit", c => c.Unit),
        Whole("BytesSent", c => c.BytesSent),
        Whole("BytesReceived", c => c.BytesReceived),
        Whole("PacketsSent", c => c.PacketsSent),
        Whole("PacketsReceived", c => c.PacketsReceived),
        Whole("PayloadSent", c => c.PayloadSent),
        Whole("PayloadReceived", c => c.PayloadReceived),
        Real("SendRate", c => c.SendRate),
        Real("ReceiveRate", c => c.ReceiveRate),
        Real("RttMilliseconds", c => c.Rtt?.TotalMilliseconds),
        Whole("Retransmits", c => c.Retransmits),
        Whole("OutOfOrder", c => c.OutOfOrder),
        Real("LossRatio", c => c.LossRatio),
        Text("Country", c => c.Country),
        Text("City", c => c.City),
        Whole("Asn", c => c.Asn),
        Text("Organization", c => c.Organization),
        Text("RemoteScope", c => c.RemoteScope.ToString()),
        Text("Interface", c => c.Interface),
        Whole("VlanId", c => c.VlanId),
        Text("Tunnel", c => c.Tunnel == Packets.TunnelKind.None ? null : c.Tunnel.ToString()),
    ];

    private static ExportColumn Text(string name, Func<NetConnection, string?> value) => new(name, typeof(string), value);

    private static ExportColumn Whole(string name, Func<NetConnection, long?> value) => new(name, typeof(long), c => value(c));

    private static ExportColumn Real(string name, Func<NetConnection, double?> value) => new(name, typeof(double), c => value(c));

    private static ExportColumn Flag(string name, Func<NetConnection, bool> value) => new(name, typeof(bool), c => value(c));

    private static ExportColumn Time(string name, Func<NetConnection, DateTimeOffset> value) => new(name, typeof(DateTime), c => value(c).UtcDateTime);
}
