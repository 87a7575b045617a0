using System.Buffers.Binary;

namespace NetMonitor.Bench.Generation;

/// <summary>TCP control bits used here (RFC 9293 section 3.1).</summary>
[Flags]
internal enum Control : byte
{
    Fin = 1,
    Syn = 2,
    Psh = 8,
    Ack = 16,
}

/// <summary>The two ends of a generated flow.</summary>
internal readonly record struct Ends(uint Client, ushort ClientPort, uint Server, ushort ServerPort);

/// <summary>Writes Ethernet II / IPv4 / TCP and UDP headers. Lengths are right; checksums are zero, as offload leaves them.</summary>
internal static class FrameBuilder
{
    public const int Ethernet = 14;
    public const int TcpHeaders = Ethernet + IPv4 + Tcp;
    public const int UdpHeaders = Ethernet + IPv4 + Udp;

    private const int IPv4 = 20;
    private const int Tcp = 20;
    private const int Udp = 8;
    private const int EtherTypeAt = 12;
    private const ushort EtherTypeIPv4 = 0x0800;
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;
    private const int MinimumFrame = 60;

    /// <summary>Writes the headers of a segment whose payload of <paramref name="payload"/> bytes stands at <see cref="TcpHeaders"/>.</summary>
    /// <returns>The frame's length, padding included.</returns>
    public static int WriteTcp(Span<byte> frame, in Ends ends, bool fromClient, uint sequence, uint acknowledgment, Control control, int payload)
    {
        WriteIPv4(frame, ends, fromClient, ProtocolTcp, Tcp + payload);
        Span<byte> tcp = frame.Slice(Ethernet + IPv4, Tcp);
        WritePorts(tcp, ends, fromClient);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgment);
        tcp[12] = (Tcp / 4) << 4;
        tcp[13] = (byte)control;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 64_240); // window
        tcp[16..].Clear(); // checksum, urgent pointer
        return Pad(frame, TcpHeaders + payload);
    }

    /// <summary>Writes the headers of a datagram whose payload stands at <see cref="UdpHeaders"/>.</summary>
    /// <returns>The frame's length, padding included.</returns>
    public static int WriteUdp(Span<byte> frame, in Ends ends, bool fromClient, int payload)
    {
        WriteIPv4(frame, ends, fromClient, ProtocolUdp, Udp + payload);
        Span<byte> udp = frame.Slice(Ethernet + IPv4, Udp);
        WritePorts(udp, ends, fromClient);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(Udp + payload));
        udp[6..].Clear(); // checksum
        return Pad(frame, UdpHeaders + payload);
    }

    private static void WriteIPv4(Span<byte> frame, in Ends ends, bool fromClient, byte protocol, int payload)
    {
        ReadOnlySpan<byte> client = [0x02, 0, 0, 0, 0, 1];
        ReadOnlySpan<byte> server = [0x02, 0, 0, 0, 0, 2];
        (fromClient ? server : client).CopyTo(frame);
        (fromClient ? client : server).CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[EtherTypeAt..], EtherTypeIPv4);

        Span<byte> ip = frame.Slice(Ethernet, IPv4);
        ip[0] = 0x45; // version 4, header of 5 words
        ip[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IPv4 + payload));
        BinaryPrimitives.WriteUInt32BigEndian(ip[4..], 0x0000_4000); // don't fragment
        ip[8] = 64; // time to live
        ip[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], fromClient ? ends.Client : ends.Server);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], fromClient ? ends.Server : ends.Client);
    }

    private static void WritePorts(Span<byte> transport, in Ends ends, bool fromClient)
    {
        BinaryPrimitives.WriteUInt16BigEndian(transport, fromClient ? ends.ClientPort : ends.ServerPort);
        BinaryPrimitives.WriteUInt16BigEndian(transport[2..], fromClient ? ends.ServerPort : ends.ClientPort);
    }

    private static int Pad(Span<byte> frame, int length)
    {
        if (length >= MinimumFrame)
        {
            return length;
        }

        frame[length..MinimumFrame].Clear();
        return MinimumFrame;
    }
}
