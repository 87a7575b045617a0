using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Data.DataBytes;

namespace NetMonitor.Tests.Inspection.Data;

internal static class NatsBytes
{
    public static readonly byte[] Info = Latin("INFO {\"server_id\":\"NA\",\"server_name\":\"n1\",\"version\":\"2.10.7\",\"go\":\"go1.21\",\"connect_urls\":[\"a,b\",\"c\"],"
        + "\"limits\":{\"version\":\"no\"},\"max_payload\":1048576,\"tls_required\":false}\r\n");

    public static readonly Golden Golden = new("NATS", 4222,
    [
        (false, Info),
        (true, Latin("CONNECT {\"verbose\":false,\"user\":\"joe\",\"pass\":\"hunter2\",\"lang\":\"go\",\"version\":\"1.31.0\",\"name\":\"shop\"}\r\nPING\r\n")),
        (false, Latin("PONG\r\n")), (true, Latin("SUB orders.* 1\r\nPUB orders.new 7\r\nhunter2\r\nPUB orders.new reply 0\r\n\r\n")),
        (false, Latin("MSG orders.new 1 7\r\nhunter2\r\n+OK\r\n-ERR 'Slow Consumer'\r\n")),
    ]);
}

public sealed class NatsTests
{
    [Fact]
    public void Server_client_and_operations_are_told()
    {
        NatsDetails details = Assert.IsType<NatsDetails>(NatsBytes.Golden.Play(9).Flow.Details);
        Assert.Equal(("n1", "2.10.7", "shop", "go 1.31.0", false), (details.Server, details.ServerVersion, details.ClientName, details.Library, details.TlsRequired));
        Assert.Equal([new NameCount("orders.*", 1), new NameCount("orders.new", 2)], details.Subjects);
        Assert.Contains(new NameCount("PUB", 2), details.Operations);
        Assert.Contains(new NameCount("MSG", 1), details.Operations);
        Assert.Equal("NATS 2.10.7 shop", details.Summary);
    }

    [Fact]
    public void Tls_takes_over_after_the_greeting()
    {
        Conversation conversation = new Conversation(9).Server(Latin("INFO {\"server_id\":\"N\",\"version\":\"2.1\",\"tls_required\":true}\r\n"))
            .Client(TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("nats.example")))).Server(TlsBytes.Record(22, TlsBytes.ServerHello13));
        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("nats.example", tls.Sni);
        Assert.True(Assert.IsType<NatsDetails>(tls.Outer).TlsRequired);
    }

    [Theory]
    [InlineData("INFO {\"other\":1}\r\n")]
    [InlineData("INFO server\r\n")]
    public void What_only_looks_like_it_is_none(string line) => Assert.Null(new Conversation(9).Server(Latin(line)).Flow.Application);
}
