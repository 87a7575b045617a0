using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using NetMonitor.Bench.Generation;

namespace NetMonitor.Bench;

/// <summary>Sends frames of one size over an interface at a rate, many with each system call (sendmmsg(2), packet(7)). Linux, with the right to.</summary>
internal static unsafe partial class FrameSender
{
    private const int PacketFamily = 17;        // AF_PACKET
    private const int RawType = 3;              // SOCK_RAW
    private const int PacketLevel = 263;        // SOL_PACKET
    private const int BypassQueue = 20;         // PACKET_QDISC_BYPASS
    private const int LinkAddressSize = 20;     // struct sockaddr_ll
    private const int Batch = 64;
    private const int Flows = 1_000;

    /// <summary>Sends until the time is over.</summary>
    /// <returns>Frames sent, and frames per second reached.</returns>
    public static (long Sent, double Rate) Send(string name, int size, double rate, TimeSpan time)
    {
        int index = NetworkInterface.GetAllNetworkInterfaces().First(i => i.Name == name).GetIPProperties().GetIPv4Properties().Index;
        int descriptor = Socket(PacketFamily, RawType, 0);
        if (descriptor < 0)
        {
            throw new InvalidOperationException($"A packet socket cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        int yes = 1;
        _ = SetOption(descriptor, PacketLevel, BypassQueue, &yes, sizeof(int)); // faster; without it frames go the long way

        byte* address = stackalloc byte[LinkAddressSize];
        new Span<byte>(address, LinkAddressSize).Clear();
        *(ushort*)address = PacketFamily;
        *(int*)(address + sizeof(int)) = index;
        byte[] frames = GC.AllocateArray<byte>(Flows * PcapWriter.MaxFrame, pinned: true);
        int payload = size - FrameBuilder.UdpHeaders;
        for (int i = 0; i < Flows; i++)
        {
            Ends ends = new(0x0A01_0000 + (uint)i, (ushort)(20_000 + i), 0xC612_0001, 20_003);
            FrameBuilder.WriteUdp(frames.AsSpan(i * PcapWriter.MaxFrame, PcapWriter.MaxFrame), ends, fromClient: true, payload);
        }

        byte* first = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(frames, 0);
        Vector* vectors = stackalloc Vector[Batch];
        Message* messages = stackalloc Message[Batch];
        for (int i = 0; i < Batch; i++)
        {
            messages[i] = new Message { Name = address, NameLength = LinkAddressSize, Vectors = &vectors[i], VectorCount = 1 };
        }

        long start = Stopwatch.GetTimestamp();
        long sent = 0;
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed = Stopwatch.GetElapsedTime(start))
        {
            if (sent > passed.TotalSeconds * rate)
            {
                Thread.SpinWait(20);
                continue;
            }

            for (int i = 0; i < Batch; i++)
            {
                vectors[i] = new Vector { Base = first + ((sent + i) % Flows * PcapWriter.MaxFrame), Length = (nuint)size };
            }

            sent += Math.Max(0, SendMany(descriptor, messages, Batch, 0));
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Close(descriptor);
        return (sent, sent / seconds);
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int descriptor, int level, int option, int* value, int size);

    [LibraryImport("libc", EntryPoint = "sendmmsg")]
    private static partial int SendMany(int descriptor, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary>struct iovec.</summary>
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a struct msghdr, of which control data and flags are not used, and the length that was sent.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Message
    {
        public byte* Name;
        public nuint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
    }
}
