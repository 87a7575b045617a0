using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class SmtpTests
{
    [Fact]
    public void Names_and_counts_are_known_and_mail_is_not_read_as_commands()
    {
        Conversation conversation = new Conversation(25).Server(B(SmtpServer)).Client(B(SmtpClient));
        SmtpDetails details = Assert.IsType<SmtpDetails>(conversation.Flow.Details);
        Assert.Equal("mx.example", details.Server);
        Assert.Equal("ESMTP Postfix", details.Software);
        Assert.Equal("client.example", details.Client);
        Assert.Equal("PLAIN", details.AuthenticationMechanism);
        Assert.Equal(2, details.Messages);
        Assert.Equal(3, details.Recipients);
        Assert.Null(details.SenderDomain);
        Assert.False(details.StartTls);
        Assert.Equal("mx.example ESMTP Postfix 2 messages", details.Summary);
    }

    [Fact]
    public void Of_a_sender_only_the_domain_is_kept() => Assert.Equal(
        "d.example", Assert.IsType<SmtpDetails>(new Conversation(25).Client(B("MAIL FROM:<\"a@b\"@d.example> SIZE=1\r\n")).Flow.Details).SenderDomain);

    [Fact]
    public void What_is_no_mechanism_may_be_a_credential() => Assert.Null(
        Assert.IsType<SmtpDetails>(new Conversation(25).Client(B("EHLO c\r\nAUTH hunter2\r\n")).Flow.Details).AuthenticationMechanism);

    [Fact]
    public void After_a_refused_DATA_commands_go_on()
    {
        Conversation conversation = new Conversation(25).Client(B("EHLO c\r\nDATA\r\nRSET\r\nMAIL FROM:<a@b>\r\n"));
        Assert.Equal(1, Assert.IsType<SmtpDetails>(conversation.Flow.Details).Messages);
    }

    [Fact]
    public void Chunks_of_any_size_are_skipped()
    {
        Conversation conversation = new Conversation(25).Client(B("EHLO c\r\nBDAT 99999999999999999999\r\nBDAT 9223372036854775807\r\nMAIL FROM:<a@b>\r\n"));
        Assert.Equal(0, Assert.IsType<SmtpDetails>(conversation.Flow.Details).Messages);
        Assert.Equal(0, conversation.Flow.Buffered);
    }
}
