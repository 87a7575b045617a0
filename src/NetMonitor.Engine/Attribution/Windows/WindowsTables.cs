using System.Buffers.Binary;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Windows;

/// <summary>
/// The tables of GetExtendedTcpTable and GetExtendedUdpTable with the owner's module (iphlpapi, tcpmib.h and udpmib.h), as bytes. A table is a count,
/// padding to eight bytes, and rows. Ports are in network order in the low half of a 32-bit word.
/// </summary>
internal static class WindowsTables
{
    /// <summary>Where the first row is.</summary>
    public const int FirstRow = 8;

    /// <summary>MIB_TCPROW_OWNER_MODULE: state, local address, local port, remote address, remote port, process; creation time; 16 words of module.</summary>
    public const int Tcp4Row = 160;

    /// <summary>MIB_TCP6ROW_OWNER_MODULE.</summary>
    public const int Tcp6Row = 192;

    /// <summary>MIB_UDPROW_OWNER_MODULE.</summary>
    public const int Udp4Row = 160;

    /// <summary>MIB_UDP6ROW_OWNER_MODULE.</summary>
    public const int Udp6Row = 176;

    private const uint StateListen = 2;

    /// <summary>MIB_TCP_STATE (tcpmib.h), 1 to 12.</summary>
    private static readonly ConnectionState[] TcpStates =
    [
        ConnectionState.CLOSED, ConnectionState.CLOSED, ConnectionState.CLOSED, ConnectionState.SYN_SENT, ConnectionState.SYN_RECV, ConnectionState.ESTABLISHED,
        ConnectionState.FIN_WAIT1, ConnectionState.FIN_WAIT2, ConnectionState.CLOSE_WAIT, ConnectionState.CLOSING, ConnectionState.LAST_ACK,
        ConnectionState.TIME_WAIT, ConnectionState.CLOSED,
    ];

    public static void ReadTcp4(ReadOnlySpan<byte> table, List<KernelSocket> sockets)
    {
        for (ReadOnlySpan<byte> rest = table; TryNext(ref rest, table, Tcp4Row, out ReadOnlySpan<byte> row);)
        {
            sockets.Add(Tcp(Word(row, 0), IPAddressValue.FromIPv4(row[4..]), Port(row, 8), IPAddressValue.FromIPv4(row[12..]), Port(row, 16), row, 20, 24, 32));
        }
    }

    public static void ReadTcp6(ReadOnlySpan<byte> table, List<KernelSocket> sockets)
    {
        for (ReadOnlySpan<byte> rest = table; TryNext(ref rest, table, Tcp6Row, out ReadOnlySpan<byte> row);)
        {
            sockets.Add(Tcp(Word(row, 48), IPAddressValue.FromIPv6(row), Port(row, 20), IPAddressValue.FromIPv6(row[24..]), Port(row, 44), row, 52, 56, 64));
        }
    }

    public static void ReadUdp4(ReadOnlySpan<byte> table, List<KernelSocket> sockets)
    {
        for (ReadOnlySpan<byte> rest = table; TryNext(ref rest, table, Udp4Row, out ReadOnlySpan<byte> row);)
        {
            sockets.Add(Udp(IPAddressValue.FromIPv4(row), Port(row, 4), row, 8, 16));
        }
    }

    public static void ReadUdp6(ReadOnlySpan<byte> table, List<KernelSocket> sockets)
    {
        for (ReadOnlySpan<byte> rest = table; TryNext(ref rest, table, Udp6Row, out ReadOnlySpan<byte> row);)
        {
            sockets.Add(Udp(IPAddressValue.FromIPv6(row), Port(row, 20), row, 24, 32));
        }
    }

    private static bool TryNext(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> table, int size, out ReadOnlySpan<byte> row)
    {
        row = default;
        if (rest.Length == table.Length)
        {
            if (table.Length < FirstRow)
            {
                return false;
            }

            // The system may say it has more rows than it wrote: what is not there is not read.
            long end = FirstRow + (BinaryPrimitives.ReadUInt32LittleEndian(table) * (long)size);
            rest = table[FirstRow..(int)Math.Min(end, table.Length)];
        }

        if (rest.Length < size)
        {
            return false;
        }

        row = rest[..size];
        rest = rest[size..];
        return true;
    }

    private static KernelSocket Tcp(
        uint state, IPAddressValue local, ushort localPort, IPAddressValue remote, ushort remotePort, ReadOnlySpan<byte> row, int processAt, int createdAt, int moduleAt)
    {
        return new KernelSocket
        {
            Protocol = TransportProtocol.TCP,
            Local = local,
            LocalPort = localPort,
            Remote = remote,
            RemotePort = remotePort,
            State = state == StateListen ? null : state < (uint)TcpStates.Length ? TcpStates[state] : ConnectionState.CLOSED,
            ProcessId = (int)Word(row, processAt),
            CreationTime = Time(row, createdAt),
            Number = BinaryPrimitives.ReadUInt64LittleEndian(row[moduleAt..]),
        };
    }

    /// <summary>Windows does not tell the remote end of a UDP socket.</summary>
    private static KernelSocket Udp(IPAddressValue local, ushort port, ReadOnlySpan<byte> row, int processAt, int createdAt) => new()
    {
        Protocol = TransportProtocol.UDP,
        Local = local,
        LocalPort = port,
        ProcessId = (int)Word(row, processAt),
        CreationTime = Time(row, createdAt),
    };

    private static uint Word(ReadOnlySpan<byte> row, int at) => BinaryPrimitives.ReadUInt32LittleEndian(row[at..]);

    private static ushort Port(ReadOnlySpan<byte> row, int at) => BinaryPrimitives.ReadUInt16BigEndian(row[at..]);

    /// <summary>FILETIME: 100 ns since 1601, 0 for none.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> row, int at) =>
        BinaryPrimitives.ReadInt64LittleEndian(row[at..]) is > 0 and < 0x2400_0000_0000_0000 and long time ? DateTimeOffset.FromFileTime(time).ToUniversalTime() : null;
}
