using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class Pop3Tests
{
    [Fact]
    public void It_is_followed_until_the_user_is_in()
    {
        Conversation conversation = new Conversation(110).Client(B(Pop3Client)).Server(B(Pop3Server));
        Pop3Details details = Assert.IsType<Pop3Details>(conversation.Flow.Details);
        Assert.Equal("Dovecot ready.", details.Greeting);
        Assert.True(details.LoggedIn);
        Assert.False(details.StartTls);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void A_refused_login_is_none()
    {
        Conversation conversation = new Conversation(110).Server(B("+OK hi there\r\n")).Client(B("AUTH\r\n")).Server(B("-ERR\r\n"))
            .Client(B("USER a\r\n")).Server(B("+OK\r\n")).Client(B("PASS b\r\n")).Server(B("-ERR no\r\n")).Client(B("NOOP\r\n")).Server(B("+OK\r\n"));
        Assert.False(Assert.IsType<Pop3Details>(conversation.Flow.Details).LoggedIn);
        Assert.False(conversation.Flow.IsFinished);
    }
}
