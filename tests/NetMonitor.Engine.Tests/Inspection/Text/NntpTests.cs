using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class NntpTests
{
    [Fact]
    public void It_is_followed_until_a_group_is_selected()
    {
        Conversation conversation = new Conversation(119).Server(B(NntpServer)).Client(B(NntpClient));
        NntpDetails details = Assert.IsType<NntpDetails>(conversation.Flow.Details);
        Assert.Equal("news.example InterNetNews ready (posting ok)", details.Greeting);
        Assert.Equal("comp.lang.misc", details.Group);
        Assert.Equal("comp.lang.misc", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }
}
