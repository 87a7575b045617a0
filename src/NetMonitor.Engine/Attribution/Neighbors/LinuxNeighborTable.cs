using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Neighbors;

/// <summary>A row of the kernel's neighbor table.</summary>
internal readonly record struct LinuxNeighbor(IPAddressValue Address, HardwareAddress Hardware, int InterfaceIndex, NeighborState State);

/// <summary>The kernel's neighbor table, ARP and Neighbor Discovery alike, by rtnetlink(7): an RTM_GETNEIGH dump, which needs no privilege.</summary>
internal static partial class LinuxNeighborTable
{
    // linux/socket.h, linux/netlink.h, linux/rtnetlink.h
    private const int NetlinkFamily = 16;
    private const int RawSocket = 3;
    private const int CloseOnExec = 0x80000;
    private const int RouteProtocol = 0;
    private const ushort Done = 3;
    private const ushort Error = 2;
    private const ushort NewNeighbor = 28;
    private const ushort GetNeighbors = 30;
    private const ushort RequestDump = 0x1 | 0x300; // NLM_F_REQUEST | NLM_F_DUMP

    // struct nlmsghdr { u32 len; u16 type; u16 flags; u32 seq; u32 pid; }
    private const int HeaderSize = 16;
    private const int TypeAt = 4;
    private const int FlagsAt = 6;

    // struct ndmsg { u8 family; u8 pad; u16 pad; s32 ifindex; u16 state; u8 flags; u8 type; }
    private const int MessageSize = 12;
    private const int IndexAt = HeaderSize + 4;
    private const int StateAt = HeaderSize + 8;

    // struct rtattr { u16 len; u16 type; }, aligned to 4 bytes
    private const int AttributeHeaderSize = 4;
    private const ushort DestinationAttribute = 1;  // NDA_DST
    private const ushort HardwareAttribute = 2;     // NDA_LLADDR

    private const int BufferSize = 64 * 1024;
    private const int MostMessages = 4_096;

    /// <summary>The rows that have a MAC address; none when the kernel does not answer.</summary>
    public static IReadOnlyList<LinuxNeighbor> Read()
    {
        var rows = new List<LinuxNeighbor>();
        int socket = OpenSocket(NetlinkFamily, RawSocket | CloseOnExec, RouteProtocol);
        if (socket < 0)
        {
            return rows;
        }

        try
        {
            Span<byte> request = stackalloc byte[HeaderSize + MessageSize];
            request.Clear();
            MemoryMarshal.Write(request, request.Length);
            MemoryMarshal.Write(request[TypeAt..], GetNeighbors);
            MemoryMarshal.Write(request[FlagsAt..], RequestDump);
            if (Send(socket, request, request.Length, 0) < 0)
            {
                return rows;
            }

            var buffer = new byte[BufferSize];
            for (int left = MostMessages; left > 0; left--)
            {
                nint length = Receive(socket, buffer, buffer.Length, 0);
                if (length <= 0 || !Parse(buffer.AsSpan(0, (int)length), rows))
                {
                    break;
                }
            }
        }
        finally
        {
            _ = CloseSocket(socket);
        }

        return rows;
    }

    /// <summary>Reads the messages of one datagram.</summary>
    /// <returns>False after the last of a dump.</returns>
    public static bool Parse(ReadOnlySpan<byte> datagram, List<LinuxNeighbor> rows)
    {
        while (datagram.Length >= HeaderSize)
        {
            int length = MemoryMarshal.Read<int>(datagram);
            ushort type = MemoryMarshal.Read<ushort>(datagram[TypeAt..]);
            if (type is Done or Error || length < HeaderSize || length > datagram.Length)
            {
                return false;
            }

            if (type == NewNeighbor && length >= HeaderSize + MessageSize && TryParseRow(datagram[..length], out LinuxNeighbor row))
            {
                rows.Add(row);
            }

            datagram = datagram[Math.Min(Align(length), datagram.Length)..];
        }

        return true;
    }

    private static bool TryParseRow(ReadOnlySpan<byte> message, out LinuxNeighbor row)
    {
        IPAddressValue? address = null;
        HardwareAddress hardware = default;
        int at = HeaderSize + MessageSize;
        while (at + AttributeHeaderSize <= message.Length)
        {
            int length = MemoryMarshal.Read<ushort>(message[at..]);
            if (length < AttributeHeaderSize || at + length > message.Length)
            {
                break;
            }

            ReadOnlySpan<byte> data = message[(at + AttributeHeaderSize)..(at + length)];
            switch (MemoryMarshal.Read<ushort>(message[(at + sizeof(ushort))..]), data.Length)
            {
                case (DestinationAttribute, 4):
                    address = IPAddressValue.FromIPv4(data);
                    break;
                case (DestinationAttribute, 16):
                    address = IPAddressValue.FromIPv6(data);
                    break;
                case (HardwareAttribute, HardwareAddress.Size):
                    hardware = HardwareAddress.From(data);
                    break;
            }

            at += Align(length);
        }

        row = new LinuxNeighbor(
            address ?? default, hardware, MemoryMarshal.Read<int>(message[IndexAt..]), StateOf(MemoryMarshal.Read<ushort>(message[StateAt..])));
        return address is { IsMulticast: false, IsUnspecified: false } && hardware.IsIndividual;
    }

    /// <summary>NUD_* of linux/neighbour.h, bits of which the kernel sets one.</summary>
    private static NeighborState StateOf(ushort state) => state switch
    {
        0x02 => NeighborState.Reachable,
        0x04 => NeighborState.Stale,
        0x08 => NeighborState.Delay,
        0x10 => NeighborState.Probe,
        0x20 => NeighborState.Failed,
        0x40 => NeighborState.NoArp,
        0x80 => NeighborState.Permanent,
        _ => NeighborState.Incomplete,
    };

    private static int Align(int length) => (length + 3) & ~3;

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int socket, ReadOnlySpan<byte> data, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int socket, Span<byte> data, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseSocket(int socket);
}
