using System.Buffers.Binary;
using System.Net;
using System.Text;
using NetMonitor.Attribution;
using NetMonitor.Attribution.MacOS;
using NetMonitor.Attribution.Windows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

/// <summary>The structures of Windows and macOS as their headers define them. Nobody has run these systems' tables yet.</summary>
public sealed class OtherSystemsTests
{
    private static readonly DateTimeOffset Made = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    [Fact]
    public void Windows_TCP_over_IPv4()
    {
        byte[] row = new byte[WindowsTables.Tcp4Row];
        Word(row, 0, 5);
        Put(row, 4, "192.0.2.1");
        Port(row, 8, 50_000);
        Put(row, 12, "198.51.100.2");
        Port(row, 16, 443);
        Word(row, 20, 1_234);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(24), Made.ToFileTime());
        var sockets = new List<KernelSocket>();
        WindowsTables.ReadTcp4(Table(row), sockets);
        KernelSocket socket = Assert.Single(sockets);
        Assert.Equal((Address("192.0.2.1"), 50_000, Address("198.51.100.2"), 443), (socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort));
        Assert.Equal((ConnectionState.ESTABLISHED, 1_234, Made), (socket.State, socket.ProcessId, socket.CreationTime));
    }

    [Fact]
    public void Windows_TCP_over_IPv6_and_UDP()
    {
        byte[] row = new byte[WindowsTables.Tcp6Row];
        Put(row, 0, "2001:db8::1");
        Port(row, 20, 50_000);
        Put(row, 24, "2001:db8::2");
        Port(row, 44, 80);
        Word(row, 48, 11);
        Word(row, 52, 42);
        var sockets = new List<KernelSocket>();
        WindowsTables.ReadTcp6(Table(row), sockets);
        Assert.Equal((Address("2001:db8::2"), (ushort)80), (sockets[0].Remote, sockets[0].RemotePort));
        Assert.Equal((ConnectionState.TIME_WAIT, 42), (sockets[0].State!.Value, sockets[0].ProcessId));
        Assert.Null(sockets[0].CreationTime);

        byte[] udp4 = new byte[WindowsTables.Udp4Row];
        Port(udp4, 4, 53);
        Word(udp4, 8, 7);
        WindowsTables.ReadUdp4(Table(udp4), sockets);
        byte[] udp6 = new byte[WindowsTables.Udp6Row];
        Port(udp6, 20, 54);
        Word(udp6, 24, 8);
        WindowsTables.ReadUdp6(Table(udp6), sockets);
        Assert.Equal([(53, 7), (54, 8)], sockets.Skip(1).Select(socket => ((int)socket.LocalPort, socket.ProcessId)));
        Assert.All(sockets.Skip(1), socket => Assert.Null(socket.State));
    }

    [Fact]
    public void A_Windows_table_that_says_more_than_it_has_is_read_as_far_as_it_goes()
    {
        byte[] table = Table(new byte[WindowsTables.Tcp4Row]);
        Word(table, 0, uint.MaxValue);
        for (int length = 0; length <= table.Length; length++)
        {
            var sockets = new List<KernelSocket>();
            WindowsTables.ReadTcp4(table.AsSpan(0, length), sockets);
            Assert.Equal(length == table.Length ? 1 : 0, sockets.Count);
        }
    }

    [Fact]
    public void A_macOS_socket()
    {
        byte[] info = new byte[MacSocketInfo.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(160), 99);
        Word(info, 180, 6);
        Word(info, 256, 2);
        Port(info, 264, 443);
        Port(info, 268, 50_000);
        info[288] = 1;
        Put(info, 296 + 12, "198.51.100.2");
        Put(info, 312 + 12, "192.0.2.1");
        Word(info, 344, 4);
        Assert.True(MacSocketInfo.TryParse(info, 77, out KernelSocket socket));
        Assert.Equal((Address("192.0.2.1"), 50_000, Address("198.51.100.2"), 443), (socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort));
        Assert.Equal((TransportProtocol.TCP, ConnectionState.ESTABLISHED, 77, 99UL), (socket.Protocol, socket.State, socket.ProcessId, socket.Number));
        Assert.False(MacSocketInfo.TryParse(info.AsSpan(0, MacSocketInfo.Size - 1), 77, out _));
        Word(info, 256, 3); // a socket of the file system
        Assert.False(MacSocketInfo.TryParse(info, 77, out _));
    }

    [Fact]
    public void A_macOS_process()
    {
        byte[] info = new byte[MacProcessInfo.Size];
        Word(info, 16, 1);
        Word(info, 20, 501);
        Word(info, 24, 20);
        Encoding.UTF8.GetBytes("Google Chrome He").CopyTo(info, 48);
        Encoding.UTF8.GetBytes("Google Chrome Helper").CopyTo(info, 64);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(120), Made.ToUnixTimeSeconds());
        Assert.True(MacProcessInfo.TryParse(info, out MacProcessInfo process));
        Assert.Equal(new MacProcessInfo(1, 501, 20, "Google Chrome Helper", Made), process);
    }

    private static byte[] Table(byte[] row) => [1, 0, 0, 0, 0, 0, 0, 0, .. row];

    private static void Word(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);

    private static void Port(byte[] bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), value);

    private static void Put(byte[] bytes, int at, string address) => IPAddress.Parse(address).GetAddressBytes().CopyTo(bytes, at);

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
