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
            string[] takers = [.. ProtocolTable.Rows.Where(row => row.DatagramProbe?.Invoke(context, Side.Originator, sample.Bytes) == Match.Yes
                && !row.CreateDatagram!(context).IsTentative).Select(row => row.Name)];
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

    /// <summary>First bytes of other protocols, on their own ports and on those of this family.</summary>
    [Fact]
    public void Others_are_left_alone()
    {
        byte[][] others =
        [
            .. ((string[])["SSH-2.0-OpenSSH_9.9\r\n", "220 mail.example ESMTP\r\n", "EHLO client.example\r\n", "INVITE sip:bob@example SIP/2.0\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n", "<34>Oct 11 22:14:15 host su: failed\n", "*1\r\n$4\r\nPING\r\n", "RFB 003.008\n"])
                .Select(text => System.Text.Encoding.ASCII.GetBytes(text)),
            [0x80, 0x60, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4, .. TunnelBytes.Cipher(160)],                                        // RTP
            [0, 1, 0, 8, 0x21, 0x12, 0xA4, 0x42, .. TunnelBytes.Cipher(12), 0x80, 0x22, 0, 4, 1, 2, 3, 4],                  // STUN
            [0x23, 2, 6, 0xEC, .. new byte[36], .. TunnelBytes.Cipher(8)],                                                   // NTP
            [0x30, 0x29, 2, 1, 1, 4, 6, .. "public"u8, 0xA0, 0x1C, 2, 4, 1, 2, 3, 4, 2, 1, 0, 2, 1, 0, 0x30, 0xE, .. new byte[14]], // SNMP
            [1, 1, 6, 0, .. TunnelBytes.Cipher(4), .. new byte[228], 0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255],                 // DHCP
            [0xC3, 0, 0, 0, 1, 8, .. TunnelBytes.Cipher(1194)],                                                              // QUIC
            [0x40, .. TunnelBytes.Cipher(1199)],                                                                             // QUIC, short header
            [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, .. TunnelBytes.Cipher(59)],                                  // DTLS
            [22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3, .. TunnelBytes.Cipher(54)],                                                 // TLS
            [4, 0, 0x28, 0, 0x10, 0, 0, 0, .. new byte[16], .. TunnelBytes.Cipher(56)],                                      // DCE/RPC
            [0, 0, 0, 0x2F, 0xFE, .. "SMB"u8, 64, 0, .. new byte[60]],                                                       // SMB2
            [0x0A, 0, 0, 0, .. TunnelBytes.Cipher(60)], new byte[148], new byte[64], [.. Enumerable.Repeat((byte)0xFF, 64)],
        ];
        ushort[] ports = [31_000, 500, 1194, 2055, 6343, 6881, 9418, 20_000, 51_820];
        string[] mine = ["BitTorrent", "uTP", "Bitcoin", "BGP", "IKE", "OpenVPN", "WireGuard", "L2TP", "PPTP", "GTP", "RIP", "HSRP", "BFD", "LDP", "NetFlow", "sFlow", "Modbus",
            "DNP3", "S7comm", "EtherNet/IP", "OPC UA", "IEC 104", "BACnet", "CoAP", "Git", "Gnutella", "rsync", "X11"];
        ProtocolRow[] rows = [.. ProtocolTable.Rows.Where(row => mine.Contains(row.Name))];
        Assert.Equal(mine.Length, rows.Length);
        foreach (byte[] bytes in others)
        {
            foreach (ushort port in ports)
            {
                FlowContext tcp = new(TransportProtocol.TCP, 50_000, port);
                FlowContext udp = new(TransportProtocol.UDP, 50_000, port);
                Assert.DoesNotContain(rows, row => (row.StreamProbe?.Invoke(tcp, Side.Originator, bytes) ?? Match.No) != Match.No);
                Assert.DoesNotContain(rows, row => row.DatagramProbe?.Invoke(udp, Side.Originator, bytes) == Match.Yes);
            }
        }
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
