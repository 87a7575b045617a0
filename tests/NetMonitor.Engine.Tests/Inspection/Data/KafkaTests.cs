using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class KafkaBytes
{
    public static readonly Golden Golden = new("Kafka", 9092,
    [
        (true, Request(18, 3, 0, "shop", 0, (byte)18, "apache-kafka-java", (byte)6, "3.7.0", 0)), (false, Vector32(0u, U16(0), 0u)),
        (true, Request(17, 1, 1, "shop", Vector16("PLAIN"))), (false, Vector32(1u, U16(0), 1u, Vector16("PLAIN"))),
        (true, Request(36, 1, 2, "shop", Vector32("\0joe\0hunter2"))), (false, Vector32(2u, U16(0))),
        (true, [.. Request(0, 9, 3, "shop", new byte[6000]), .. Request(3, 12, 4, "shop-2", 0, 0)]), (false, Vector32(4u, new byte[5000])),
    ], ServerAlone: false);

    public static byte[] Request(int key, int version, uint correlation, string? client, params object[] body) =>
        Vector32(U16(key), U16(version), correlation, client is null ? Bytes(U16(0xFFFF)) : Vector16(client), Bytes(body));
}

public sealed class KafkaTests
{
    private static KafkaDetails Details(Conversation conversation) => Assert.IsType<KafkaDetails>(conversation.Flow.Details);

    [Fact]
    public void Requests_are_named_and_matched_with_responses()
    {
        KafkaDetails details = Details(KafkaBytes.Golden.Play(9));
        Assert.Equal(("shop-2", "apache-kafka-java 3.7.0", "PLAIN"), (details.ClientId, details.Library, details.Authentication));
        Assert.Equal(["ApiVersions 1", "SaslHandshake 1", "SaslAuthenticate 1", "Produce 1", "Metadata 1"], details.Requests.Select(request => request.ToString()));
        Assert.Equal(("Metadata", 12, 4), (details.Request, details.RequestVersion, details.Responses));
        Assert.Equal("Kafka shop-2 Metadata v12", details.Summary);
    }

    [Fact]
    public void Tokens_without_a_header_are_passed_over()
    {
        Conversation conversation = new Conversation(9).Client(KafkaBytes.Request(17, 0, 1, "c", Vector16("PLAIN"))).Server(Vector32(1u, U16(0), 0u))
            .Client(Vector32("\0joe\0hunter2")).Server(Vector32()).Client(KafkaBytes.Request(3, 1, 2, "c", 0u));
        Assert.Equal("Metadata", Details(conversation).Request);
        Assert.DoesNotContain("hunter2", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_client_id_the_port_must_agree()
    {
        byte[] request = KafkaBytes.Request(18, 0, 1, null);
        Assert.Equal("Kafka", new Conversation(9092).Client(request).Flow.Application);
        Assert.Null(new Conversation(9).Client(request).Flow.Application);
    }

    [Theory]
    [InlineData(200, 0, "c")]
    [InlineData(18, 99, "c")]
    [InlineData(18, 0, "c\u0001")]
    public void What_only_looks_like_it_is_none(int key, int version, string client) =>
        Assert.Null(new Conversation(9092).Client(KafkaBytes.Request(key, version, 1, client)).Flow.Application);
}
