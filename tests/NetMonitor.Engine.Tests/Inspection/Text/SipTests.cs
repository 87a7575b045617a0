using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class SipTests
{
    [Fact]
    public void A_call_over_TCP()
    {
        Assert.Contains($"l: {Sdp.Length}\r\n", SipClient, StringComparison.Ordinal);
        Conversation conversation = new Conversation(5060).Client(B(SipClient)).Server(B(SipServer));
        SipDetails details = Assert.IsType<SipDetails>(conversation.Flow.Details);
        Assert.Equal("BYE", details.Method);
        Assert.Equal("alice@a.example", details.From);
        Assert.Equal("bob@b.example", details.To);
        Assert.Equal("call-1", details.CallId);
        Assert.Equal(486, details.Status);
        Assert.Equal("phone/1", details.UserAgent);
        Assert.Equal("pbx/2", details.Server);
        Assert.Equal((2, 2), (details.Requests, details.Responses));
        Assert.Equal([new AnnouncedMedia("audio", "192.0.2.1", 49170), new AnnouncedMedia("video", "192.0.2.2", 0)], details.Media);
        Assert.Equal("BYE alice@a.example → bob@b.example 486", details.Summary);
    }

    [Fact]
    public void A_call_over_UDP()
    {
        Conversation conversation = new Conversation(31_000, TransportProtocol.UDP)
            .Datagram(Side.Originator, B("REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice:hunter2@a.example>\r\nTo: tel:+4912345;phone-context=x\r\nCall-ID: 7\r\n\r\n"));
        Assert.Equal("SIP", conversation.Flow.Application);
        conversation.Datagram(Side.Responder, B("SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest nonce=hunter2\r\n\r\n")).Datagram(Side.Originator, B("\r\n\r\n"));
        SipDetails details = Assert.IsType<SipDetails>(conversation.Flow.Details);
        Assert.Equal(("REGISTER", "alice@a.example", "+4912345", "7", 401), (details.Method, details.From, details.To, details.CallId, details.Status));
        Assert.DoesNotContain(Secret, Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sip:alice@a.example;tag=x", "alice@a.example")]
    [InlineData("\"A <b\" <sips:alice:hunter2@a.example:5061;x=y@z>;tag=1", "alice@a.example:5061")]
    [InlineData("<sip:alice;x=1:hunter2@a.example?h=a@b>", "alice@a.example")]
    [InlineData("<sip:alice:p@hunter2@a.example>", "alice@a.example")]
    [InlineData("<tel:+49-1;ext=2>", "+49-1")]
    [InlineData("<sip:[2001:db8::1]>", "[2001:db8::1]")]
    public void Of_an_address_user_and_host_are_kept(string address, string kept)
    {
        Conversation conversation = new Conversation(5060).Client(B($"OPTIONS sip:a SIP/2.0\r\nFrom: {address}\r\n\r\n"));
        Assert.Equal(kept, Assert.IsType<SipDetails>(conversation.Flow.Details).From);
    }

    [Fact]
    public void Junk_before_a_message_is_passed_over()
    {
        Conversation conversation = new Conversation(5060).Client(B("OPTIONS sip:a SIP/2.0\r\n\r\njunk: x\r\n\r\nBYE sip:a SIP/2.0\r\n\r\n"));
        Assert.Equal(("BYE", 2), (Assert.IsType<SipDetails>(conversation.Flow.Details).Method, ((SipDetails)conversation.Flow.Details!).Requests));
    }

    [Fact]
    public void A_message_cut_by_the_capture_still_says_what_it_can()
    {
        byte[] message = B("INVITE sip:a SIP/2.0\r\nFrom: sip:x@y.example\r\nTo: sip:a@b\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("x@y.example", Assert.IsType<SipDetails>(new Conversation(5060).Client(message.AsSpan(0, 50), message.Length).Flow.Details).From);
    }

    [Fact]
    public void A_huge_body_is_skipped()
    {
        Conversation conversation = new Conversation(5060).Client(B("MESSAGE sip:a SIP/2.0\r\nContent-Length: 100000\r\n\r\n"));
        for (int i = 0; i < 100; i++)
        {
            conversation.Client(new byte[1000]);
        }

        Assert.Equal(0, conversation.Flow.Buffered);
        Assert.Equal(2, Assert.IsType<SipDetails>(conversation.Client(B("BYE sip:a SIP/2.0\r\n\r\n")).Flow.Details).Requests);
    }
}
