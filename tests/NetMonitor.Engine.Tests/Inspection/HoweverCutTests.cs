using NetMonitor.Inspection;
using NetMonitor.Inspection.Proxies;
using NetMonitor.Inspection.Remote;
using NetMonitor.Inspection.Tls;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection;

/// <summary>What fuzzing found: results that depended on where a stream was cut, and probes that changed their mind as bytes arrived.</summary>
public sealed class HoweverCutTests
{
    private static readonly byte[] Hello = TlsBytes.Records(TlsBytes.ClientHello(TlsBytes.Sni("www.example.com")), 200);

    /// <summary>Client port, then the first bytes of a direction.</summary>
    [Theory]
    [InlineData(31000, "300C0201026500" + "0A")]                 // LDAP: an operation without content, and a byte behind it
    [InlineData(23, "3CFD18FD1FFB01FFFD27")]                     // TELNET
    [InlineData(23, "0102FFFD27")]                               // TELNET behind what is not text
    [InlineData(31000, "00040001000C2112")]                     // MySQL: a first packet of 1,024 bytes
    [InlineData(31000, "8000004811223338000000000000000200")]    // STUN: a length in front of a message
    [InlineData(31000, "3230AC206E6577732E")]                    // FTP: a reply code with a byte that is no digit
    [InlineData(31000, "48690D0A5353482D322E302D610D0A")]        // SSH behind text, on any port
    [InlineData(31000, "48690D0A5353482D322E302D610D0A0000C1EA")] // SSH behind text, and what is no text behind the line
    [InlineData(22, "4802690D0A5353482D322E302D610D0A")]         // SSH behind what is not text
    public void Probes_keep_their_answer(int port, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        FlowContext context = new(TransportProtocol.TCP, 50_000, (ushort)port);
        foreach (ProtocolRow row in ProtocolTable.Rows.Where(row => row.StreamProbe is not null))
        {
            Match[] answers = [.. Enumerable.Range(1, bytes.Length).Select(length => row.StreamProbe!(context, Side.Originator, bytes.AsSpan(0, length)))];
            Match told = answers.FirstOrDefault(answer => answer != Match.NeedMore, Match.NeedMore);
            Assert.All(answers.SkipWhile(answer => answer == Match.NeedMore), answer => Assert.Equal((row.Name, told), (row.Name, answer)));
        }
    }

    [Fact]
    public void A_hello_in_the_segment_of_its_CONNECT_is_read_before_what_the_other_side_answers()
    {
        Conversation conversation = new Conversation(8080)
            .Client([.. "CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n"u8, .. Hello])
            .Server([.. "HTTP/1.1 200 OK\r\n\r\n"u8, .. TlsBytes.Records(TlsBytes.ServerHello(0x0303, 0xC02F), 200), 1, 2, 3, 4, 5, 6, 7, 8])
            .Close();
        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("www.example.com", tls.ServerName);
        Assert.NotNull(tls.CipherSuite);
    }

    [Fact]
    public void What_is_behind_a_request_of_RDP_is_looked_at_at_once()
    {
        byte[] request = Convert.FromHexString("0300001300E00000000000" + "0100080003000000");
        request[4] = 0x0E;
        Conversation whole = new Conversation(3389).Client([.. request, .. "then something else"u8]);
        Conversation cut = new Conversation(3389).Client(request).Client("then something else"u8);
        Assert.Equal(cut.Flow.IsFinished, whole.Flow.IsFinished);
        Assert.Equal(2, Assert.IsType<RdpDetails>(whole.Flow.Details).SecurityOffered.Count);
    }

    [Fact]
    public void A_client_of_SOCKS_that_does_not_wait_is_understood_when_the_proxy_answers()
    {
        byte[] request = [5, 1, 0, 3, 15, .. "www.example.com"u8, 1, 0xBB];
        byte[] all = [5, 1, 2, 1, 5, .. "alice"u8, 6, .. "secret"u8, .. request, .. Hello];
        byte[] answer = [5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        Conversation whole = new Conversation(1080).Client(all).Server(answer).Close();
        TlsDetails tls = Assert.IsType<TlsDetails>(whole.Flow.Details);
        Assert.Equal("www.example.com", tls.ServerName);
        SocksDetails socks = Assert.IsType<SocksDetails>(tls.Outer);
        Assert.Equal(("alice", "www.example.com", (bool?)true), (socks.User, socks.TargetHost, socks.Granted));
        Conversation dripped = new Conversation(1080).Drip(Side.Originator, all).Drip(Side.Responder, answer).Close();
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));
    }

    [Fact]
    public void Ssh_behind_text_is_found_on_any_port_and_says_who_the_server_is()
    {
        byte[] greeting = [.. "Welcome to the machine\r\nSSH-2.0-dropbear_2024.86\r\n"u8];
        Conversation whole = new Conversation(31_000).Server(greeting).Client("SSH-2.0-OpenSSH_9.9\r\n"u8);
        Conversation dripped = new Conversation(31_000).Drip(Side.Responder, greeting).Client("SSH-2.0-OpenSSH_9.9\r\n"u8);
        Assert.Equal("SSH", whole.Flow.Application);
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));
    }
}
