using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class ImapTests
{
    [Fact]
    public void It_is_followed_until_the_user_is_in()
    {
        Conversation conversation = new Conversation(143).Server(B("* OK [CAPABILITY IMAP4rev1] Cyrus ready\r\n")).Client(B("a2 LOGIN {5+}\r\nalice {7+}\r\nhunter2\r\n"));
        ImapDetails details = Assert.IsType<ImapDetails>(conversation.Flow.Details);
        Assert.Equal("Cyrus ready", details.Greeting);
        Assert.False(details.LoggedIn);
        conversation.Server(B("* OK still here\r\na1 OK other\r\n"));
        Assert.False(conversation.Flow.IsFinished);
        conversation.Server(B("a2 OK [CAPABILITY IMAP4rev1] in\r\n"));
        details = Assert.IsType<ImapDetails>(conversation.Flow.Details);
        Assert.True(details.LoggedIn);
        Assert.Equal("Cyrus ready", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Literals_are_skipped()
    {
        Conversation conversation = new Conversation(143).Client(B("a1 CAPABILITY\r\na2 ID {16}\r\na3 SELECT INBOX\r\n"));
        Assert.False(conversation.Flow.IsFinished);
    }
}
