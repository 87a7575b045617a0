using System.Buffers.Binary;

namespace NetMonitor.Tests.Packets;

/// <summary>Writes frames byte by byte, from the RFCs and apart from the decoder's own code. Numbers are hex text; lengths are filled in where a header has one.</summary>
internal static class Wire
{
    /// <summary>10.0.0.1:1000 sends "abcd" to 10.0.0.2:2000.</summary>
    public static readonly byte[] Udp = Join(Hex("03e8 07d0 000c 0000"), Hex("61626364"));

    /// <summary>Port 4660 to 443, sequence 0x01020304, acknowledging 0x0a0b0c0d, PSH ACK, window 512, a no-operation option word, "hello".</summary>
    public static readonly byte[] Tcp = Join(Hex("1234 01bb 01020304 0a0b0c0d 6018 0200 0000 0000 01010101"), Hex("68656c6c6f"));

    public static readonly byte[] UdpIn4 = IPv4(17, Udp);

    public static readonly byte[] TcpIn6 = IPv6(6, Tcp);

    public static readonly byte[] EthernetUdpIn4 = Ethernet(0x0800, UdpIn4);

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] UInt16(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    public static byte[] Ethernet(int type, byte[] payload) => Join(Hex("020000000002 020000000001"), UInt16(type), payload);

    public static byte[] IPv4(byte protocol, byte[] payload, int fragment = 0, int id = 1, string from = "0a000001", string to = "0a000002") => Join(
        Hex("4500"), UInt16(20 + payload.Length), UInt16(id), UInt16(fragment), [64, protocol], Hex("0000"), Hex(from), Hex(to), payload);

    public static byte[] IPv6(byte next, byte[] payload) => Join(
        Hex("60000000"), UInt16(payload.Length), [next, 63], Hex("20010db8000000000000000000000001 20010db8000000000000000000000002"), payload);

    public static byte[] UdpTo(int port, byte[] payload) => Join(UInt16(50000), UInt16(port), UInt16(8 + payload.Length), Hex("0000"), payload);

    public static byte[] Arp(int operation) => Join(Hex("0001 0800 06 04"), UInt16(operation), Hex("020000000001 0a000001 020000000002 0a000002"));
}
