using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection.Peers;

public sealed class GnutellaTests
{
    private const string Call = "GNUTELLA CONNECT/0.6\r\nUser-Agent: one/1.2\r\nUpgrade: TLS/1.0\r\n\r\n";
    private const string Agreed = "GNUTELLA/0.6 200 OK\r\nUser-Agent: two/3.4\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n";
    private const string Confirmed = "GNUTELLA/0.6 200 OK\r\nConnection: Upgrade\r\n\r\n";

    private static readonly byte[] Hello = TlsBytes.Record(22, TlsBytes.ModernClientHello);

    private static byte[] B(string text) => Encoding.ASCII.GetBytes(text);

    [Fact]
    public void It_hands_over_to_TLS_when_both_agree()
    {
        Conversation conversation = new Conversation(6346).Client(B(Call)).Server(B(Agreed)).Client([.. B(Confirmed), .. Hello])
            .Server(TlsBytes.Record(22, TlsBytes.ServerHello13)).Close();

        Assert.Equal("Gnutella", conversation.Flow.Application);
        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.NotNull(tls.Ja4);
        Assert.Equal(("one/1.2", "two/3.4", "one/1.2"), Told(tls.Outer));
    }

    [Fact]
    public void Any_split_gives_the_same()
    {
        string expected = Conversation.Tell(new Conversation(6346).Client(B(Call)).Server(B(Agreed)).Client([.. B(Confirmed), .. Hello]).Close().Flow);
        Conversation cut = new Conversation(6346).Drip(Side.Originator, B(Call)).Drip(Side.Responder, B(Agreed)).Drip(Side.Originator, [.. B(Confirmed), .. Hello]).Close();

        Assert.Equal(expected, Conversation.Tell(cut.Flow));
    }

    [Fact]
    public void Without_TLS_the_answer_ends_it()
    {
        Conversation conversation = new Conversation(6346).Client(B(Call)).Server(B("GNUTELLA/0.6 503 Full\r\nUser-Agent: two/3.4\r\n\r\n"));

        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(("one/1.2", "two/3.4", "one/1.2"), Told(conversation.Flow.Details));
    }

    [Fact]
    public void The_answer_alone_tells_who_called()
    {
        Conversation conversation = new Conversation(6346).Server(B(Agreed)).Close();

        Assert.Equal((null, "two/3.4", "two/3.4"), Told(conversation.Flow.Details));
    }

    [Theory]
    [InlineData("GNUTELLA WORLD")]
    [InlineData("GNUTELLA/1.0 200 OK\r\n")]
    public void Other_words_are_not_it(string text) => Assert.Null(new Conversation(6346).Client(B(text)).Close().Flow.Application);

    private static (string? Client, string? RemoteClient, string Summary) Told(ApplicationDetails? details)
    {
        GnutellaDetails gnutella = Assert.IsType<GnutellaDetails>(details);
        return (gnutella.Client, gnutella.RemoteClient, gnutella.Summary);
    }
}
