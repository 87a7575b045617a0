using System.Text;
using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

/// <summary>What other tools are known to call by the wrong name: the protocol, on a port that suggests another or none, and what it is taken for elsewhere.</summary>
public sealed class MisfireTests
{
    private const string SipOptions = "OPTIONS sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
        + "From: <sip:a@example.test>;tag=1\r\nTo: <sip:bob@example.test>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

    private const string SipOk = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.test>;tag=1\r\n"
        + "To: <sip:bob@example.test>;tag=2\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

    private const string RtspOptions = "OPTIONS rtsp://camera.example.test/stream RTSP/1.0\r\nCSeq: 1\r\n\r\n";
    private const string RtspOk = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, SETUP\r\n\r\n";

    /// <summary>Each as a stream, whoever speaks first, on its own port, on that of what it is taken for, and on one that says nothing.</summary>
    [Theory]
    [InlineData("SIP", "HTTP", SipOptions, SipOk, 5060, 80)]
    [InlineData("RTSP", "HTTP", RtspOptions, RtspOk, 554, 80)]
    [InlineData("SMTP", "FTP", null, "220 mail.example.test ESMTP\r\n|EHLO client.example.test\r\n|250-mail.example.test\r\n250 SIZE 1000\r\n", 25, 21)]
    [InlineData("FTP", "SMTP", null, "220 ftp.example.test FTP server ready\r\n|USER anonymous\r\n|331 Please specify the password.\r\n", 21, 25)]
    [InlineData("SSH", "HTTPS", "SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", 22, 443)]
    [InlineData("HTTP", "HTTPS", "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 80, 443)]
    public void A_stream_is_named_by_what_it_says(string application, string elsewhere, string? first, string rest, ushort own, ushort others)
    {
        foreach (ushort port in (ReadOnlySpan<ushort>)[own, others, 40_001])
        {
            var talk = new Conversation(port);
            if (first is not null)
            {
                talk.Client(Encoding.ASCII.GetBytes(first));
            }

            bool fromServer = true;
            foreach (string turn in rest.Split('|'))
            {
                _ = fromServer ? talk.Server(Encoding.ASCII.GetBytes(turn)) : talk.Client(Encoding.ASCII.GetBytes(turn));
                fromServer = !fromServer;
            }

            Assert.NotEqual(elsewhere, talk.Flow.Application);
            Assert.Equal(application, talk.Flow.Application);
            Assert.True(talk.Flow.Confidence > Confidence.Port);
        }
    }

    [Theory]
    [InlineData(51820)]
    [InlineData(6881)]
    [InlineData(40_001)]
    public void A_handshake_of_WireGuard_is_not_uTP(ushort port)
    {
        byte[] initiation = new byte[148]; // message type 1, three bytes of zero, then what looks random
        new Random(1).NextBytes(initiation);
        (initiation[0], initiation[1], initiation[2], initiation[3]) = (1, 0, 0, 0);
        initiation.AsSpan(132).Clear();    // no cookie
        var flow = new FlowInspection(new FlowContext(TransportProtocol.UDP, 40_000, port));
        flow.Datagram(Side.Originator, initiation, 1);
        Assert.Equal("WireGuard", flow.Application);
    }

    [Theory]
    [InlineData(5060)]
    [InlineData(80)]
    [InlineData(40_001)]
    public void SIP_in_datagrams_is_not_HTTP(ushort port)
    {
        var flow = new FlowInspection(new FlowContext(TransportProtocol.UDP, 40_000, port));
        flow.Datagram(Side.Originator, Encoding.ASCII.GetBytes(SipOptions), 1);
        Assert.Equal("SIP", flow.Application);
    }
}
