using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetMonitor.Bench.Generation;

namespace NetMonitor.Bench;

/// <summary>Sends SYNs into an interface through a packet socket (Linux, packet(7)): for network namespaces, never for a network.</summary>
internal static class SynFlood
{
    private const int AddressFamilyPacket = 17;
    private const ushort Port = 80;
    private const int PaceEvery = 64;

    /// <returns>What was sent, for the user.</returns>
    public static string Send(string device, long packets, long rate)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InvalidOperationException("Packet sockets are Linux's.");
        }

        int index = int.Parse(File.ReadAllText($"/sys/class/net/{device}/ifindex"));
        using var socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        socket.Bind(new LinkEndPoint(index));
        byte[] frame = new byte[PcapWriter.MaxFrame];
        long refused = 0;
        long start = Stopwatch.GetTimestamp();
        for (long i = 0; i < packets; i++)
        {
            // 10.128.0.0/9 to 198.51.100.1; ports from 1,024: as many different pairs of ends as one likes.
            Ends ends = new(0x0A80_0000 + (uint)(i / 60_000), (ushort)(1_024 + (i % 60_000)), 0xC633_6401, Port);
            int length = FrameBuilder.WriteTcp(frame, ends, fromClient: true, (uint)i, 0, Control.Syn, 0);
            try
            {
                socket.Send(frame.AsSpan(0, length));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                refused++;
            }

            if (rate > 0 && i % PaceEvery == 0)
            {
                while (Stopwatch.GetElapsedTime(start).TotalSeconds * rate < i)
                {
                    Thread.Yield();
                }
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return $"{packets - refused:N0} SYNs in {seconds:F1} s ({packets / seconds:N0} per second), {refused:N0} refused by the interface";
    }

    /// <summary>sockaddr_ll: family, protocol, interface index, and an address that sending does not need.</summary>
    private sealed class LinkEndPoint(int index) : EndPoint
    {
        private const int Size = 20;
        private const int IndexAt = 4;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Size);
            address[0] = AddressFamilyPacket; // .NET writes its own number of the family
            address[1] = 0;
            for (int i = 0; i < sizeof(int); i++)
            {
                address[IndexAt + i] = (byte)(index >> (8 * i));
            }

            return address;
        }
    }
}
