using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class XmppTests
{
    [Fact]
    public void The_domains_of_the_stream_are_known_and_users_are_not()
    {
        Conversation conversation = new Conversation(5222).Client(B(XmppClient));
        XmppDetails details = Assert.IsType<XmppDetails>(conversation.Flow.Details);
        Assert.Equal("im.example", details.To);
        Assert.Equal("im.example", details.From);
        Assert.False(details.IsServerToServer);
        Assert.Equal("im.example", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Servers_among_themselves_say_so()
    {
        Conversation conversation = new Conversation(5269).Client(B(
            "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from=\"a.example\" to=\"b.example\">"));
        XmppDetails details = Assert.IsType<XmppDetails>(conversation.Flow.Details);
        Assert.Equal(("a.example", "b.example", true), (details.From, details.To, details.IsServerToServer));
    }
}
