using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class IrcTests
{
    [Fact]
    public void It_is_followed_until_the_welcome()
    {
        Conversation conversation = new Conversation(6667).Client(B(IrcClient)).Server(B(IrcServer));
        IrcDetails details = Assert.IsType<IrcDetails>(conversation.Flow.Details);
        Assert.Equal("alice", details.Nick);
        Assert.Equal("irc.example", details.Server);
        Assert.Equal("alice irc.example", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Theory]
    [InlineData(":bob!b@host PRIVMSG #chan :hi\r\n")]
    [InlineData("JOIN #chan\r\n")]
    [InlineData("PRIVMSG #chan :hi\r\n")]
    [InlineData(":irc.example 353 me = #chan :a b\r\n")]
    public void It_is_found_in_the_middle(string text) => Assert.Equal("IRC", new Conversation(7000, handshake: false).Client(B(text)).Flow.Application);

    [Fact]
    public void A_client_may_begin_with_STARTTLS()
    {
        Conversation conversation = new Conversation(6667).Client(B("STARTTLS\r\n")).Server(B(":irc.example 670 * :go\r\n")).Client(ClientHello);
        Assert.True(Assert.IsType<IrcDetails>(conversation.Flow.Details?.Outer).StartTls);
        Assert.Equal("IRC", conversation.Flow.Application);
    }

    [Fact]
    public void A_user_is_not_taken_for_the_server()
    {
        Conversation conversation = new Conversation(7000).Server(B(":bob!b@some.host NOTICE me :hi\r\n"));
        Assert.Equal("IRC", conversation.Flow.Application);
        Assert.Null(conversation.Flow.Details);
    }
}
