using System.Runtime.InteropServices;

namespace NetMonitor.Capture;

/// <summary>
/// Several packet sockets of Linux on one interface between which the kernel deals the frames, by a hash that is the same for both directions of a
/// conversation (packet(7), PACKET_FANOUT). The group ends with its last socket.
/// </summary>
internal static partial class PacketFanout
{
    // linux/if_packet.h, linux/socket.h
    private const int PacketLevel = 263;                // SOL_PACKET
    private const int FanoutOption = 18;                // PACKET_FANOUT
    private const int HashMode = 0;                     // PACKET_FANOUT_HASH
    private const int UniqueGroup = 0x2000;             // PACKET_FANOUT_FLAG_UNIQUEID: the kernel chooses the group's number
    private const int Defragment = 0x8000;              // PACKET_FANOUT_FLAG_DEFRAG: fragments go where their datagram goes
    private const int ModeShift = 16;
    private const int GroupMask = 0xFFFF;

    /// <summary>Puts a socket into a group.</summary>
    /// <param name="descriptor">The socket, bound to its interface.</param>
    /// <param name="group">The group, or null for a new one.</param>
    /// <returns>The group; null when the system refused.</returns>
    public static int? Join(int descriptor, int? group)
    {
        int mode = HashMode | Defragment | (group is null ? UniqueGroup : 0);
        int value = (mode << ModeShift) | (group ?? 0);
        if (SetOption(descriptor, PacketLevel, FanoutOption, ref value, sizeof(int)) != 0)
        {
            return null;
        }

        int size = sizeof(int);
        return group ?? (GetOption(descriptor, PacketLevel, FanoutOption, ref value, ref size) == 0 ? value & GroupMask : null);
    }

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int descriptor, int level, int option, ref int value, int size);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetOption(int descriptor, int level, int option, ref int value, ref int size);
}
