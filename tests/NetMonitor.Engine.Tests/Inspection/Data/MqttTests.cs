using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class MqttBytes
{
    /// <summary>MQTT 3.1.1: user name and password flags, clean session.</summary>
    public static readonly byte[] Connect = Packet(0x10, Vector16("MQTT"), 4, 0xC2, U16(60), Vector16("sensor-7"), Vector16("joe"), Vector16(Data.Golden.Secret));

    public static readonly byte[] Accepted = [0x20, 2, 0, 0];

    public static readonly Golden Golden = new("MQTT", 1883,
    [
        (true, Connect), (false, Accepted),
        (true, Packet(0x82, U16(1), Vector16("home/#"), 1)), (false, Packet(0x90, U16(1), 1)),
        (true, Packet(0x30, Vector16("home/temp"), "21.5 hunter2")), (true, Packet(0x32, Vector16("home/hum"), U16(2), new byte[200])),
        (false, [0x40, 2, 0, 2]), (true, [0xC0, 0]), (false, [0xD0, 0]), (true, Packet(0x30, Vector16("home/temp"), "22")), (true, [0xE0, 0]),
    ]);

    public static byte[] Packet(byte header, params object[] parts)
    {
        byte[] body = Bytes(parts);
        return body.Length < 128 ? [header, (byte)body.Length, .. body] : [header, (byte)(body.Length | 0x80), (byte)(body.Length >> 7), .. body];
    }
}

public sealed class MqttTests
{
    private static MqttDetails Details(Conversation conversation) => Assert.IsType<MqttDetails>(conversation.Flow.Details);

    [Fact]
    public void A_session_from_connect_to_disconnect()
    {
        Conversation conversation = MqttBytes.Golden.Play(1883);
        MqttDetails details = Details(conversation);
        Assert.Equal(("3.1.1", "sensor-7", 60, 0), (details.Version, details.ClientId, details.KeepAlive, details.ConnectCode));
        Assert.Equal([new NameCount("home/temp", 2), new NameCount("home/hum", 1)], details.Topics);
        Assert.Equal([new NameCount("home/#", 1)], details.Subscriptions);
        Assert.Equal((2, 1, 0), (details.PublishedQos0, details.PublishedQos1, details.PublishedQos2));
        Assert.Equal("MQTT 3.1.1 sensor-7 home/temp", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Theory]
    [InlineData("MQIsdp", 3, "3.1")]
    [InlineData("MQTT", 4, "3.1.1")]
    [InlineData("MQTT", 0x84, "3.1.1")]
    public void Versions_are_told(string name, int level, string version) =>
        Assert.Equal(version, Details(new Conversation(9).Client(MqttBytes.Packet(0x10, Vector16(name), level, 2, U16(5), Vector16("c")))).Version);

    [Fact]
    public void Properties_of_version_5_are_passed_over()
    {
        Conversation conversation = new Conversation(9)
            .Client(MqttBytes.Packet(0x10, Vector16("MQTT"), 5, 2, U16(5), Vector8(0x11, 0u, 0x15, Vector16("hunter2")), Vector16("five")))
            .Server(MqttBytes.Packet(0x20, 0, 0x87, Vector8(0x12, Vector16("assigned"))))
            .Client(MqttBytes.Packet(0x82, U16(1), Vector8(0x0B, 1), Vector16("a/+"), 0))
            .Client(MqttBytes.Packet(0x34, Vector16(""), U16(3), Vector8(0x23, U16(1)), "x"));
        MqttDetails details = Details(conversation);
        Assert.Equal(("5.0", "five", 0x87), (details.Version, details.ClientId, details.ConnectCode));
        Assert.Equal("a/+", Assert.Single(details.Subscriptions).Name);
        Assert.Equal(1, details.PublishedQos2);
        Assert.Empty(details.Topics);
        Assert.DoesNotContain("hunter2", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Four_bytes_of_a_server_say_too_little_elsewhere()
    {
        Assert.Equal("MQTT", new Conversation(1883).Server(MqttBytes.Accepted).Close().Flow.Application);
        Assert.Null(new Conversation(9).Server(MqttBytes.Accepted).Close().Flow.Application);
        Assert.Null(new Conversation(9).Server([.. MqttBytes.Accepted, 0x77, 0]).Flow.Application);
    }

    [Fact]
    [Trait("Counts", "Garbage")]
    public void Known_topics_cost_no_garbage()
    {
        Conversation conversation = new Conversation(1883).Client(MqttBytes.Connect);
        byte[] publish = MqttBytes.Packet(0x30, Vector16("home/temp"), "1");
        conversation.Client(publish);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            conversation.Client(publish);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(101, Details(conversation).PublishedQos0);
    }

    [Fact]
    public void Names_kept_are_bounded()
    {
        Conversation conversation = new Conversation(1883).Client(MqttBytes.Connect);
        for (int i = 0; i < 100; i++)
        {
            conversation.Client(MqttBytes.Packet(0x30, Vector16($"topic/{i}"), "x"));
        }

        Assert.Equal(InspectionLimits.CountedNames, Details(conversation).Topics.Count);
        Assert.Equal(100, Details(conversation).PublishedQos0);
    }
}
