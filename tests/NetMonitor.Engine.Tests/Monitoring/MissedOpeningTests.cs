using NetMonitor.Inspection;
using NetMonitor.Packets;
using NetMonitor.Tests.Flows;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Monitoring;

/// <summary>Connections that were there before the capture: who opened them is known once somebody says what only one side says.</summary>
public sealed class MissedOpeningTests
{
    private const ushort Usual = 443;
    private const ushort Unusual = 18_080; // tells nothing

    private static readonly byte[] Request = "GET /first HTTP/1.1\r\nHost: www.example.test\r\n\r\n"u8.ToArray();
    private static readonly byte[] Next = "GET /next HTTP/1.1\r\nHost: www.example.test\r\n\r\n"u8.ToArray();
    private static readonly byte[] Response = "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    /// <summary>Whoever is seen first, and whichever end is the local one.</summary>
    [Theory]
    [InlineData(true, Conversation.Client, ConnectionDirection.Outgoing)]
    [InlineData(false, Conversation.Client, ConnectionDirection.Outgoing)]
    [InlineData(true, Conversation.Server, ConnectionDirection.Incoming)]
    [InlineData(false, Conversation.Server, ConnectionDirection.Incoming)]
    public void Who_asks_has_opened(bool clientIsSeenFirst, string local, ConnectionDirection direction)
    {
        Conversation talk = Joined(local, clientIsSeenFirst);
        Assert.Null(talk.Only.Direction);
        talk.Data(fromClient: true, Request);
        Assert.Equal(direction, talk.Only.Direction);

        // The inspection goes on, and neither side is taken for the other.
        talk.Data(fromClient: false, Response);
        talk.Data(fromClient: true, Next);
        talk.Data(fromClient: false, Response);
        HttpDetails http = Assert.IsType<HttpDetails>(talk.Only.Details);
        Assert.Equal(("/next", "test", 200, 2), (http.Path, http.Server, http.Status, http.Requests));
        Assert.Equal(direction, talk.Only.Direction);
        Assert.Equal(local, talk.Only.LocalAddress.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_tells_too(bool clientIsSeenFirst)
    {
        Conversation talk = Joined(Conversation.Client, clientIsSeenFirst);
        talk.Data(fromClient: false, Response);
        Assert.Equal(ConnectionDirection.Outgoing, talk.Only.Direction);
    }

    [Fact]
    public void A_hello_tells_although_nothing_more_is_read_of_its_connection()
    {
        Conversation talk = Joined(Conversation.Client, clientIsSeenFirst: false, Usual);
        talk.Data(fromClient: true, TlsBytes.Records(TlsBytes.ClientHello(TlsBytes.Sni("www.example.test")), 200));
        talk.Data(fromClient: false, TlsBytes.Records(TlsBytes.ServerHello(0x0303, 0x1301), 200));
        Assert.Equal((ConnectionDirection.Outgoing, "www.example.test"), (talk.Only.Direction, talk.Only.Sni));
    }

    [Fact]
    public void A_greeting_is_the_servers()
    {
        Conversation talk = Joined(Conversation.Client, clientIsSeenFirst: false, port: 2525);
        talk.Data(fromClient: false, "220 mail.example.test ESMTP\r\n"u8);
        talk.Data(fromClient: true, "EHLO client.example.test\r\n"u8);
        Assert.Equal((ConnectionDirection.Outgoing, "SMTP"), (talk.Only.Direction, talk.Only.Application));
    }

    [Fact]
    public void An_opening_that_was_seen_is_believed_whoever_asks()
    {
        Conversation talk = new Conversation { ServerPort = Unusual }.Handshake();
        talk.Data(fromClient: false, Request); // The server asks: a connection used in reverse.
        Assert.Equal(("HTTP", ConnectionDirection.Outgoing), (talk.Only.Application, talk.Only.Direction));
    }

    /// <summary>A file says nothing of what is local: the side that opened is taken to be, also when that is found out later.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_a_file_the_side_that_opened_is_the_local_one(bool clientIsSeenFirst)
    {
        Conversation talk = Joined(local: null, clientIsSeenFirst, keepsAll: true);
        talk.Data(fromClient: false, "what was left of an answer"u8);
        talk.Wait(30 * Conversation.Millisecond).FromClient(TcpFlags.Ack);
        talk.Data(fromClient: true, Request);
        talk.Wait(50 * Conversation.Millisecond).Data(fromClient: false, Response);
        talk.Data(fromClient: true, Next);
        talk.Wait(50 * Conversation.Millisecond).Data(fromClient: false, Response);
        NetConnection row = talk.Only;
        Assert.Equal((Conversation.Client, ConnectionDirection.Outgoing), (row.LocalAddress.ToString(), row.Direction));
        Assert.Equal((Request.Length + Next.Length, TimeSpan.FromMilliseconds(50)), (row.PayloadSent, row.Rtt));
    }

    private static Conversation Joined(string? local, bool clientIsSeenFirst, ushort port = Unusual, bool keepsAll = false)
    {
        var talk = new Conversation(local, keepsAll: keepsAll) { ServerPort = port };
        _ = clientIsSeenFirst ? talk.FromClient(TcpFlags.Ack) : talk.FromServer(TcpFlags.Ack);
        return talk;
    }
}
