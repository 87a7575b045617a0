using System.Text.Json;
using NetMonitor.Monitoring;

namespace NetMonitor.Export;

/// <summary>
/// A change of a connection in the Elastic Common Schema 8.17 (elastic.co/guide/en/ecs): nested objects, durations in nanoseconds, times in
/// RFC 3339. What the schema has no field for is under <c>netmonitor</c>. The source is the side that opened the connection.
/// </summary>
internal static class EcsSchema
{
    public const string Version = "8.17.0";

    public static void Write(Utf8JsonWriter json, ConnectionChange change, NetConnection connection)
    {
        var facts = new ExportFacts(connection);
        bool closed = change == ConnectionChange.Closed;
        json.WriteStartObject();
        json.WriteString("@timestamp", (change == ConnectionChange.Opened ? connection.CreationTime : connection.LastActivity).UtcDateTime);
        json.WriteStartObject("ecs");
        json.WriteString("version", Version);
        json.WriteEndObject();
        WriteEvent(json, change, connection, closed);
        WriteNetwork(json, connection, facts);
        WriteEnd(json, "source", connection, facts, isSource: true);
        WriteEnd(json, "destination", connection, facts, isSource: false);
        WriteProcess(json, connection);
        WriteTls(json, facts);
        WriteDns(json, facts);
        WriteHttp(json, facts);
        if (connection.Interface is { } name)
        {
            json.WriteStartObject("observer");
            json.WriteStartObject("ingress");
            json.Named("interface", name);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        WriteOwn(json, connection);
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, ConnectionChange change, NetConnection connection, bool closed)
    {
        json.WriteStartObject("event");
        json.WriteString("kind", "event");
        json.WriteStartArray("category");
        json.WriteStringValue("network");
        json.WriteEndArray();
        json.WriteStartArray("type");
        json.WriteStringValue("connection");
        json.WriteStringValue(change switch { ConnectionChange.Opened => "start", ConnectionChange.Closed => "end", _ => "info" });
        json.WriteEndArray();
        json.WriteString("action", change switch
        {
            ConnectionChange.Opened => "opened",
            ConnectionChange.Identified => "identified",
            ConnectionChange.Closed => "closed",
            _ => "updated",
        });
        json.WriteString("start", connection.CreationTime.UtcDateTime);
        if (closed)
        {
            json.WriteString("end", connection.LastActivity.UtcDateTime);
            json.Text("reason", connection.CloseReason?.ToString());
        }

        json.WriteNumber("duration", connection.LastActivityNanoseconds - connection.CreationNanoseconds);
        json.WriteEndObject();
    }

    private static void WriteNetwork(Utf8JsonWriter json, NetConnection connection, in ExportFacts facts)
    {
        json.WriteStartObject("network");
        if (connection.Protocol != TransportProtocol.ARP)
        {
            json.WriteString("type", facts.IsIPv6 ? "ipv6" : "ipv4");
        }

        json.WriteString("transport", Transport(connection.Protocol));
        json.Text("protocol", connection.Application?.ToLowerInvariant());
        json.Text("community_id", connection.CommunityId);
        json.Text("direction", connection.Direction switch
        {
            ConnectionDirection.Outgoing => "egress",
            ConnectionDirection.Incoming => "ingress",
            _ => null,
        });
        json.WriteNumber("bytes", connection.BytesSent + connection.BytesReceived);
        json.WriteNumber("packets", connection.PacketsSent + connection.PacketsReceived);
        if (connection.VlanId is { } vlan)
        {
            json.WriteStartObject("vlan");
            json.WriteString("id", vlan.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Transport(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.ICMPv6 => "ipv6-icmp",            // the name in the IANA registry
        _ => protocol.ToString().ToLowerInvariant(),
    };

    private static void WriteEnd(Utf8JsonWriter json, string name, NetConnection connection, in ExportFacts facts, bool isSource)
    {
        json.WriteStartObject(name);
        string address = (isSource ? facts.Source : facts.Destination).ToString();
        json.WriteString("address", address);
        json.WriteString("ip", address);
        if ((isSource ? facts.SourcePort : facts.DestinationPort) is { } port)
        {
            json.WriteNumber("port", port);
        }

        json.WriteNumber("bytes", isSource ? facts.SourceBytes : facts.DestinationBytes);
        json.WriteNumber("packets", isSource ? facts.SourcePackets : facts.DestinationPackets);
        if (isSource != facts.LocalIsSource)
        {
            json.Text("domain", connection.HostName);
            WritePlace(json, connection);
        }

        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, NetConnection connection)
    {
        if (connection.Country is not null || connection.City is not null)
        {
            json.WriteStartObject("geo");
            json.Text("country_iso_code", connection.Country);
            json.Text("city_name", connection.City);
            json.WriteEndObject();
        }

        if (connection.Asn is { } number)
        {
            json.WriteStartObject("as");
            json.WriteNumber("number", number);
            json.Named("organization", connection.Organization);
            json.WriteEndObject();
        }
    }

    private static void WriteProcess(Utf8JsonWriter json, NetConnection connection)
    {
        if (connection.OwningProcess is { } id)
        {
            json.WriteStartObject("process");
            json.WriteNumber("pid", id);
            json.Text("name", connection.ProcessName);
            json.Text("executable", connection.ProcessPath);
            json.Text("command_line", connection.CommandLine);
            json.Time("start", connection.ProcessStartTime);

            if (connection.ParentProcesses is [var parent, ..])
            {
                json.WriteStartObject("parent");
                json.WriteNumber("pid", parent.ProcessId);
                json.WriteString("name", parent.ProcessName);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.Named("user", connection.UserName);
        json.Named("group", connection.GroupName);
        json.Named("container", connection.Container);
        if (connection.Pod is { } pod)
        {
            json.WriteStartObject("orchestrator");
            json.WriteString("type", "kubernetes");
            json.Text("namespace", connection.PodNamespace);
            json.WriteStartObject("resource");
            json.WriteString("type", "pod");
            json.WriteString("name", pod);
            json.WriteEndObject();
            json.WriteEndObject();
        }

    }

    private static void WriteTls(Utf8JsonWriter json, in ExportFacts facts)
    {
        if (facts.Tls is null && facts.Quic is null)
        {
            return;
        }

        json.WriteStartObject("tls");
        if (facts.Tls is { } tls)
        {
            if (tls.Version?.Split(' ') is [var protocol, var version])
            {
                json.WriteString("version_protocol", protocol.ToLowerInvariant());
                json.WriteString("version", version);
            }

            json.Text("cipher", tls.CipherSuite);
            json.Text("curve", tls.Group);
            json.Text("next_protocol", tls.Alpn);
            if (tls.Resumed is { } resumed)
            {
                json.WriteBoolean("resumed", resumed);
            }

            WriteClient(json, tls.Sni, tls.Ja3);
            if (tls.Ja3s is not null || tls.Certificate is not null)
            {
                json.WriteStartObject("server");
                json.Text("ja3s", tls.Ja3s);
                if (tls.Certificate is { } certificate)
                {
                    json.WriteString("subject", certificate.Subject);
                    json.WriteString("issuer", certificate.Issuer);
                    json.Time("not_before", certificate.NotBefore);
                    json.Time("not_after", certificate.NotAfter);
                }

                json.WriteEndObject();
            }
        }
        else if (facts.Quic is { } quic)
        {
            json.WriteString("version_protocol", "tls");
            json.WriteString("version", "1.3");             // the only one QUIC speaks (RFC 9001)
            json.Text("cipher", quic.CipherSuite);
            json.Text("curve", quic.Group);
            WriteClient(json, quic.Sni, ja3: null);
        }

        json.WriteEndObject();
    }

    private static void WriteClient(Utf8JsonWriter json, string? serverName, string? ja3)
    {
        if (serverName is not null || ja3 is not null)
        {
            json.WriteStartObject("client");
            json.Text("server_name", serverName);
            json.Text("ja3", ja3);
            json.WriteEndObject();
        }
    }

    private static void WriteDns(Utf8JsonWriter json, in ExportFacts facts)
    {
        if (facts.Dns is not { } dns)
        {
            return;
        }

        json.WriteStartObject("dns");
        json.WriteString("type", dns.Responses > 0 ? "answer" : "query");
        json.WriteString("id", dns.TransactionId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.Text("response_code", dns.ResponseCode);
        if (dns.QueryName is { } name)
        {
            json.WriteStartObject("question");
            json.WriteString("name", name);
            json.Text("type", dns.QueryType);
            json.WriteEndObject();
        }

        if (dns.Answers.Count > 0)
        {
            json.WriteStartArray("answers");
            foreach (DnsAnswer answer in dns.Answers)
            {
                json.WriteStartObject();
                json.WriteString("name", answer.Name);
                json.WriteString("type", answer.Type);
                json.WriteNumber("ttl", answer.Ttl);
                json.WriteString("data", answer.Data);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteHttp(Utf8JsonWriter json, in ExportFacts facts)
    {
        if (facts.Http is not { } http)
        {
            return;
        }

        json.WriteStartObject("http");
        json.Text("version", http.Version);
        if (http.Method is { } method)
        {
            json.WriteStartObject("request");
            json.WriteString("method", method);
            json.WriteEndObject();
        }

        if (http.Status is { } status)
        {
            json.WriteStartObject("response");
            json.WriteNumber("status_code", status);
            json.Text("mime_type", http.ContentType?.Split(';')[0].Trim());
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("url");
        json.Text("domain", http.Host);
        json.Text("path", http.Path);
        json.WriteEndObject();
        if (http.UserAgent is { } agent)
        {
            json.WriteStartObject("user_agent");
            json.WriteString("original", agent);
            json.WriteEndObject();
        }
    }

    /// <summary>What the schema has no field for.</summary>
    private static void WriteOwn(Utf8JsonWriter json, NetConnection connection)
    {
        json.WriteStartObject("netmonitor");
        json.WriteString("id", connection.Id);
        json.WriteString("state", connection.State.ToString());
        json.Text("conn_state", connection.ConnState);
        json.Text("history", connection.History);
        json.Text("summary", connection.Details?.Summary);
        json.Text("confidence", connection.Confidence?.ToString());
        json.Text("host_name_source", connection.HostNameSource?.ToString());
        json.Text("unit", connection.Unit);
        json.Text("attribution_source", connection.AttributionSource?.ToString());
        json.Text("ja4", ExportFacts.Ja4Of(connection));
        json.Real("rtt_ms", connection.Rtt?.TotalMilliseconds);

        json.Whole("retransmits", connection.Retransmits);
        json.Whole("out_of_order", connection.OutOfOrder);
        json.WriteEndObject();
    }
}
