using System.Text;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection.Text;

/// <summary>A conversation of each protocol of text, what the client says and what the server says. "hunter2" stands for secrets.</summary>
internal static class TextBytes
{
    public const string Secret = "hunter2";

    public const string FtpClient = "AUTH TLS\r\nUSER alice\r\nPASS hunter2\r\nSYST\r\nPASV\r\nRETR a.txt\r\nQUIT\r\n";
    public const string FtpServer = "220-Welcome to ProFTPD\r\n over two lines\r\n220 Ready.\r\n502 No TLS\r\n331 Password required\r\n230 Logged in\r\n"
        + "215 UNIX Type: L8\r\n227 Entering Passive Mode (192,0,2,1,10,11)\r\n150 Opening\r\n226 Transfer complete\r\n221 Bye\r\n";

    public const string SmtpClient = "EHLO client.example\r\nAUTH PLAIN hunter2\r\nMAIL FROM:<hunter2@sender.example> SIZE=100\r\nRCPT TO:<hunter2@b.example>\r\n"
        + "RCPT TO:<c@c.example>\r\nDATA\r\nSubject: hunter2\r\n\r\nSTARTTLS\r\nMAIL FROM:<x@y>\r\n..\r\n.\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<d@d.example>\r\n"
        + "BDAT 16 LAST\r\nMAIL FROM:<z@z>QUIT\r\n";

    public const string SmtpServer = "220 mx.example ESMTP Postfix\r\n250-mx.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n235 2.7.0 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n"
        + "354 go\r\n250 queued\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 queued\r\n221 bye\r\n";

    public const string Pop3Client = "CAPA\r\nAUTH PLAIN\r\nhunter2\r\nUSER alice\r\nPASS hunter2\r\nSTAT\r\n";
    public const string Pop3Server = "+OK Dovecot ready. <123.456@pop.example>\r\n+OK\r\nSTLS\r\nUSER\r\n.\r\n+ \r\n-ERR no\r\n+OK\r\n+OK logged in\r\n+OK 1 2\r\n";

    public const string ImapClient = "a1 CAPABILITY\r\na2 LOGIN {5}\r\nalice {7}\r\nhunter2\r\na3 SELECT INBOX\r\n";
    public const string ImapServer = "* OK [CAPABILITY IMAP4rev1 STARTTLS] Cyrus ready\r\n* CAPABILITY IMAP4rev1\r\na1 OK done\r\n+ go\r\n+ go\r\na2 OK in\r\n";

    public const string NntpClient = "MODE READER\r\nAUTHINFO USER alice\r\nAUTHINFO PASS hunter2\r\nGROUP comp.lang.misc\r\nARTICLE 1\r\n";
    public const string NntpServer = "200 news.example InterNetNews ready (posting ok)\r\n200 Hello\r\n381 more\r\n281 ok\r\n211 1 1 1 comp.lang.misc\r\n";

    public const string IrcClient = "CAP LS 302\r\nPASS hunter2\r\nNICK alice\r\nUSER alice 0 * :Alice hunter2\r\n";
    public const string IrcServer = ":irc.example NOTICE * :*** Looking up\r\n:irc.example 001 alice :Welcome\r\n:bob!b@c PRIVMSG alice :hunter2\r\n";

    public const string XmppClient = "<?xml version='1.0'?><stream:stream to='im.example' from='hunter2@im.example/x' xmlns='jabber:client' "
        + "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>hunter2</auth>";

    public const string XmppServer = "<?xml version=\"1.0\"?><stream:stream from=\"im.example\" id=\"1\" xmlns=\"jabber:client\" "
        + "xmlns:stream=\"http://etherx.jabber.org/streams\" version=\"1.0\"><stream:features><mechanisms/></stream:features>";

    public const string Sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\nc=IN IP4 192.0.2.1\r\nm=audio 49170 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\nc=IN IP4 192.0.2.2\r\n";

    public const string SipClient = "\r\n\r\nINVITE sip:bob:hunter2@example.com SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nf: \"Alice\" <sip:alice:hunter2@a.example;x=hunter2>;tag=1\r\n"
        + "TO: <sip:bob@b.example?hunter2>\r\ni: call-1\r\nUser-Agent: phone/1\r\nAuthorization: Digest hunter2\r\nc: application/sdp\r\nl: 118\r\n\r\n" + Sdp
        + "BYE sip:bob@b.example SIP/2.0\r\nFrom: sip:alice@a.example\r\nTo: sip:bob@b.example\r\nCall-ID: call-1\r\nContent-Length: 0\r\n\r\n";

    public const string SipServer = "SIP/2.0 100 Trying\r\nCall-ID: call-1\r\nContent-Length: 0\r\n\r\nSIP/2.0 486 Busy Here\r\nServer: pbx/2\r\nContent-Length: 2\r\n\r\nhi";

    public const string RtspClient = "OPTIONS rtsp://u:hunter2@cam.example/live?token=hunter2 RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: vlc\r\n\r\n"
        + "$\u0001\0\u0004abcdPLAY rtsp://cam.example/live RTSP/1.0\r\nCSeq: 2\r\nAuthorization: Basic hunter2\r\n\r\n";

    public const string RtspServer = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: cam/1\r\nContent-Length: 3\r\n\r\nabc$\0\0\u0002\r\nRTSP/1.0 454 Session Not Found\r\nCSeq: 2\r\n\r\n";

    /// <summary>Name, client, server.</summary>
    public static IReadOnlyList<(string Name, byte[] Client, byte[] Server)> Plain { get; } =
    [
        ("FTP", B(FtpClient), B(FtpServer)),
        ("SMTP", B(SmtpClient), B(SmtpServer)),
        ("POP3", B(Pop3Client), B(Pop3Server)),
        ("IMAP", B(ImapClient), B(ImapServer)),
        ("NNTP", B(NntpClient), B(NntpServer)),
        ("IRC", B(IrcClient), B(IrcServer)),
        ("XMPP", B(XmppClient), B(XmppServer)),
        ("SIP", B(SipClient), B(SipServer)),
        ("RTSP", B(RtspClient), B(RtspServer)),
    ];

    /// <summary>Each with TLS begun inside: name, client's text, server's text.</summary>
    public static IReadOnlyList<(string Name, byte[] Client, byte[] Server)> StartTls { get; } =
    [
        ("FTP", B("AUTH TLS\r\n"), B("220 ftp.example FTP server\r\n234 go\r\n")),
        ("SMTP", B("EHLO c.example\r\nSTARTTLS\r\n"), B("220 mx.example ESMTP\r\n250-mx.example\r\n250 STARTTLS\r\n220 2.0.0 go\r\n")),
        ("POP3", B("CAPA\r\nAUTH\r\nSTLS\r\n"), B("+OK ready\r\n+OK\r\nSTLS\r\n.\r\n-ERR what\r\n+OK go\r\n")),
        ("IMAP", B("a1 CAPABILITY\r\na2 STARTTLS\r\n"), B("* OK ready\r\n* CAPABILITY STARTTLS\r\na1 OK done\r\na2 OK go\r\n")),
        ("NNTP", B("CAPABILITIES\r\nSTARTTLS\r\n"), B("200 NNTP ready\r\n101 list\r\nSTARTTLS\r\n.\r\n382 go\r\n")),
        ("IRC", B("CAP LS\r\nSTARTTLS\r\n"), B(":irc.example CAP * LS :tls\r\n:irc.example 670 * :go\r\n")),
        ("XMPP", B("<stream:stream to='im.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
            + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
            B("<stream:stream from='im.example' id='1' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
            + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features><proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")),
    ];

    public static byte[] ClientHello { get; } = TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("tls.example")));

    public static byte[] ServerHello { get; } = TlsBytes.Record(22, TlsBytes.ServerHello13);

    public static byte[] B(string text) => Encoding.Latin1.GetBytes(text);
}
