using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Http;

public sealed class WebSocketTests
{
    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    private static Turn[] Chat => [
        new(Side.Originator, Bytes("GET /chat?token=hunter2 HTTP/1.1\r\nHost: ws.example:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n")),
        new(Side.Responder, Bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            + "Sec-WebSocket-Protocol: superchat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", 0x81, 5, "Hello")), // RFC 6455 section 5.7
        new(Side.Originator, Bytes(0x81, 0x85, Mask, 0x7F, 0x9F, 0x4D, 0x51, 0x58, 0x02, 0x83, Mask, 1, 2, 3, 0x80, 0x80, Mask, 0x89, 0x80, Mask)),
        new(Side.Responder, Bytes(0x82, 126, U16(300), new byte[300], 0x82, 127, 0u, 400u, new byte[400], 0x8A, 0)),
    ];

    private static Turn Close => new(Side.Originator, Bytes(0x88, 0x82, Mask, 0x37 ^ 0x03, 0xFA ^ 0xE9)); // 1001

    private static WebSocketDetails Details(FlowInspection flow) => Assert.IsType<WebSocketDetails>(flow.Details);

    [Fact]
    public void Messages_are_counted_after_the_handshake()
    {
        FlowInspection flow = Hostile.Whole(8080, Chat);
        WebSocketDetails details = Details(flow);
        Assert.Equal(("WebSocket", Confidence.Decoded), (flow.Application, flow.Confidence));
        Assert.Equal(("superchat", "permessage-deflate"), (details.Subprotocol, details.Extensions));
        Assert.Equal((2, 3, null), (details.TextMessages, details.BinaryMessages, details.CloseCode));
        Assert.Equal(("ws.example", "/chat superchat"), (details.HostName, details.Summary));
        Assert.Equal("WebSocket", Assert.IsType<HttpDetails>(details.Outer).UpgradedTo);

        flow = Hostile.Whole(8080, [.. Chat, Close, new(Side.Responder, [0x88, 0])]);
        Assert.Equal(1001, Details(flow).CloseCode);
        Assert.True(flow.IsFinished);
    }

    [Fact]
    public void Any_split_says_the_same() => Hostile.AssertAnySplitIsTheSame(80, [.. Chat, Close]);

    [Fact]
    public void Damage_does_no_harm() => Hostile.AssertDamageDoesNoHarm(80, [.. Chat, Close]);

    [Fact]
    public void Secrets_and_contents_are_never_kept()
    {
        string told = Conversation.Tell(Hostile.Whole(80, Chat));
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello", told, StringComparison.Ordinal);
        Assert.DoesNotContain("dGhl", told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_handshake_alone_is_enough() => Assert.Equal("superchat", Details(Hostile.Whole(
        80, Chat[0], Chat[1] with { Bytes = Chat[1].Bytes[..^7] })).Subprotocol);

    [Fact]
    public void What_is_no_frame_ends_it()
    {
        FlowInspection flow = Hostile.Whole(80, [.. Chat, new(Side.Originator, [0x83, 0, 0x81, 0]), new(Side.Responder, [0x89, 126, 1, 0])]);
        Assert.Equal(2, Details(flow).TextMessages);
        Assert.True(flow.IsFinished);
    }
}
