using System.Buffers.Binary;
using System.Net;
using NetMonitor.Attribution;
using NetMonitor.Attribution.Linux;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class SockDiagTests
{
    private const byte Tcp = 6;
    private const byte Udp = 17;

    [Fact]
    public void A_TCP_socket_has_its_ends_state_user_and_the_kernels_numbers()
    {
        byte[] info = new byte[232];
        BitConverter.TryWriteBytes(info.AsSpan(44), 250u);            // last data sent, ms ago
        BitConverter.TryWriteBytes(info.AsSpan(52), 100u);            // last data received, ms ago
        BitConverter.TryWriteBytes(info.AsSpan(68), 1_500u);          // rtt, µs
        BitConverter.TryWriteBytes(info.AsSpan(72), 700u);
        BitConverter.TryWriteBytes(info.AsSpan(80), 10u);
        BitConverter.TryWriteBytes(info.AsSpan(100), 3u);
        BitConverter.TryWriteBytes(info.AsSpan(128), 5_000L);
        BitConverter.TryWriteBytes(info.AsSpan(148), 900u);
        BitConverter.TryWriteBytes(info.AsSpan(160), 125_000L);
        BitConverter.TryWriteBytes(info.AsSpan(200), 777L);
        byte[] body = [.. Message(2, 1, "192.0.2.1", 40_000, "198.51.100.7", 443, 1_000, 4_242), .. Attribute(2, info), .. Attribute(21, BitConverter.GetBytes(99UL))];

        Assert.True(SockDiag.TryParse(body, Tcp, out KernelSocket socket));
        Assert.Equal(TransportProtocol.TCP, socket.Protocol);
        Assert.Equal((IPAddressValue.From(IPAddress.Parse("192.0.2.1")), 40_000), (socket.Local, socket.LocalPort));
        Assert.Equal((IPAddressValue.From(IPAddress.Parse("198.51.100.7")), 443), (socket.Remote, socket.RemotePort));
        Assert.Equal((ConnectionState.ESTABLISHED, 1_000u, 4_242UL, 99UL), (socket.State, socket.UserId, socket.Number, socket.CgroupId));
        Assert.Equal(100 * UnixTime.NanosecondsPerMillisecond, socket.Idle);
        Assert.Equal(
            new KernelNumbers
            {
                Rtt = TimeSpan.FromMicroseconds(1_500),
                RttVariance = TimeSpan.FromMicroseconds(700),
                MinimumRtt = TimeSpan.FromMicroseconds(900),
                CongestionWindow = 10,
                Retransmits = 3,
                DeliveryRate = 125_000,
                BytesSent = 777,
                BytesReceived = 5_000,
            },
            socket.Kernel);
    }

    [Fact]
    public void Of_an_old_kernel_only_what_it_tells_is_known()
    {
        byte[] body = [.. Message(2, 1, "192.0.2.1", 1, "192.0.2.2", 2, 0, 1), .. Attribute(2, new byte[104])];
        Assert.True(SockDiag.TryParse(body, Tcp, out KernelSocket socket));
        Assert.Null(socket.Kernel!.Rtt);
        Assert.Null(socket.Kernel.BytesSent);
        Assert.Null(socket.Kernel.DeliveryRate);
    }

    [Theory]
    [InlineData(6, 10, null)]
    [InlineData(6, 7, null)]
    [InlineData(6, 6, ConnectionState.TIME_WAIT)]
    [InlineData(6, 12, ConnectionState.SYN_RECV)]
    [InlineData(6, 200, null)]
    [InlineData(17, 1, ConnectionState.UDP_ACTIVE)]
    [InlineData(17, 7, null)]
    public void A_state_is_one_of_a_connection_or_none(byte protocol, byte state, ConnectionState? expected)
    {
        Assert.True(SockDiag.TryParse(Message(2, state, "0.0.0.0", 53, "0.0.0.0", 0, 0, 1), protocol, out KernelSocket socket));
        Assert.Equal(expected, socket.State);
    }

    [Fact]
    public void IPv4_in_an_IPv6_socket_is_IPv4_and_a_raw_sockets_port_is_its_protocol()
    {
        Assert.True(SockDiag.TryParse(Message(10, 1, "::ffff:192.0.2.1", 5_000, "::ffff:192.0.2.9", 80, 0, 1), Tcp, out KernelSocket mapped));
        Assert.True(mapped.Local.IsIPv4 && mapped.Remote.IsIPv4);
        Assert.True(SockDiag.TryParse(Message(2, 7, "0.0.0.0", 1, "0.0.0.0", 0, 0, 1), SockDiag.Raw, out KernelSocket raw));
        Assert.Equal((TransportProtocol.ICMP, (ushort)0), (raw.Protocol, raw.LocalPort));
    }

    [Fact]
    public void Cut_and_random_bytes_are_refused_or_read_within_bounds()
    {
        byte[] whole = [.. Message(2, 1, "192.0.2.1", 1, "192.0.2.2", 2, 0, 1), .. Attribute(2, new byte[232])];
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Equal(length >= 72, SockDiag.TryParse(whole.AsSpan(0, length), Udp, out _));
        }

        var random = new Random(5);
        byte[] noise = new byte[300];
        for (int i = 0; i < 2_000; i++)
        {
            random.NextBytes(noise);
            ReadOnlySpan<byte> buffer = noise;
            while (SockDiag.TryNext(ref buffer, out _, out ReadOnlySpan<byte> body))
            {
                SockDiag.TryParse(body, Tcp, out _);
            }

            noise[0] = 2;
            SockDiag.TryParse(noise, Tcp, out _);
        }
    }

    [Fact]
    public void Ping_sockets_are_read_with_their_identifier()
    {
        const string Text = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
               7: 00000000:0007 0100007F:0000 07 00000000:00000000 00:00000000 00000000  1000        0 50112 2 0000000000000000 0
            """;
        var sockets = new List<KernelSocket>();
        ProcNetIcmp.Parse(Text, TransportProtocol.ICMP, sockets);
        KernelSocket socket = Assert.Single(sockets);
        Assert.Equal(((ushort)7, 50_112UL, 1_000u), (socket.LocalPort, socket.Number, socket.UserId!.Value));
    }

    private static byte[] Message(byte family, byte state, string local, ushort localPort, string remote, ushort remotePort, uint user, uint inode)
    {
        byte[] message = new byte[72];
        message[0] = family;
        message[1] = state;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), localPort);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), remotePort);
        IPAddress.Parse(local).GetAddressBytes().CopyTo(message, 8);
        IPAddress.Parse(remote).GetAddressBytes().CopyTo(message, 24);
        BitConverter.TryWriteBytes(message.AsSpan(64), user);
        BitConverter.TryWriteBytes(message.AsSpan(68), inode);
        return message;
    }

    private static byte[] Attribute(ushort type, byte[] value) =>
        [.. BitConverter.GetBytes((ushort)(value.Length + 4)), .. BitConverter.GetBytes(type), .. value, .. new byte[(4 - (value.Length & 3)) & 3]];
}
