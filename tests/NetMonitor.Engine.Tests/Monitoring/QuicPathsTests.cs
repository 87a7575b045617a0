using NetMonitor.Inspection.Quic;
using NetMonitor.Monitoring;
using NetMonitor.Packets;
using NetMonitor.Tests.Inspection.Quic;
using NetMonitor.Tests.Packets;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;
using Conversation = NetMonitor.Tests.Flows.Conversation;

namespace NetMonitor.Tests.Monitoring;

/// <summary>A QUIC connection stays one when the client's address or port changes.</summary>
public sealed class QuicPathsTests
{
    private const string Host = "c000020a";   // 192.0.2.10, which is local
    private const string Server = "c6336414"; // 198.51.100.20
    private const string Other = "c0000263";  // 192.0.2.99
    private static readonly QuicBytes V1 = new();
    private static readonly byte[] ClientId = [0xC1, 0x1E, 0x17, 0x00, 0x01];

    private readonly Conversation _talk = new();

    [Theory]
    [InlineData(Host, 50_001)]       // a NAT gave it another port
    [InlineData(Other, 50_000)]      // another address, on the other side of the server's in order
    [InlineData("fefefefe", 50_000)]
    public void The_connection_goes_on_from_another_address(string from, int port)
    {
        Handshake();
        NetConnection before = _talk.Only;
        Assert.Equal("www.example.com", before.Sni);
        Send(from, port, Server, 443, Data(QuicBytes.ServerId));
        NetConnection moved = _talk.Only;
        Assert.Equal((before.Id, before.CreationTime), (moved.Id, moved.CreationTime));
        Assert.Equal((before.PacketsSent + 1, before.PacketsReceived), (moved.PacketsSent, moved.PacketsReceived));
        Assert.Equal((before.BytesSent + 28 + 60, before.BytesReceived), (moved.BytesSent, moved.BytesReceived));
        Assert.Equal((port, 443, "198.51.100.20"), (moved.LocalPort, moved.RemotePort, moved.RemoteAddress?.ToString()));
        Assert.Equal((before.Direction, "HTTP/3", "www.example.com"), (moved.Direction, moved.Application, moved.Sni));
        Assert.Equal(1, Assert.IsType<QuicDetails>(moved.Details).Moves);

        // What the server sends there is the same connection's, and so is a late packet from where the client was.
        Send(Server, 443, from, port, Data(ClientId));
        Send(Host, 50_000, Server, 443, Data(QuicBytes.ServerId));
        NetConnection back = _talk.Only;
        Assert.Equal((before.Id, 50_000), (back.Id, back.LocalPort));
        Assert.Equal((before.PacketsSent + 2, before.PacketsReceived + 1), (back.PacketsSent, back.PacketsReceived));
    }

    [Fact]
    public void Another_id_or_two_other_ends_are_another_connection()
    {
        Handshake();
        Send(Other, 50_000, Server, 443, Data([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal(2, _talk.Rows().Count);
        Send(Other, 50_001, "c6336415", 443, Data(QuicBytes.ServerId));
        Assert.Equal(3, _talk.Rows().Count);
    }

    [Fact]
    public void A_connection_that_is_gone_is_not_found()
    {
        Handshake();
        _talk.Shard.Advance(_talk.Now + (3600 * Conversation.Second));
        Assert.Empty(_talk.Rows());
        Send(Other, 50_000, Server, 443, Data(QuicBytes.ServerId));
        Assert.Null(_talk.Only.Sni);
    }

    [Fact]
    public void Ids_are_forgotten_with_their_flow_and_short_ones_never_learned()
    {
        QuicPaths paths = new();
        QuicConnectionId server = QuicConnectionId.Of(QuicBytes.ServerId);
        paths.Learn(7, (QuicConnectionId.Of([1, 2, 3]), server));
        Assert.Equal(7, paths.Find(Data(QuicBytes.ServerId)));
        Assert.Equal(-1, paths.Find(Data([1, 2, 3])));
        paths.Learn(8, (default, server)); // taken
        Assert.Equal(7, paths.Find(Data(QuicBytes.ServerId)));
        paths.Forget(8);
        paths.Forget(7);
        Assert.Equal(-1, paths.Find(Data(QuicBytes.ServerId)));
    }

    private void Handshake()
    {
        byte[] hello = ClientHello(Sni("www.example.com"), Alpn("h3"), Versions(0x0304));
        Send(Host, 50_000, Server, 443, V1.Client(QuicBytes.Crypto(0, hello), source: ClientId));
        Send(Server, 443, Host, 50_000, Bytes(
            V1.Server(Bytes(QuicBytes.Ack, QuicBytes.Crypto(0, ServerHello13)), ClientId), V1.Handshake(ClientId, QuicBytes.ServerId)));
        Send(Host, 50_000, Server, 443, Bytes(V1.Handshake(QuicBytes.ServerId, ClientId), Data(QuicBytes.ServerId)));
        Send(Server, 443, Host, 50_000, Data(ClientId));
        Assert.Equal(ConnectionState.QUIC_CONNECTED, _talk.Only.State);
    }

    private static byte[] Data(byte[] id) => [0x4F, .. id, .. Enumerable.Repeat((byte)0x99, 59 - id.Length)];

    private void Send(string from, int fromPort, string to, int toPort, byte[] datagram)
    {
        _talk.Wait(Conversation.Millisecond);
        byte[] udp = Wire.Join(Wire.UInt16(fromPort), Wire.UInt16(toPort), Wire.UInt16(8 + datagram.Length), [0, 0], datagram);
        _talk.Frames(LinkType.Ethernet, Wire.Ethernet(0x0800, Wire.IPv4(17, udp, from: from, to: to)));
    }
}
