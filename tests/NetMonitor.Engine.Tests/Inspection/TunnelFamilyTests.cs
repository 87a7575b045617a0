using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Industry;
using NetMonitor.Tests.Inspection.Peers;
using NetMonitor.Tests.Inspection.Routing;
using NetMonitor.Tests.Inspection.Tunnels;

namespace NetMonitor.Tests.Inspection;

/// <summary>What holds for every protocol of tunnels, routing, industry and peers: damaged messages do no harm, and nobody takes another's.</summary>
public sealed class TunnelFamilyTests
{
    private static readonly (int Port, byte[] Bytes)[] Datagrams =
    [
        (31_000, PeerBytes.GetPeers), (31_000, PeerBytes.Found), (31_000, PeerBytes.TrackerConnect), (31_000, PeerBytes.MicroTransport(4, 7, 1, 0)),
        (31_000, TunnelBytes.WireGuardInitiation), (31_000, TunnelBytes.WireGuardData(1)), (31_000, TunnelBytes.OpenVpnClient), (31_000, TunnelBytes.OpenVpnServer),
        (31_000, TunnelBytes.OpenVpnAuth(20)), (31_000, TunnelBytes.OpenVpnCrypt2), (500, TunnelBytes.IkeInit), (500, TunnelBytes.IkeMain), (4500, TunnelBytes.Esp),
        (2123, TunnelBytes.GtpCreateContext), (2123, TunnelBytes.GtpCreateSession), (1701, TunnelBytes.L2tpStart),
        (31_000, DatagramTests.WhoIs), (31_000, DatagramTests.ReadProperty), (5683, DatagramTests.CoapGet), (5683, DatagramTests.CoapContent),
    ];

    private static readonly (int Port, byte[] Bytes)[] Streams =
    [
        (31_000, [.. PeerBytes.Handshake("-qB4650-"), .. PeerBytes.ExtensionHandshake]), (502, [.. ModbusTests.Read, .. ModbusTests.Answer]),
        (179, [.. BgpTests.Open(65_001, 90, 1), .. BgpTests.Keepalive]), (31_000, WireBuilder.Vector16(TunnelBytes.OpenVpnClient)),
    ];

    [Fact]
    public void Damage_never_throws_and_keeps_text_clean()
    {
        Random random = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            (int port, byte[] bytes) = Datagrams[i % Datagrams.Length];
            Conversation conversation = new((ushort)port, TransportProtocol.UDP);
            conversation.Datagram(Side.Originator, Damage(bytes, random)).Datagram(Side.Responder, bytes).Datagram(Side.Originator, Damage(bytes, random));
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(conversation.Flow.Details));

            (port, bytes) = Streams[i % Streams.Length];
            conversation = new Conversation((ushort)port);
            byte[] damaged = Damage(bytes, random);
            conversation.Client(damaged.AsSpan(0, damaged.Length / 2)).Client(damaged.AsSpan(damaged.Length / 2)).Server(Damage(bytes, random)).Close();
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(conversation.Flow.Details));
            Assert.True(conversation.Flow.IsFinished);
            Assert.Equal(0, conversation.Flow.Buffered);
        }
    }

    [Fact]
    public void Each_datagram_is_taken_by_one_row_only()
    {
        Assert.All(Datagrams, sample =>
        {
            FlowContext context = new(TransportProtocol.UDP, 50_000, (ushort)sample.Port);
            string[] takers = [.. ProtocolTable.Rows.Where(row => row.DatagramProbe?.Invoke(context, Side.Originator, sample.Bytes) == Match.Yes).Select(row => row.Name)];
            Assert.Single(takers);
        });
    }

    [Fact]
    public void Each_stream_is_taken_by_one_row_only()
    {
        Assert.All(Streams, sample =>
        {
            FlowContext context = new(TransportProtocol.TCP, 50_000, (ushort)sample.Port);
            string[] takers = [.. ProtocolTable.Rows.Where(row => row.StreamProbe?.Invoke(context, Side.Originator, sample.Bytes) == Match.Yes).Select(row => row.Name)];
            Assert.Single(takers);
        });
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        for (int i = random.Next(5); i > 0; i--)
        {
            damaged[random.Next(damaged.Length)] = random.Next(4) == 0 ? (byte)0xFF : (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? damaged[..random.Next(1, damaged.Length)] : damaged;
    }
}
