using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Routing;

public sealed class BgpTests
{
    private static readonly byte[] Marker = [.. Enumerable.Repeat((byte)0xFF, 16)];

    public static readonly byte[] Keepalive = Message(4);

    public static byte[] Message(int type, params object[] body)
    {
        byte[] content = Bytes(body);
        return Bytes(Marker, U16(19 + content.Length), type, content);
    }

    public static byte[] Open(int system, int hold, byte last, params object[] parameters) =>
        Message(1, 4, U16(system), U16(hold), 192, 0, 2, last, Vector8(parameters));

    private static BgpDetails Details(Conversation conversation) => Assert.IsType<BgpDetails>(conversation.Flow.Details);

    [Fact]
    public void Both_speakers()
    {
        byte[] fourOctets = Bytes(2, Vector8(1, Vector8(0, 1, 0, 1), 65, Vector8(4_200_000_001u)));
        byte[] client = Bytes(Open(23_456, 180, 1, fourOctets), Keepalive, Message(2, new byte[300]));
        byte[] server = Bytes(Open(65_001, 90, 2), Keepalive, Message(3, 6, 2));
        Conversation whole = new Conversation(31_000).Client(client).Server(server);
        Assert.Equal("BGP", whole.Flow.Application);
        Assert.Equal(new BgpDetails
        {
            AutonomousSystem = 4_200_000_001,
            PeerAutonomousSystem = 65_001,
            RouterId = "192.0.2.1",
            PeerRouterId = "192.0.2.2",
            HoldTime = TimeSpan.FromSeconds(90),
            Notification = "Cease/2",
        }, Details(whole));
        Conversation dripped = new Conversation(31_000).Drip(Side.Originator, client).Drip(Side.Responder, server);
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));
    }

    [Fact]
    public void Joined_in_the_middle_it_is_told_by_any_message()
    {
        Conversation conversation = new Conversation(31_000, handshake: false).Server(Keepalive);
        Assert.Equal("BGP", conversation.Flow.Application);
        int version = conversation.Flow.Version;
        Assert.Equal(version, conversation.Server(Keepalive).Server(Message(2, new byte[4])).Flow.Version);
    }

    [Fact]
    public void A_marker_alone_is_not_enough()
    {
        Assert.Null(new Conversation(31_000).Client(Bytes(Marker, Marker)).Flow.Application);
        Assert.Null(new Conversation(31_000).Client(Bytes(Marker, U16(20), 4, 0)).Flow.Application); // a keepalive has no body
        Assert.Null(new Conversation(31_000).Client(Bytes(Marker, U16(19), 1)).Flow.Application);    // an open has one
        Assert.Null(new Conversation(31_000).Client(Bytes(Marker, U16(30), 9, new byte[11])).Flow.Application);
    }
}
