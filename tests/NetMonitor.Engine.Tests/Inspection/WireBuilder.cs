using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Tests.Inspection;

/// <summary>Puts bytes together in network order.</summary>
internal static class WireBuilder
{
    public static byte[] Bytes(params object[] parts) => [.. parts.SelectMany(Part)];

    public static ushort U16(int value) => (ushort)value;

    public static byte[] Vector8(params object[] parts) => Prefixed(Bytes(parts), 1);

    public static byte[] Vector16(params object[] parts) => Prefixed(Bytes(parts), 2);

    public static byte[] Vector24(params object[] parts) => Prefixed(Bytes(parts), 3);

    private static byte[] Prefixed(byte[] content, int size)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length[^size..], .. content];
    }

    private static byte[] Part(object part) => part switch
    {
        byte[] bytes => bytes,
        byte one => [one],
        int one => [checked((byte)one)],
        ushort two => [(byte)(two >> 8), (byte)two],
        uint four => [(byte)(four >> 24), (byte)(four >> 16), (byte)(four >> 8), (byte)four],
        string text => Encoding.UTF8.GetBytes(text),
        _ => throw new ArgumentException(part.GetType().Name),
    };
}
