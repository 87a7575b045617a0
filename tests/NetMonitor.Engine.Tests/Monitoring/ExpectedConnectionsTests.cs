using NetMonitor.Monitoring;
using NetMonitor.Packets;
using NetMonitor.Tests.Flows;
using static NetMonitor.Tests.Flows.Conversation;

namespace NetMonitor.Tests.Monitoring;

public sealed class ExpectedConnectionsTests
{
    private const long Noon = 1_700_000_000 * Second;
    private static readonly IPAddressValue Host = Address(Server);
    private static readonly IPAddressValue Peer = Address(Client);

    [Theory]
    [InlineData("227 Entering Passive Mode (10,9,8,7,200,1)\r\n", false, 50001, 51201)]
    [InlineData("229 Entering Extended Passive Mode (|||51201|)\r\n", false, 50001, 51201)]
    [InlineData("PORT 192,0,2,10,200,1\r\n", true, 51201, 20)]
    [InlineData("EPRT |1|192.0.2.10|51201|\r\n", true, 51201, 20)]
    public void The_data_of_FTP_has_its_name_whatever_it_looks_like(string said, bool byClient, int clientPort, int serverPort)
    {
        Conversation talk = new() { ServerPort = 2121 };
        talk.Handshake().Data(fromClient: false, "220 ftp.example.com FTP server ready\r\n"u8).Data(byClient, System.Text.Encoding.ASCII.GetBytes(said));
        talk.ClientPort = (ushort)clientPort;
        talk.ServerPort = (ushort)serverPort;
        talk.Wait(Second).Handshake().Data(fromClient: true, "GET / HTTP/1.1\r\nHost: not.the.point\r\n\r\n"u8);
        NetConnection data = Assert.Single(talk.Rows(), row => row.LocalPort == clientPort);
        Assert.Equal(("FTP-DATA", Confidence.Decoded, null, null), (data.Application, data.Confidence, data.Details, data.HostName));
        Assert.Equal("FTP", Assert.Single(talk.Rows(), row => row.LocalPort != clientPort).Application);
    }

    [Fact]
    public void Another_port_and_another_peer_are_not_meant()
    {
        var expected = new ExpectedConnections();
        Assert.False(expected.Has(Host, 1024, Peer, Noon));
        expected.Add(Host, 1024, Peer, Noon);
        Assert.True(expected.Has(Host, 1024, Peer, Noon));
        Assert.False(expected.Has(Host, 1025, Peer, Noon));
        Assert.False(expected.Has(Peer, 1024, Host, Noon));
    }

    [Fact]
    public void One_is_expected_from_its_announcement_on_and_for_a_while()
    {
        for (long offset = 0; offset < ExpectedConnections.Patience; offset += ExpectedConnections.Patience / 7)
        {
            var expected = new ExpectedConnections();
            long said = Noon + offset;
            expected.Add(Host, 1024, Peer, said);
            Assert.False(expected.Has(Host, 1024, Peer, said - 1));
            Assert.True(expected.Has(Host, 1024, Peer, said + ExpectedConnections.Patience));
            Assert.False(expected.Has(Host, 1024, Peer, said + (2 * ExpectedConnections.Patience)));
        }
    }

    [Fact]
    public void The_order_of_announcements_makes_no_difference()
    {
        long[] times = [Noon, Noon + (40 * Second), Noon + (400 * Second), Noon + (800 * Second)];
        var forward = new ExpectedConnections();
        var backward = new ExpectedConnections();
        Array.ForEach(times, time => forward.Add(Host, 1024, Peer, time));
        Array.ForEach([.. times.Reverse()], time => backward.Add(Host, 1024, Peer, time));
        for (long at = Noon - (10 * Second); at < Noon + (2000 * Second); at += 10 * Second)
        {
            Assert.Equal(forward.Has(Host, 1024, Peer, at), backward.Has(Host, 1024, Peer, at));
        }
    }

    [Fact]
    public void The_oldest_are_forgotten()
    {
        var expected = new ExpectedConnections();
        for (int i = 0; i <= ExpectedConnections.Limit; i++)
        {
            expected.Add(Host, (ushort)(1 + i), Peer, Noon);
        }

        Assert.False(expected.Has(Host, 1, Peer, Noon));
        Assert.True(expected.Has(Host, ExpectedConnections.Limit + 1, Peer, Noon));
    }
}
