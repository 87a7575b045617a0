using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class RtspTests
{
    [Fact]
    public void A_session_with_interleaved_media()
    {
        Conversation conversation = new Conversation(8554).Client(B(RtspClient)).Server(B(RtspServer));
        RtspDetails details = Assert.IsType<RtspDetails>(conversation.Flow.Details);
        Assert.Equal("PLAY", details.Method);
        Assert.Equal("cam.example/live", details.Path);
        Assert.Equal("vlc", details.UserAgent);
        Assert.Equal("cam/1", details.Server);
        Assert.Equal(454, details.Status);
        Assert.Equal(2, details.Requests);
        Assert.Equal("PLAY cam.example/live 454", details.Summary);
    }
}
