using NetMonitor.Inspection;
using NetMonitor.Packets;
using NetMonitor.Tests.Inspection.Http2;
using NetMonitor.Tests.Inspection.Quic;
using NetMonitor.Tests.Inspection.Services;
using static NetMonitor.Tests.Inspection.Quic.QuicBytes;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using Conversation = NetMonitor.Tests.Flows.Conversation;

namespace NetMonitor.Tests.Monitoring;

public sealed class ResponseTimesTests
{
    private const uint First = 0x1234_0001; // identifier, sequence number

    [Fact]
    public void The_documented_times_are_properties()
    {
        foreach (string[] row in DocumentedTables.Read("numbers.md", "Response times"))
        {
            Type type = row[0].StartsWith("ICMP", StringComparison.Ordinal) ? typeof(NetConnection)
                : typeof(NetConnection).Assembly.GetType("NetMonitor." + row[0], throwOnError: true)!;
            Assert.Equal(typeof(TimeSpan?), type.GetProperty(row[1])?.PropertyType);
        }
    }

    [Theory]
    [InlineData(TransportProtocol.ICMP, 8, 0)]
    [InlineData(TransportProtocol.ICMPv6, 128, 129)]
    public void An_echo_takes_from_its_request_to_its_reply(TransportProtocol protocol, byte request, byte reply)
    {
        Conversation talk = new();
        Echo(talk, protocol, request, First, isReply: false);
        Assert.Null(talk.Only.Rtt);
        talk.Wait(Conversation.Second);
        Echo(talk, protocol, request, First + 1, isReply: false);
        talk.Wait(5 * Conversation.Millisecond);
        Echo(talk, protocol, reply, First + 1, isReply: true);
        Assert.Equal(TimeSpan.FromMilliseconds(5), talk.Only.Rtt);
        Echo(talk, protocol, reply, First, isReply: true);
        Assert.Equal(TimeSpan.FromMilliseconds(1005), talk.Only.Rtt);
    }

    [Fact]
    public void A_reply_to_no_request_and_a_second_reply_say_nothing()
    {
        Conversation talk = new();
        Echo(talk, TransportProtocol.ICMP, 0, First, isReply: true);
        Assert.Null(talk.Only.Rtt);
        Echo(talk, TransportProtocol.ICMP, 8, First, isReply: false);
        talk.Wait(Conversation.Millisecond);
        Echo(talk, TransportProtocol.ICMP, 0, First, isReply: true);
        talk.Wait(Conversation.Second);
        Echo(talk, TransportProtocol.ICMP, 0, First, isReply: true);
        Assert.Equal(TimeSpan.FromMilliseconds(1), talk.Only.Rtt);
    }

    [Fact]
    public void The_handshake_of_QUIC_gives_Rtt()
    {
        byte[] id = [0xC1, 0x1E];
        QuicBytes v1 = new();
        Conversation talk = new();
        talk.Data(fromClient: true, v1.Client(Crypto(0, ModernClientHello), source: id), TransportProtocol.UDP);
        Assert.Null(talk.Only.Rtt);
        talk.Wait(30 * Conversation.Millisecond).Data(fromClient: false, v1.Server(Crypto(0, ServerHello13), id), TransportProtocol.UDP);
        talk.Wait(30 * Conversation.Millisecond).Data(fromClient: false, v1.Handshake(id, ServerId), TransportProtocol.UDP);
        Assert.Equal(TimeSpan.FromMilliseconds(30), Assert.IsType<QuicDetails>(talk.Only.Details).HandshakeRtt);
        Assert.Equal(TimeSpan.FromMilliseconds(30), talk.Only.Rtt);
    }

    [Fact]
    public void A_ServerHello_takes_from_the_ClientHello()
    {
        Conversation talk = new Conversation().Handshake();
        talk.Data(fromClient: true, Record(22, ModernClientHello)).Wait(40 * Conversation.Millisecond).Data(fromClient: false, Record(22, ServerHello13));
        Assert.Equal(TimeSpan.FromMilliseconds(40), Assert.IsType<TlsDetails>(talk.Only.Details).ServerHelloTime);
    }

    public static TheoryData<string, byte[], byte[]> Exchanges => new()
    {
        { "NTP", ServiceBytes.NtpClient, ServiceBytes.NtpServer },
        { "STUN", ServiceBytes.StunRequest, ServiceBytes.StunSuccess },
        { "SNMP", ServiceBytes.SnmpGetNext, ServiceBytes.SnmpResponse },
    };

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void An_answer_gives_Rtt(string application, byte[] request, byte[] response)
    {
        Conversation talk = new();
        talk.Data(fromClient: true, request, TransportProtocol.UDP);
        Assert.Null(talk.Only.Rtt);
        talk.Wait(30 * Conversation.Millisecond).Data(fromClient: false, response, TransportProtocol.UDP);
        Assert.Equal((application, TimeSpan.FromMilliseconds(30)), (talk.Only.Application, talk.Only.Rtt));
    }

    [Fact]
    public void Pipelined_requests_are_answered_in_order()
    {
        Conversation talk = new Conversation().Handshake();
        talk.Data(fromClient: true, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"u8).Wait(10 * Conversation.Millisecond);
        talk.Data(fromClient: true, "GET /2 HTTP/1.1\r\nHost: a\r\n"u8).Wait(10 * Conversation.Millisecond).Data(fromClient: true, "\r\n"u8);
        Assert.Null(Assert.IsType<HttpDetails>(talk.Only.Details).TimeToFirstByte);
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: false, "HTTP/1.1 100 Continue\r\n\r\nHTTP"u8);
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: false, "/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8);
        Assert.Equal(TimeSpan.FromMilliseconds(30), Assert.IsType<HttpDetails>(talk.Only.Details).TimeToFirstByte);
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: false, "HTTP/1.1 204 No Content\r\n\r\n"u8);
        Assert.Equal(TimeSpan.FromMilliseconds(30), Assert.IsType<HttpDetails>(talk.Only.Details).TimeToFirstByte);
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: true, "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        talk.Wait(7 * Conversation.Millisecond).Data(fromClient: false, "HTTP/1.1 204 No Content\r\n\r\n"u8);
        Assert.Equal(TimeSpan.FromMilliseconds(7), Assert.IsType<HttpDetails>(talk.Only.Details).TimeToFirstByte);
    }

    [Fact]
    public void A_response_of_HTTP2_takes_from_the_request_on_its_stream()
    {
        Conversation talk = new Conversation().Handshake();
        talk.Data(fromClient: true, [.. Http2Bytes.Preface, .. Http2Bytes.Block(1, Http2Bytes.Request("GET", "/a", "www.example.com"))]);
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: false, [.. Http2Bytes.ServerSettings, .. Http2Bytes.Block(3, 0x88)]);
        Assert.Null(Assert.IsType<Http2Details>(talk.Only.Details).TimeToFirstByte);
        byte[] response = Http2Bytes.Block(1, 0x88);
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: false, response.AsSpan(0, 4));
        talk.Wait(10 * Conversation.Millisecond).Data(fromClient: false, response.AsSpan(4));
        Assert.Equal(TimeSpan.FromMilliseconds(20), Assert.IsType<Http2Details>(talk.Only.Details).TimeToFirstByte);
    }

    [Fact]
    public void A_segment_after_its_connection_has_gone_is_counted()
    {
        Conversation talk = new Conversation().Handshake().FromServer(TcpFlags.Rst | TcpFlags.Ack).Wait(10 * Conversation.Second);
        talk.Shard.Advance(talk.Now);
        Assert.Empty(talk.Rows());
        Assert.Equal(0, talk.Shard.LateSegments);
        talk.FromServer(TcpFlags.Ack, 100);
        Assert.Equal(1, talk.Shard.LateSegments);
        Assert.Empty(talk.Rows());
    }

    private static void Echo(Conversation talk, TransportProtocol protocol, byte type, uint id, bool isReply)
    {
        IPAddressValue client = Conversation.Address(Conversation.Client);
        IPAddressValue server = Conversation.Address(Conversation.Server);
        talk.Feed(new Packet
        {
            Source = isReply ? server : client,
            Destination = isReply ? client : server,
            Protocol = protocol,
            Traits = isReply ? PacketTraits.Response : PacketTraits.None,
            IcmpType = type,
            Acknowledgment = id,
            IpLength = 84,
            IpPackets = 1,
            VlanId = Packet.NoVlan,
            Timestamp = talk.Now,
        });
    }
}
