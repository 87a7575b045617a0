using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetMonitor.Export;

/// <summary>
/// The data of a report as the page reads it. The writer's default encoder escapes what could end a script element or begin a tag, and
/// everything that is not ASCII; names from the wire lose what would turn or hide text.
/// </summary>
internal static class ReportJson
{
    private const int LongestText = 300;
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>The columns of the table, in order: what the page calls each and how it shows it.</summary>
    public static readonly IReadOnlyList<(string Name, string Kind)> Columns =
    [
        ("Time", "time"), ("Process", "text"), ("Protocol", "text"), ("Local", "text"), ("Remote", "text"), ("Host", "text"),
        ("Country", "country"), ("Application", "text"), ("State", "text"), ("Sent", "bytes"), ("Received", "bytes"), ("Duration", "span"),
        ("RTT", "span"), ("Loss", "share"), ("Details", "text"),
    ];

    public static byte[] Write(ReportData data, ReportOptions options)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("title", Clean(options.Title));
            json.WriteString("source", Clean(options.Source));
            json.WriteNumber("made", options.Made.ToUnixTimeMilliseconds());
            WriteTotals(json, data);
            WriteSeries(json, data);
            json.WriteStartObject("top");
            WriteShares(json, "processes", data.Processes);
            WriteShares(json, "hosts", data.Hosts);
            WriteShares(json, "countries", data.Countries);
            WriteShares(json, "applications", data.Applications);
            json.WriteEndObject();
            WriteFlow(json, data);
            WriteHealth(json, data);
            WriteFindings(json, data);
            WriteTable(json, data);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Text as a page may show it: what controls or turns text (Unicode categories Cc, Cf, Cs, Zl, Zp) is shown as U+FFFD, and the end of long text as "…".</summary>
    internal static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var clean = new StringBuilder(Math.Min(text.Length, LongestText + 1));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (clean.Length >= LongestText)
            {
                clean.Append('…');
                break;
            }

            bool hides = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            clean.Append((hides ? Rune.ReplacementChar : rune).ToString());
        }

        return clean.ToString();
    }

    private static void WriteTotals(Utf8JsonWriter json, ReportData data)
    {
        bool any = data.Total > 0;
        json.WriteStartObject("totals");
        json.WriteNumber("connections", data.Total);
        json.WriteNumber("open", data.Open);
        json.WriteNumber("sent", data.Sent);
        json.WriteNumber("received", data.Received);
        json.WriteNumber("packets", data.Packets);
        json.WriteNumber("processes", data.Processes.Distinct);
        json.WriteNumber("hosts", data.Hosts.Distinct);
        json.WriteNumber("countries", data.Countries.Distinct);
        json.WriteNumber("applications", data.Applications.Distinct);
        json.Real("first", any ? data.First / NanosecondsPerMillisecond : null);
        json.Real("last", any ? data.Last / NanosecondsPerMillisecond : null);
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, ReportData data)
    {
        json.WriteStartObject("series");
        json.WriteBoolean("exact", data.IsExact);
        json.WriteNumber("interval", data.Series.Interval.TotalMilliseconds);
        json.WriteNumber("start", data.Series.Start.ToUnixTimeMilliseconds());
        WriteNumbers(json, "sent", data.Series.Sent);
        WriteNumbers(json, "received", data.Series.Received);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteShares(Utf8JsonWriter json, string name, (int Distinct, IReadOnlyList<ReportShare> Shares) top)
    {
        json.WriteStartArray(name);
        foreach (ReportShare share in top.Shares)
        {
            json.WriteStartObject();
            json.WriteString("name", Clean(share.Name));
            json.WriteNumber("connections", share.Connections);
            json.WriteNumber("sent", share.Sent);
            json.WriteNumber("received", share.Received);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFlow(Utf8JsonWriter json, ReportData data)
    {
        json.WriteStartObject("flow");
        json.WriteBoolean("processes", data.HasProcesses);
        json.WriteStartArray("nodes");
        foreach ((int column, string name) in data.Columns)
        {
            json.WriteStartObject();
            json.WriteNumber("column", column);
            json.WriteString("name", Clean(name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("bands");
        foreach (ReportBand band in data.Bands)
        {
            json.WriteStartObject();
            json.WriteNumber("from", band.From);
            json.WriteNumber("to", band.To);
            json.WriteNumber("bytes", band.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHealth(Utf8JsonWriter json, ReportData data)
    {
        json.WriteStartObject("health");
        WritePercentiles(json, "rtt", data.Rtt);
        json.WriteStartArray("classes");
        foreach (double bound in ReportData.RttClasses)
        {
            json.WriteNumberValue(bound);
        }

        json.WriteEndArray();
        WriteNumbers(json, "counts", data.RttCounts);
        WritePercentiles(json, "loss", data.Loss);
        json.WriteNumber("tcp", data.TcpConnections);
        json.WriteNumber("retransmits", data.Retransmits);
        json.WriteNumber("outOfOrder", data.OutOfOrder);
        json.WriteNumber("resets", data.Resets);
        json.WriteNumber("failed", data.FailedOpenings);
        json.WriteEndObject();
    }

    private static void WritePercentiles(Utf8JsonWriter json, string name, ReportPercentiles? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("count", values.Count);
        json.WriteNumber("median", values.Median);
        json.WriteNumber("p90", values.P90);
        json.WriteNumber("p99", values.P99);
        json.WriteNumber("maximum", values.Maximum);
        json.WriteEndObject();
    }

    private static void WriteFindings(Utf8JsonWriter json, ReportData data)
    {
        json.WriteStartArray("findings");
        foreach (ReportFinding finding in data.Findings)
        {
            json.WriteStartObject();
            json.WriteString("name", finding.Rule.Name);
            json.WriteString("level", finding.Rule.Level.ToString());
            json.WriteString("when", finding.Rule.When);
            json.WriteNumber("count", finding.Count);
            json.WriteStartArray("rows");
            foreach (int row in finding.Rows)
            {
                json.WriteNumberValue(row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTable(Utf8JsonWriter json, ReportData data)
    {
        json.WriteStartArray("columns");
        foreach ((string name, string kind) in Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("kind", kind);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (NetConnection c in data.Table)
        {
            WriteRow(json, c);
        }

        json.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter json, NetConnection c)
    {
        json.WriteStartArray();
        json.WriteNumberValue(Math.Round(c.CreationNanoseconds / NanosecondsPerMillisecond, 3));
        Text(c.OwningProcess is { } id ? $"{c.ProcessName} ({id})" : null);
        Text(c.Protocol.ToString());
        Text(EndPoint(c.LocalAddress, c.LocalPort));
        Text(EndPoint(c.RemoteAddress, c.RemotePort));
        Text(c.HostName);
        Text(c.Country);
        Text(c.Application);
        Text(c.State.ToString());
        json.WriteNumberValue(c.BytesSent);
        json.WriteNumberValue(c.BytesReceived);
        json.WriteNumberValue(c.Duration.TotalMilliseconds);
        Number(c.Rtt?.TotalMilliseconds);
        Number(ReportRules.LossOf(c) is { } loss ? Math.Round(loss, 5) : null);
        Text(c.Details?.Summary);
        json.WriteEndArray();

        void Text(string? value)
        {
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteStringValue(Clean(value));
            }
        }

        void Number(double? value)
        {
            if (value is { } number)
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteNullValue();
            }
        }
    }

    private static string EndPoint(System.Net.IPAddress address, int? port) =>
        port is { } number ? new System.Net.IPEndPoint(address, number).ToString() : address.ToString();
}
