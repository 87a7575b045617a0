using System.Text;
using System.Text.Json;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Export;

/// <summary>The JSON schemas write exactly the fields that docs/exports.md lists.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("Elastic Common Schema")]
    [InlineData("RustNet's fields")]
    public void The_fields_are_those_documented(string heading)
    {
        JsonSchema schema = heading.StartsWith("Elastic", StringComparison.Ordinal) ? EcsSchema.Write : RustNetSchema.Write;
        var written = new SortedSet<string>(StringComparer.Ordinal);
        foreach (NetConnection connection in ExportConnections.All.Append(Multicast()))
        {
            Collect(Parse(schema, ConnectionChange.Closed, connection).RootElement, "", written);
        }

        SortedSet<string> documented = new(DocumentedTables.Read("exports.md", heading).Select(row => row[0]), StringComparer.Ordinal);
        Assert.Equal(documented, written);
    }

    [Fact]
    public void Ecs_turns_the_connection_so_that_the_opener_is_the_source()
    {
        JsonElement incoming = Parse(EcsSchema.Write, ConnectionChange.Opened, ExportConnections.Make(null, outgoing: false, host: "peer.example.com")).RootElement;
        Assert.Equal("192.0.2.7", incoming.GetProperty("source").GetProperty("ip").GetString());
        Assert.Equal(2000, incoming.GetProperty("source").GetProperty("bytes").GetInt64());
        Assert.Equal("peer.example.com", incoming.GetProperty("source").GetProperty("domain").GetString());
        Assert.Equal("10.0.0.2", incoming.GetProperty("destination").GetProperty("ip").GetString());
        Assert.Equal("ingress", incoming.GetProperty("network").GetProperty("direction").GetString());
        Assert.Equal(1_500_000_000, incoming.GetProperty("event").GetProperty("duration").GetInt64());
        Assert.Equal("2023-11-14T22:13:20.123456Z", incoming.GetProperty("@timestamp").GetString());
    }

    [Theory]
    [InlineData(ConnectionChange.Opened, "start", "new_connection")]
    [InlineData(ConnectionChange.Identified, "info", "connection_identified")]
    [InlineData(ConnectionChange.Closed, "end", "connection_closed")]
    public void Changes_have_the_schemas_words(ConnectionChange change, string ecs, string rustNet)
    {
        NetConnection connection = ExportConnections.All[0];
        Assert.Equal(ecs, Parse(EcsSchema.Write, change, connection).RootElement.GetProperty("event").GetProperty("type")[1].GetString());
        JsonElement event_ = Parse(RustNetSchema.Write, change, connection).RootElement;
        Assert.Equal(rustNet, event_.GetProperty("event").GetString());
        Assert.Equal(change != ConnectionChange.Opened, event_.TryGetProperty("bytes_sent", out _));
    }

    private static JsonDocument Parse(JsonSchema schema, ConnectionChange change, NetConnection connection)
    {
        using var lines = new JsonLines();
        string line = Encoding.UTF8.GetString(lines.Format(schema, change, connection));
        Assert.Equal('\n', line[^1]);
        Assert.DoesNotContain('\n', line[..^1]);
        return JsonDocument.Parse(line);
    }

    private static NetConnection Multicast() => new() { Protocol = TransportProtocol.UDP, RemoteScope = AddressScope.Multicast, Service = "mdns" };

    private static void Collect(JsonElement element, string path, SortedSet<string> paths)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Collect(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", paths);
                }

                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0 && element[0].ValueKind == JsonValueKind.Object:
                Collect(element[0], path, paths);
                break;
            default:
                paths.Add(path);
                break;
        }
    }
}
