using System.Text.Json;
using NetMonitor.Monitoring;

namespace NetMonitor.Export;

/// <summary>
/// A change of a connection with the field names of RustNet 1.6's JSON log, so that what reads those reads these: <c>new_connection</c> and
/// <c>connection_closed</c>, the source being the local side. Two events of our own say what it leaves out: <c>connection_identified</c> and
/// <c>connection_updated</c>; <c>connection_id</c> and <c>community_id</c> join them.
/// </summary>
internal static class RustNetSchema
{
    public static void Write(Utf8JsonWriter json, ConnectionChange change, NetConnection connection)
    {
        json.WriteStartObject();
        json.WriteString("timestamp", (change == ConnectionChange.Opened ? connection.CreationTime : connection.LastActivity).UtcDateTime);
        json.WriteString("event", change switch
        {
            ConnectionChange.Opened => "new_connection",
            ConnectionChange.Identified => "connection_identified",
            ConnectionChange.Closed => "connection_closed",
            _ => "connection_updated",
        });
        json.WriteString("connection_id", connection.Id);
        json.Text("community_id", connection.CommunityId);
        json.WriteString("protocol", connection.Protocol.ToString());
        json.WriteString("source_ip", connection.LocalAddress.ToString());
        json.Whole("source_port", connection.LocalPort);
        json.WriteString("destination_ip", connection.RemoteAddress.ToString());
        json.Whole("destination_port", connection.RemotePort);
        if (connection.RemoteScope is AddressScope.Multicast or AddressScope.Broadcast)
        {
            json.WriteString("destination_addr_kind", connection.RemoteScope == AddressScope.Multicast ? "multicast" : "broadcast");
        }

        json.Text("destination_hostname", connection.HostName);
        json.Text("direction", connection.Direction?.ToString().ToLowerInvariant());
        json.Text("service_name", connection.Service);
        json.Text("dpi_protocol", connection.Application);
        json.Text("dpi_domain", connection.Sni ?? connection.HostName);
        json.Text("state", connection.State.ToString());
        WriteProcess(json, connection);
        json.Real("rtt_ms", connection.Rtt?.TotalMilliseconds);

        json.Text("geoip_country_code", connection.Country);
        json.Text("geoip_city", connection.City);
        json.Whole("geoip_asn", connection.Asn);
        json.Text("geoip_as_org", connection.Organization);
        if (change != ConnectionChange.Opened)
        {
            json.WriteNumber("bytes_sent", connection.BytesSent);
            json.WriteNumber("bytes_received", connection.BytesReceived);
            json.WriteNumber("packets_sent", connection.PacketsSent);
            json.WriteNumber("packets_received", connection.PacketsReceived);
            json.WriteNumber("duration_secs", connection.Duration.TotalSeconds);
            json.Text("close_reason", connection.CloseReason?.ToString());
        }

        json.WriteEndObject();
    }

    private static void WriteProcess(Utf8JsonWriter json, NetConnection connection)
    {
        json.Whole("pid", connection.OwningProcess);
        json.Text("process_name", connection.ProcessName);
        json.Text("process_executable", connection.ProcessPath);
        json.Text("process_user", connection.UserName);
        if (connection.ParentProcesses is not [var parent, ..])
        {
            return;
        }

        json.WriteNumber("process_ppid", parent.ProcessId);
        json.WriteStartObject("process_lineage");
        json.WriteStartArray("ancestors");
        foreach (ParentProcess ancestor in connection.ParentProcesses)
        {
            json.WriteStartObject();
            json.WriteNumber("pid", ancestor.ProcessId);
            json.WriteString("name", ancestor.ProcessName);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
