using System.Buffers.Binary;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Linux;

/// <summary>The messages of NETLINK_SOCK_DIAG (linux/inet_diag.h, sock_diag(7)). Numbers are the machine's, ports and addresses the network's.</summary>
/// <remarks>
/// <code>
/// struct nlmsghdr        { u32 len; u16 type; u16 flags; u32 seq; u32 pid; }
/// struct inet_diag_req_v2{ u8 family; u8 protocol; u8 ext; u8 pad; u32 states; struct inet_diag_sockid id; }
/// struct inet_diag_msg   { u8 family; u8 state; u8 timer; u8 retrans; struct inet_diag_sockid id; u32 expires; u32 rqueue; u32 wqueue; u32 uid; u32 inode; }
/// struct inet_diag_sockid{ be16 sport; be16 dport; be32 src[4]; be32 dst[4]; u32 if; u32 cookie[2]; }
/// </code>
/// </remarks>
internal static class SockDiag
{
    public const int RequestSize = 16 + 56;
    public const ushort Error = 2;
    public const ushort Done = 3;
    public const byte IPv4 = 2;
    public const byte IPv6 = 10;
    public const byte Raw = 255;                        // IPPROTO_RAW: raw sockets of every protocol

    private const ushort ByFamily = 20;                 // SOCK_DIAG_BY_FAMILY
    private const ushort RequestDump = 0x301;           // NLM_F_REQUEST | NLM_F_DUMP
    private const uint AllStates = uint.MaxValue;
    private const byte WantInfo = 1 << (InfoAttribute - 1);

    private const int HeaderSize = 16;
    private const int FamilyAt = 0;
    private const int StateAt = 1;
    private const int LocalPortAt = 4;
    private const int RemotePortAt = 6;
    private const int LocalAt = 8;
    private const int RemoteAt = 24;
    private const int ReceiveQueueAt = 56;
    private const int SendQueueAt = 60;
    private const int UserAt = 64;
    private const int InodeAt = 68;
    private const int MessageSize = 72;

    private const ushort InfoAttribute = 2;             // INET_DIAG_INFO
    private const ushort IPv6OnlyAttribute = 11;        // INET_DIAG_SKV6ONLY
    private const ushort CgroupAttribute = 21;          // INET_DIAG_CGROUP_ID, Linux 5.9
    private const byte UdpConnected = 1;                // TCP_ESTABLISHED, which UDP borrows

    /// <summary>The kernel's numbers for TCP states (net/tcp_states.h); null for those that are no connection: CLOSE, LISTEN.</summary>
    private static readonly ConnectionState?[] TcpStates =
    [
        null, ConnectionState.ESTABLISHED, ConnectionState.SYN_SENT, ConnectionState.SYN_RECV, ConnectionState.FIN_WAIT1, ConnectionState.FIN_WAIT2,
        ConnectionState.TIME_WAIT, null, ConnectionState.CLOSE_WAIT, ConnectionState.LAST_ACK, null, ConnectionState.CLOSING, ConnectionState.SYN_RECV,
    ];

    /// <summary>Writes the request for all sockets of a family and protocol.</summary>
    public static void WriteRequest(Span<byte> request, byte family, byte protocol)
    {
        request[..RequestSize].Clear();
        WriteNative16(request[4..], ByFamily);
        WriteNative16(request[6..], RequestDump);
        request[HeaderSize] = family;
        request[HeaderSize + 1] = protocol;
        request[HeaderSize + 2] = WantInfo;
        BitConverter.TryWriteBytes(request[(HeaderSize + 4)..], AllStates);
        BitConverter.TryWriteBytes(request, RequestSize);
    }

    /// <summary>Takes the next message off a buffer.</summary>
    /// <returns>False when there is no whole one.</returns>
    public static bool TryNext(ref ReadOnlySpan<byte> buffer, out ushort type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        if (buffer.Length < HeaderSize)
        {
            return false;
        }

        uint length = BitConverter.ToUInt32(buffer);
        if (length < HeaderSize || length > buffer.Length)
        {
            return false;
        }

        type = BitConverter.ToUInt16(buffer[4..]);
        body = buffer[HeaderSize..(int)length];
        buffer = buffer[Math.Min(buffer.Length, ((int)length + 3) & ~3)..];
        return true;
    }

    /// <summary>Reads one socket.</summary>
    /// <param name="body">A message without its header.</param>
    /// <param name="protocol">What was asked for.</param>
    /// <param name="socket">The socket.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, byte protocol, out KernelSocket socket)
    {
        socket = default;
        if (body.Length < MessageSize || body[FamilyAt] is not (IPv4 or IPv6))
        {
            return false;
        }

        byte state = body[StateAt];
        ushort localPort = BinaryPrimitives.ReadUInt16BigEndian(body[LocalPortAt..]);
        bool isRaw = protocol == Raw;
        Attributes attributes = Read(body[MessageSize..]);
        socket = new KernelSocket
        {
            Protocol = (TransportProtocol)(isRaw ? localPort : protocol), // The "port" of a raw socket is its protocol.
            Local = AddressAt(body, LocalAt),
            Remote = AddressAt(body, RemoteAt),
            LocalPort = isRaw ? (ushort)0 : localPort,
            RemotePort = isRaw ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(body[RemotePortAt..]),
            State = protocol switch
            {
                (byte)TransportProtocol.TCP => state < TcpStates.Length ? TcpStates[state] : null,
                (byte)TransportProtocol.UDP => state == UdpConnected ? ConnectionState.UDP_ACTIVE : null,
                _ => null,
            },
            Number = BitConverter.ToUInt32(body[InodeAt..]),
            UserId = BitConverter.ToUInt32(body[UserAt..]),
            Queued = (BitConverter.ToUInt32(body[ReceiveQueueAt..]), BitConverter.ToUInt32(body[SendQueueAt..])),
            CgroupId = attributes.Cgroup,
            IPv6Only = attributes.IPv6Only,
            Kernel = attributes.Kernel,
            Idle = attributes.Idle,
        };
        return true;
    }

    private static Attributes Read(ReadOnlySpan<byte> rest)
    {
        const int AttributeHeader = 4;
        Attributes read = default;
        while (rest.Length >= AttributeHeader)
        {
            int length = BitConverter.ToUInt16(rest);
            if (length < AttributeHeader || length > rest.Length)
            {
                break;
            }

            ReadOnlySpan<byte> value = rest[AttributeHeader..length];
            switch (BitConverter.ToUInt16(rest[2..]))
            {
                case InfoAttribute when TcpInfo.TryParse(value, out KernelNumbers? numbers, out long? idle):
                    read.Kernel = numbers;
                    read.Idle = idle;
                    break;
                case IPv6OnlyAttribute when value.Length >= 1:
                    read.IPv6Only = value[0] != 0;
                    break;
                case CgroupAttribute when value.Length >= sizeof(ulong):
                    read.Cgroup = BitConverter.ToUInt64(value);
                    break;
            }

            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }

        return read;
    }

    private static IPAddressValue AddressAt(ReadOnlySpan<byte> body, int at) =>
        body[FamilyAt] == IPv4 ? IPAddressValue.FromIPv4(body.Slice(at, 4)) : IPAddressValue.FromIPv6(body.Slice(at, 16));

    private static void WriteNative16(Span<byte> at, ushort value) => BitConverter.TryWriteBytes(at, value);

    private struct Attributes
    {
        public KernelNumbers? Kernel;
        public long? Idle;
        public ulong Cgroup;
        public bool IPv6Only;
    }
}

/// <summary>struct tcp_info (linux/tcp.h). It grew over time: what an older kernel does not have is null.</summary>
internal static class TcpInfo
{
    private const int LastSentAt = 44;                  // milliseconds ago
    private const int LastReceivedAt = 52;              // milliseconds ago
    private const int RttAt = 68;                       // microseconds
    private const int RttVarianceAt = 72;
    private const int CongestionWindowAt = 80;
    private const int TotalRetransmitsAt = 100;
    private const int OldestSize = 104;                 // Linux 2.6
    private const int BytesAcknowledgedAt = 120;        // 64 bits, Linux 4.1
    private const int BytesReceivedAt = 128;
    private const int MinimumRttAt = 148;               // Linux 4.6
    private const int DeliveryRateAt = 160;             // 64 bits, Linux 4.9
    private const int BytesSentAt = 200;                // 64 bits, Linux 4.19

    public static bool TryParse(ReadOnlySpan<byte> info, out KernelNumbers? numbers, out long? idle)
    {
        numbers = null;
        idle = null;
        if (info.Length < OldestSize)
        {
            return false;
        }

        uint rtt = BitConverter.ToUInt32(info[RttAt..]);
        numbers = new KernelNumbers
        {
            Rtt = rtt == 0 ? null : Microseconds(rtt),
            RttVariance = rtt == 0 ? null : Microseconds(BitConverter.ToUInt32(info[RttVarianceAt..])),
            CongestionWindow = BitConverter.ToUInt32(info[CongestionWindowAt..]),
            Retransmits = BitConverter.ToUInt32(info[TotalRetransmitsAt..]),
            MinimumRtt = info.Length >= MinimumRttAt + 4 && BitConverter.ToUInt32(info[MinimumRttAt..]) is > 0 and < uint.MaxValue and uint shortest
                ? Microseconds(shortest) : null,
            DeliveryRate = Long(info, DeliveryRateAt),
            BytesSent = Long(info, BytesSentAt) ?? Long(info, BytesAcknowledgedAt),
            BytesReceived = Long(info, BytesReceivedAt),
        };
        idle = Math.Min(BitConverter.ToUInt32(info[LastSentAt..]), BitConverter.ToUInt32(info[LastReceivedAt..])) * UnixTime.NanosecondsPerMillisecond;
        return true;
    }

    private static TimeSpan Microseconds(uint value) => TimeSpan.FromTicks(value * TimeSpan.TicksPerMicrosecond);

    private static long? Long(ReadOnlySpan<byte> info, int at) => info.Length >= at + sizeof(long) ? BitConverter.ToInt64(info[at..]) : null;
}
