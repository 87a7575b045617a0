using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Industry;

/// <summary>BACnet/IP and CoAP.</summary>
public sealed class DatagramTests
{
    public static readonly byte[] WhoIs = Bytes(0x81, 0x0B, 0, 12, 1, 0x20, 0xFF, 0xFF, 0, 0xFF, 0x10, 8);
    public static readonly byte[] ReadProperty = Bytes(0x81, 0x0A, 0, 17, 1, 4, 0, 5, 1, 12, 12, 0x02, 0, 0, 1, 0x19, 85);
    public static readonly byte[] CoapGet = Bytes(0x42, 1, 0x12, 0x34, 0xAA, 0xBB, 0x39, "example.c", 0x87, "sensors", 4, "temp", 0x49, "k=secret1");
    public static readonly byte[] CoapContent = Bytes(0x62, 0x45, 0x12, 0x34, 0xAA, 0xBB, 0xC0, 0xFF, "22.5 C");

    private static Conversation Udp(int port = 31_000) => new((ushort)port, TransportProtocol.UDP);

    [Fact]
    public void Bacnet_messages_have_names()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, WhoIs);
        Assert.Equal("BACnet", conversation.Flow.Application);
        Assert.Equal(new BacnetDetails { Function = "Original-Broadcast-NPDU", Message = "Unconfirmed-Request who-Is" }, conversation.Flow.Details);
        conversation.Datagram(Side.Originator, ReadProperty);
        Assert.Equal("Confirmed-Request readProperty", conversation.Flow.Details!.Summary);
        int version = conversation.Flow.Version;
        Assert.Equal(version, conversation.Datagram(Side.Originator, ReadProperty).Flow.Version);
    }

    [Fact]
    public void Bacnet_needs_its_length_and_version()
    {
        byte[] version = [.. WhoIs];
        version[4] = 2;
        Assert.All((byte[][])[version, WhoIs[..^1], Bytes(WhoIs, 0), Bytes(0x81, 0x0D, 0, 4)],
            datagram => Assert.Null(Udp(47_808).Datagram(Side.Originator, datagram).Flow.Application));
    }

    [Theory]
    [InlineData(5683)]
    [InlineData(31_000)]
    public void Coap_requests_and_responses(int port)
    {
        Conversation conversation = Udp(port).Datagram(Side.Originator, CoapGet).Datagram(Side.Responder, CoapContent);
        Assert.Equal("CoAP", conversation.Flow.Application);
        Assert.Equal(new CoapDetails { Method = "GET", Path = "/sensors/temp", Host = "example.c", Response = "2.05 Content" }, conversation.Flow.Details);
        Assert.DoesNotContain("secret", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Coap_elsewhere_than_on_its_port_must_say_more()
    {
        byte[] ping = Bytes(0x40, 0, 0x12, 0x34);
        Assert.Equal("CoAP", Udp(5683).Datagram(Side.Originator, ping).Flow.Application);
        byte[] unknownOption = Bytes(0x40, 1, 0x12, 0x34, 0x21, 1, 0x94, "temp");
        byte[][] datagrams = [ping, CoapContent, unknownOption, Bytes(0x40, 1, 0x12, 0x34), Bytes("HTTP/1.1 200 OK\r\n\r\n"), Bytes("M-SEARCH * HTTP/1.1\r\n\r\n"), CoapGet[..8]];
        Assert.All(datagrams, datagram => Assert.NotEqual("CoAP", Udp().Datagram(Side.Originator, datagram).Flow.Application));
    }
}
