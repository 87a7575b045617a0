using System.Buffers.Binary;
using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.MacOS;

/// <summary>struct socket_fdinfo of libproc (bsd/sys/proc_info.h) as bytes; little-endian on every Mac of today.</summary>
internal static class MacSocketInfo
{
    public const int Size = 792;

    private const int SocketAt = 160;                   // soi_so: what tells one socket from another
    private const int ProtocolAt = 180;
    private const int KindAt = 256;
    private const int RemotePortAt = 264;               // in_sockinfo; ports in network order
    private const int LocalPortAt = 268;
    private const int FamilyFlagsAt = 288;              // insi_vflag
    private const int RemoteAt = 296;
    private const int LocalAt = 312;
    private const int TcpStateAt = 344;                 // tcp_sockinfo: after in_sockinfo, 80 bytes
    private const int KindInternet = 1;                 // SOCKINFO_IN
    private const int KindTcp = 2;                      // SOCKINFO_TCP
    private const byte IPv4 = 1;                        // INI_IPV4
    private const byte IPv6 = 2;                        // INI_IPV6
    private const int IPv4InUnion = 12;                 // in4in6_addr: three words of padding first

    /// <summary>TSI_S_*; null for those that are no connection.</summary>
    private static readonly ConnectionState?[] States =
    [
        null, null, ConnectionState.SYN_SENT, ConnectionState.SYN_RECV, ConnectionState.ESTABLISHED, ConnectionState.CLOSE_WAIT, ConnectionState.FIN_WAIT1,
        ConnectionState.CLOSING, ConnectionState.LAST_ACK, ConnectionState.FIN_WAIT2, ConnectionState.TIME_WAIT,
    ];

    /// <summary>Reads a socket of IPv4 or IPv6. False for any other.</summary>
    public static bool TryParse(ReadOnlySpan<byte> info, int processId, out KernelSocket socket)
    {
        socket = default;
        if (info.Length < Size)
        {
            return false;
        }

        int kind = Word(info, KindAt);
        byte families = info[FamilyFlagsAt];
        if (kind is not (KindInternet or KindTcp) || (families & (IPv4 | IPv6)) == 0)
        {
            return false;
        }

        // A socket of both families (an unconnected IPv6 one) has both bits.
        bool isIPv4 = (families & IPv6) == 0;
        ushort remotePort = BinaryPrimitives.ReadUInt16BigEndian(info[RemotePortAt..]);
        int state = Word(info, TcpStateAt);
        socket = new KernelSocket
        {
            Protocol = (TransportProtocol)Word(info, ProtocolAt),
            Local = Address(info[LocalAt..], isIPv4),
            LocalPort = BinaryPrimitives.ReadUInt16BigEndian(info[LocalPortAt..]),
            Remote = Address(info[RemoteAt..], isIPv4),
            RemotePort = remotePort,
            State = kind == KindTcp ? state >= 0 && state < States.Length ? States[state] : null
                : remotePort != 0 ? ConnectionState.UDP_ACTIVE : null,
            IPv6Only = families == IPv6,
            Number = BinaryPrimitives.ReadUInt64LittleEndian(info[SocketAt..]),
            ProcessId = processId,
        };
        return true;
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    private static IPAddressValue Address(ReadOnlySpan<byte> bytes, bool isIPv4) =>
        isIPv4 ? IPAddressValue.FromIPv4(bytes[IPv4InUnion..]) : IPAddressValue.FromIPv6(bytes);
}

/// <summary>struct proc_bsdinfo (bsd/sys/proc_info.h) as bytes.</summary>
/// <param name="Parent">Process id of the parent.</param>
/// <param name="User">User id in effect.</param>
/// <param name="Group">Group id in effect.</param>
/// <param name="Name">Its name, up to 31 characters.</param>
/// <param name="StartTime">When it started.</param>
internal readonly record struct MacProcessInfo(int Parent, uint User, uint Group, string Name, DateTimeOffset StartTime)
{
    public const int Size = 136;

    private const int ParentAt = 16;
    private const int UserAt = 20;
    private const int GroupAt = 24;
    private const int CommandAt = 48;
    private const int CommandSize = 16;
    private const int NameAt = 64;
    private const int NameSize = 32;
    private const int StartSecondsAt = 120;
    private const int StartMicrosecondsAt = 128;

    public static bool TryParse(ReadOnlySpan<byte> info, out MacProcessInfo read)
    {
        read = default;
        if (info.Length < Size)
        {
            return false;
        }

        string name = Text(info.Slice(NameAt, NameSize));
        long microseconds = (BinaryPrimitives.ReadInt64LittleEndian(info[StartSecondsAt..]) * 1_000_000) + BinaryPrimitives.ReadInt64LittleEndian(info[StartMicrosecondsAt..]);
        read = new MacProcessInfo(
            BinaryPrimitives.ReadInt32LittleEndian(info[ParentAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(info[UserAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(info[GroupAt..]),
            name.Length > 0 ? name : Text(info.Slice(CommandAt, CommandSize)),
            DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));
        return true;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        return string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}
