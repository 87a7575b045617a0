using System.Globalization;
using System.Net;
using NetMonitor.Export;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Export.Report;

/// <summary>What a report says of connections: sums, lists, the flow picture, health and findings.</summary>
public sealed class ReportDataTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Nothing_makes_an_empty_report()
    {
        ReportData data = ReportData.Of([], exact: null);
        Assert.Equal(0, data.Total);
        Assert.Empty(data.Findings);
        Assert.Empty(data.Bands);
        Assert.Null(data.Rtt);
        Assert.True(data.Series.IsEmpty);
    }

    [Fact]
    public void Sums_add_up()
    {
        ReportData data = ReportData.Of(ExportConnections.All, exact: null);
        Assert.Equal(3, data.Total);
        Assert.Equal(3_000, data.Sent);
        Assert.Equal(6_000, data.Received);
        Assert.Equal(2, data.Open);
        Assert.False(data.IsExact);
        Assert.Equal(3_000, data.Series.Sent.ToArray().Sum());
        Assert.Equal([new ReportShare("curl", 3, 3_000, 6_000)], data.Processes.Shares);
        Assert.Equal(["192.0.2.7", "www.example.com"], data.Hosts.Shares.Select(share => share.Name).Order(StringComparer.Ordinal));
        Assert.Equal(12.5, data.Rtt!.Median);
    }

    [Fact]
    public void Bytes_that_flow_into_a_column_flow_out_of_it()
    {
        NetConnection[] connections = [.. Enumerable.Range(0, 40).Select(i => Make(i, application: i % 3 == 0 ? "DNS" : "HTTPS", host: $"host{i}.example"))];
        ReportData data = ReportData.Of(connections, exact: null);
        Assert.Equal(ReportData.Nodes + 1, data.Columns.Count(node => node.Column == 2));
        Assert.Contains((2, "(28 others)"), data.Columns);
        for (int i = 0; i < data.Columns.Count; i++)
        {
            if (data.Columns[i].Column == 1)
            {
                Assert.Equal(data.Bands.Where(band => band.To == i).Sum(band => band.Bytes), data.Bands.Where(band => band.From == i).Sum(band => band.Bytes));
            }
        }

        Assert.Equal(2 * connections.Sum(c => c.BytesSent + c.BytesReceived), data.Bands.Sum(band => band.Bytes));
        Assert.Equal(ReportData.Names + 1, data.Hosts.Shares.Count);
        Assert.Equal(40, data.Hosts.Distinct);
    }

    [Fact]
    public void Percentiles_are_those_of_the_nearest_rank()
    {
        ReportPercentiles values = ReportPercentiles.Of([.. Enumerable.Range(1, 100).Select(i => (double)i)])!;
        Assert.Equal((50, 90, 99, 100), (values.Median, values.P90, values.P99, values.Maximum));
    }

    [Fact]
    public void What_stands_out_is_in_the_table_even_when_it_is_small()
    {
        NetConnection small = Make(0, application: "TELNET", port: 23, bytes: 1);
        NetConnection[] connections = [small, .. Enumerable.Range(1, ReportData.Rows).Select(i => Make(i, bytes: 1_000))];
        ReportData data = ReportData.Of(connections, exact: null);
        Assert.Equal(ReportData.Rows, data.Table.Count);
        ReportFinding finding = Assert.Single(data.Findings);
        Assert.Same(small, data.Table[Assert.Single(finding.Rows)]);
    }

    public static TheoryData<string> Rules => [.. ReportRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_finds_its_case_and_leaves_what_is_usual_alone(string name)
    {
        NetConnection[] usual = [.. Enumerable.Range(100, 30).Select(i => Make(i, country: "DE"))];
        Assert.Empty(ReportData.Of(usual, exact: null).Findings);
        NetConnection[] unusual = Case(name);
        ReportFinding finding = Assert.Single(ReportData.Of([.. usual, .. unusual], exact: null).Findings, finding => finding.Rule.Name == name);
        Assert.Equal(unusual.Length, finding.Count);
    }

    [Theory]
    [InlineData("*.example.com", "www.example.com", true)]
    [InlineData("*.example.com", "a.www.example.com", false)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("EXAMPLE.com", "example.com.", true)]
    [InlineData("2001:DB8::1", "2001:db8:0::1", true)]
    [InlineData("example.com", "example.org", false)]
    public void A_wildcard_of_a_certificate_stands_for_one_label(string pattern, string name, bool covers) =>
        Assert.Equal(covers, ReportRules.Covers(pattern, name));

    [Fact]
    public void The_documented_rules_are_those_applied() => Assert.Equal(
        DocumentedTables.Read("report.md", "What is unusual").Select(row => (row[0], row[1], row[2])),
        ReportRules.All.Select(rule => (rule.Name, rule.Level.ToString(), rule.When)));

    [Fact]
    public void The_documented_limits_are_those_kept()
    {
        string Limit(string what) => DocumentedTables.Read("limits.md", "Limits").Single(row => row[0] == what)[1];
        Assert.Equal(TrafficSeries.Intervals.ToString(CultureInfo.InvariantCulture), Limit("Intervals of a report's traffic over time"));
        Assert.Equal(ReportData.Rows.ToString(CultureInfo.InvariantCulture), Limit("Connections in the table of a report"));
        Assert.Equal(ReportData.Names.ToString(CultureInfo.InvariantCulture), Limit("Names in a list of a report"));
        Assert.Equal(ReportData.Nodes.ToString(CultureInfo.InvariantCulture), Limit("Boxes in a column of a report's flow picture"));
    }

    private static NetConnection[] Case(string rule) => rule switch
    {
        "Plaintext secrets" => [Make(1, application: "FTP")],
        "Certificate mismatch" => [Make(1, details: Tls("a.example", ["b.example", "*.c.example"]))],
        "Certificate out of date" => [Make(1, details: Tls("a.example", ["a.example"], until: DateTimeOffset.FromUnixTimeSeconds(1_600_000_000)))],
        "Old TLS" => [Make(1, details: new TlsDetails { Version = "TLS 1.0" })],
        "Sweep" => [.. Enumerable.Range(0, 15).Select(i => Make(i, port: 1000 + i, failed: true))],
        "Failed opening" => [.. Enumerable.Range(0, 3).Select(i => Make(i, failed: true))],
        "Unexpected protocol" => [Make(1, application: "SSH", port: 443)],
        "Unknown protocol" => [Make(1, application: null, port: 4444)],
        "TLS alert" => [Make(1, details: new TlsDetails { Version = "TLS 1.2", Alert = "handshake_failure" })],
        "High loss" => [Make(1, packets: 100, retransmits: 11)],
        "Slow" => [Make(1, rtt: 501)],
        "Large upload" => [Make(1, bytes: 10_000_001, received: 1_000)],
        "Rare country" => [Make(1, country: "NZ")],
        "Long idle" => [Make(1, before: 600, open: true)],
        "Names not found" => [.. Enumerable.Range(0, 10).Select(i => Make(i, application: "DNS", port: 53, details: ExportConnections.Dns with { ResponseCode = "NXDOMAIN" }))],
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "A rule needs a case."),
    };

    private static TlsDetails Tls(string name, string[] names, DateTimeOffset? until = null) => new()
    {
        Sni = name,
        Version = "TLS 1.2",
        Certificate = new TlsCertificate { Subject = "CN=" + names[0], Issuer = "CN=Example CA", Names = names, NotBefore = DateTimeOffset.UnixEpoch, NotAfter = until },
    };

    private static NetConnection Make(
        int number,
        string? application = "HTTPS",
        string? host = "www.example.com",
        int port = 443,
        ApplicationDetails? details = null,
        string? country = null,
        long bytes = 100,
        long? received = null,
        long packets = 10,
        long retransmits = 0,
        double rtt = 20,
        bool failed = false,
        bool open = false,
        int before = 0) => new()
        {
            IdValue = (ulong)number,
            Protocol = application == "DNS" ? TransportProtocol.UDP : TransportProtocol.TCP,
            Local = IPAddressValue.From(IPAddress.Parse("10.0.0.2")),
            Remote = IPAddressValue.From(IPAddress.Parse("192.0.2.7")),
            HasPorts = true,
            LocalPortValue = (ushort)(40_000 + (number % 20_000)),
            RemotePortValue = (ushort)(application == "DNS" ? 53 : port),
            LocalSentFirst = true,
            State = failed ? ConnectionState.SYN_SENT : open ? ConnectionState.ESTABLISHED : ConnectionState.CLOSED,
            ConnState = failed ? "S0" : open ? "S1" : "SF",
            Application = failed ? null : application,
            Confidence = application is null ? null : Confidence.Decoded,
            HostName = host,
            Details = details,
            BytesSent = bytes,
            BytesReceived = received ?? bytes,
            PayloadSent = failed ? 0 : bytes,
            PayloadReceived = failed ? 0 : received ?? bytes,
            PacketsSent = packets / 2,
            PacketsReceived = packets / 2,
            Retransmits = retransmits,
            Rtt = TimeSpan.FromMilliseconds(rtt),
            IsHistoric = !open,
            CreationNanoseconds = ExportConnections.Start - (before * Second),
            LastActivityNanoseconds = ExportConnections.Start - (before * Second) + 1,
            RemotePlace = country is null ? null : new Place(country, null, null, null),
        };
}
