using NetMonitor.Inspection;
using NetMonitor.Packets;
using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

/// <summary>What holds for every protocol of text.</summary>
public sealed class TextProtocolsTests
{
    private const ushort ForeignPort = 31_000;

    public static TheoryData<string> Names => [.. Plain.Select(sample => sample.Name)];

    public static TheoryData<string> StartTlsNames => [.. StartTls.Select(sample => sample.Name)];

    private static (string Name, byte[] Client, byte[] Server) Sample(string name) => Plain.Single(sample => sample.Name == name);

    private static (byte[] Client, byte[] Server) WithTls(string name)
    {
        (_, byte[] client, byte[] server) = StartTls.Single(sample => sample.Name == name);
        return ([.. client, .. ClientHello], [.. server, .. ServerHello]);
    }

    private static string Whole(byte[] client, byte[] server) => Conversation.Tell(new Conversation(ForeignPort).Client(client).Server(server).Flow);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found_on_a_foreign_port_from_either_side(string name)
    {
        (_, byte[] client, byte[] server) = Sample(name);
        Assert.Equal(name, new Conversation(ForeignPort).Client(client).Server(server).Flow.Application);
        Assert.Equal(name, new Conversation(ForeignPort).Server(server).Client(client).Flow.Application);
        Assert.Equal(name, new Conversation(ForeignPort).Client(client).Close().Flow.Application);
        Assert.Equal(name, new Conversation(ForeignPort).Server(server).Close().Flow.Application);
        Assert.Equal(name, new Conversation(ForeignPort, clientPort: 40_000, handshake: false).Client(server).Server(client).Flow.Application);
        Assert.Equal(Confidence.Decoded, new Conversation(443).Client(client).Server(server).Flow.Confidence);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_split_gives_the_same(string name)
    {
        (_, byte[] client, byte[] server) = Sample(name);
        SplitsAgree(client, server);
    }

    [Theory]
    [MemberData(nameof(StartTlsNames))]
    public void Any_split_around_STARTTLS_gives_the_same(string name)
    {
        (byte[] client, byte[] server) = WithTls(name);
        SplitsAgree(client, server);
    }

    private static void SplitsAgree(byte[] client, byte[] server)
    {
        string expected = Whole(client, server);
        for (int cut = 1; cut < Math.Max(client.Length, server.Length); cut++)
        {
            int first = Math.Min(cut, client.Length - 1);
            int second = Math.Min(cut, server.Length - 1);
            Conversation conversation = new Conversation(ForeignPort).Client(client.AsSpan(0, first)).Client(client.AsSpan(first))
                .Server(server.AsSpan(0, second)).Server(server.AsSpan(second));
            Assert.Equal(expected, Conversation.Tell(conversation.Flow));
        }

        Conversation dripped = new Conversation(ForeignPort).Drip(Side.Originator, client).Drip(Side.Responder, server);
        Assert.Equal(expected, Conversation.Tell(dripped.Flow));
    }

    [Theory]
    [MemberData(nameof(StartTlsNames))]
    public void Both_the_protocol_and_its_TLS_are_known(string name)
    {
        (_, byte[] client, byte[] server) = StartTls.Single(sample => sample.Name == name);
        Conversation conversation = new Conversation(ForeignPort).Server(server.AsSpan(0, 1)).Client(client).Server(server.AsSpan(1));
        Assert.Equal(name, conversation.Flow.Application);
        Assert.False(conversation.Flow.IsFinished);
        conversation.Client(ClientHello);
        Assert.Equal("tls.example", conversation.Flow.Details?.ServerName);
        conversation.Server(ServerHello);

        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("tls.example", tls.Sni);
        Assert.Equal("TLS 1.3", tls.Version);
        Assert.NotNull(tls.Outer);
        Assert.Equal($"{name}Details", tls.Outer.GetType().Name, ignoreCase: true);
        Assert.Equal(true, tls.Outer.GetType().GetProperty("StartTls")?.GetValue(tls.Outer));
        Assert.Equal(name, conversation.Flow.Application);
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(0, conversation.Flow.Buffered);
    }

    [Theory]
    [MemberData(nameof(StartTlsNames))]
    public void One_captured_side_is_enough_for_TLS_inside(string name)
    {
        (byte[] client, byte[] server) = WithTls(name);
        Assert.Equal("tls.example", new Conversation(ForeignPort).Client(client).Flow.Details?.ServerName);
        Assert.Equal("TLS 1.3", Assert.IsType<TlsDetails>(new Conversation(ForeignPort).Server(server).Flow.Details).Version);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Secrets_are_never_kept(string name)
    {
        (_, byte[] client, byte[] server) = Sample(name);
        Assert.Contains(Secret, System.Text.Encoding.Latin1.GetString([.. client, .. server]), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Whole(client, server), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Conversation.Tell(new Conversation(ForeignPort).Client(client).Close().Flow), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_bytes_do_no_harm(string name)
    {
        (_, byte[] client, byte[] server) = Sample(name);
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            Conversation conversation = new Conversation(ForeignPort).Client(Mutate(client, random)).Server(Mutate(server, random)).Client(Mutate(client, random));
            Assert.True(conversation.Flow.Buffered <= 2 * InspectionLimits.StreamWindow);
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(conversation.Close().Flow.Details));

            Conversation datagrams = new(ForeignPort, TransportProtocol.UDP);
            for (int i = 0; i < 4; i++)
            {
                datagrams.Datagram(i % 2 == 0 ? Side.Originator : Side.Responder, Mutate(client, random));
            }

            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(datagrams.Flow.Details));
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        }

        return damaged[..random.Next(1, damaged.Length + 1)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Endless_lines_are_given_up(string name)
    {
        (_, byte[] client, _) = Sample(name);
        Conversation conversation = new Conversation(ForeignPort).Client(client.AsSpan(0, client.Length / 3));
        for (int i = 0; i < 200; i++)
        {
            conversation.Client(B(new string('x', 1000)));
            Assert.True(conversation.Flow.Buffered <= 2 * InspectionLimits.StreamWindow);
        }
    }

    /// <summary>What RustNet and others take for something else, and what begins alike.</summary>
    [Theory]
    [InlineData("SIP", "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n\r\n")]
    [InlineData("SIP", "OPTIONS sip:bob@example.com SIP/2.0\r\n\r\n")]
    [InlineData("SIP", "SIP/2.0 200 OK\r\n\r\n")]
    [InlineData("RTSP", "OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 1\r\n\r\n")]
    [InlineData("RTSP", "RTSP/1.0 200 OK\r\n\r\n")]
    [InlineData("RTSP", "SETUP rtsp://h/ RTSP/2.0\r\n\r\n")]
    [InlineData("HTTP", "OPTIONS sip:bob@example.com HTTP/1.1\r\n\r\n")]
    [InlineData("SMTP", "220 ftp.example.com ESMTP Postfix\r\n")]
    [InlineData("SMTP", "220-mail\r\n220 SMTP service\r\n")]
    [InlineData("SMTP", "EHLO h\r\n")]
    [InlineData("SMTP", "220 mail.example.com\r\n250-mail.example.com\r\n")]
    [InlineData("FTP", "220 (vsFTPd 3.0.3)\r\n")]
    [InlineData("FTP", "220-FileZilla Server\r\n220 hello\r\n331 Password required for bob\r\n")]
    [InlineData("FTP", "AUTH TLS\r\n")]
    [InlineData("FTP", "227 Entering Passive Mode (127,0,0,1,1,2).\r\n")]
    [InlineData("FTP", "USER bob\r\nPASS hunter2\r\nSYST\r\n")]
    [InlineData("POP3", "USER bob\r\nPASS hunter2\r\nUIDL\r\n")]
    [InlineData("POP3", "+OK hello there\r\n")]
    [InlineData("IRC", "NICK bob\r\n")]
    [InlineData("IRC", "USER guest 0 * :Ronnie Reagan\r\n")]
    [InlineData("IRC", "PASS hunter2\r\nNICK bob\r\n")]
    [InlineData("IRC", "NOTICE AUTH :*** Looking up\r\n")]
    [InlineData("IRC", "PING :irc.example\r\n")]
    [InlineData("IMAP", "* OK hello\r\n")]
    [InlineData("IMAP", ". CAPABILITY\r\n")]
    [InlineData("NNTP", "201 NNTP server ready\r\n")]
    [InlineData("NNTP", "MODE READER\r\n")]
    public void What_begins_alike_is_told_apart(string name, string text)
    {
        foreach (ushort port in new ushort[] { 21, 25, 80, 110, 443, 5060, ForeignPort })
        {
            Assert.Equal(name, new Conversation(port).Client(B(text)).Flow.Application);
            Assert.Equal(name, new Conversation(port).Server(B(text)).Flow.Application);
        }
    }

    [Theory]
    [InlineData("220 hello\r\n")]
    [InlineData("+OK\r\n")]
    [InlineData("+PONG\r\n")]
    [InlineData("-ERR unknown command\r\n")]
    [InlineData("PING\r\n")]
    [InlineData("PING x\r\n")]
    [InlineData("AUTH hunter2\r\n")]
    [InlineData("AUTH PLAIN hunter2\r\n")]
    [InlineData("STOR payload of something.\r\n")]
    [InlineData("HELP\r\n")]
    [InlineData("QUIT\r\n")]
    [InlineData("LIST\r\n")]
    [InlineData("get key\r\n")]
    [InlineData("200 OK\r\n")]
    [InlineData("220")]
    [InlineData("MODE x y\r\n")]
    [InlineData("GET LOGIN HTTP\r\n")]
    [InlineData("MAIL\r\n")]
    [InlineData("EHLO\r\n")]
    [InlineData(":no\r\n")]
    [InlineData(":010300000001FB\r\n")]
    [InlineData("<?xml version='1.0'?><soap:Envelope>")]
    [InlineData("<stream:stream to='x'>")]
    [InlineData("INVITE bob SIP/3.0\r\n\r\n")]
    [InlineData("SIP/2.0 OK\r\n\r\n")]
    [InlineData("RTSP/1.0 2000 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    public void What_says_too_little_is_nothing_of_these(string text)
    {
        string?[] names = [.. Plain.Select(sample => sample.Name)];
        Assert.DoesNotContain(new Conversation(ForeignPort).Client(B(text)).Close().Flow.Application, names);
        Assert.DoesNotContain(new Conversation(ForeignPort).Server(B(text)).Close().Flow.Application, names);
        Assert.DoesNotContain(new Conversation(ForeignPort, TransportProtocol.UDP).Datagram(Side.Originator, B(text)).Flow.Application, names);
    }

    [Fact]
    public void A_greeting_that_says_nothing_is_told_by_the_client_and_kept()
    {
        Conversation mail = new Conversation(ForeignPort).Server(B("220 host.example ready\r\n"));
        Assert.Null(mail.Flow.Application);
        mail.Client(B("HELO c\r\n"));
        Assert.Equal("host.example", Assert.IsType<SmtpDetails>(mail.Flow.Details).Server);

        Conversation files = new Conversation(ForeignPort).Server(B("220 host.example ready\r\n")).Client(B("USER bob\r\n"));
        Assert.Null(files.Flow.Application);
        files.Server(B("331 go on\r\n"));
        FtpDetails details = Assert.IsType<FtpDetails>(files.Flow.Details);
        Assert.Equal(("bob", "host.example ready"), (details.User, details.Software));
    }

    [Fact]
    public void A_refused_STARTTLS_goes_on_in_the_clear()
    {
        Conversation conversation = new Conversation(25).Server(B("220 mx.example ESMTP\r\n")).Client(B("EHLO c\r\n")).Server(B("250 ok\r\n"))
            .Client(B("STARTTLS\r\n")).Server(B("454 no\r\n")).Client(B("MAIL FROM:<a@b.example>\r\n"));
        SmtpDetails details = Assert.IsType<SmtpDetails>(conversation.Flow.Details);
        Assert.Equal((1, "b.example", true), (details.Messages, details.SenderDomain, details.StartTls));
    }

    [Fact]
    public void Messages_that_say_nothing_new_allocate_nothing()
    {
        Conversation conversation = new Conversation(25).Server(B(SmtpServer)).Client(B(SmtpClient));
        byte[] line = B("NOOP\r\n");
        FlowInspection flow = conversation.Flow;
        uint sequence = Conversation.ClientStart + 1 + (uint)SmtpClient.Length;
        for (int i = 0; i < 100; i++, sequence += (uint)line.Length)
        {
            flow.Segment(Side.Originator, sequence, TcpFlags.Ack, line, line.Length, 0);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++, sequence += (uint)line.Length)
        {
            flow.Segment(Side.Originator, sequence, TcpFlags.Ack, line, line.Length, 0);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
