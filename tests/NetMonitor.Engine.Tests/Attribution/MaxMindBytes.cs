using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Tests.Attribution;

/// <summary>A database in MaxMind's format, version 2.0 (maxmind.github.io/MaxMind-DB), with one IPv4 network in it.</summary>
internal static class MaxMindBytes
{
    private const int Map = 7, Array = 11, Unsigned16 = 5, Unsigned32 = 6, Unsigned64 = 9, Text = 2;
    private static readonly byte[] Marker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    /// <summary>The database of <paramref name="type"/> that knows <paramref name="record"/> of the /8 that begins with <paramref name="firstByte"/>.</summary>
    public static byte[] Database(string type, byte firstByte, object record)
    {
        const int Nodes = 8; // one for each bit of the prefix; records of 24 bits
        var bytes = new MemoryStream();
        for (int node = 0; node < Nodes; node++)
        {
            int next = node + 1 < Nodes ? node + 1 : Nodes + 16; // then the data section's first byte
            bool one = (firstByte >> (7 - node) & 1) != 0;
            bytes.Write(Number24(one ? Nodes : next));
            bytes.Write(Number24(one ? next : Nodes));
        }

        bytes.Write(new byte[16]);
        Write(bytes, record);
        bytes.Write(Marker);
        Write(bytes, new (string, object)[]
        {
            ("node_count", (uint)Nodes), ("record_size", (ushort)24), ("ip_version", (ushort)4), ("database_type", type),
            ("languages", new[] { "en" }), ("binary_format_major_version", (ushort)2), ("binary_format_minor_version", (ushort)0),
            ("build_epoch", 1_700_000_000UL), ("description", new (string, object)[] { ("en", "made by a test") }),
        });
        return bytes.ToArray();
    }

    private static void Write(MemoryStream bytes, object value)
    {
        switch (value)
        {
            case string text:
                Head(bytes, Text, Encoding.UTF8.GetByteCount(text));
                bytes.Write(Encoding.UTF8.GetBytes(text));
                break;
            case ushort number:
                Head(bytes, Unsigned16, sizeof(ushort));
                Big(bytes, number, sizeof(ushort));
                break;
            case uint number:
                Head(bytes, Unsigned32, sizeof(uint));
                Big(bytes, number, sizeof(uint));
                break;
            case ulong number:
                Head(bytes, Unsigned64, sizeof(ulong));
                Big(bytes, number, sizeof(ulong));
                break;
            case string[] items:
                Head(bytes, Array, items.Length);
                foreach (string item in items)
                {
                    Write(bytes, item);
                }

                break;
            case (string, object)[] pairs:
                Head(bytes, Map, pairs.Length);
                foreach ((string key, object inner) in pairs)
                {
                    Write(bytes, key);
                    Write(bytes, inner);
                }

                break;
        }
    }

    /// <summary>Type and size; types beyond 7 have a byte of their own after it, and so have sizes beyond 28.</summary>
    private static void Head(MemoryStream bytes, int type, int size)
    {
        const int LargestType = 7;
        const int LargestSize = 28;
        bytes.WriteByte((byte)((type <= LargestType ? type << 5 : 0) | Math.Min(size, LargestSize + 1)));
        if (type > LargestType)
        {
            bytes.WriteByte((byte)(type - LargestType));
        }

        if (size > LargestSize)
        {
            bytes.WriteByte((byte)(size - LargestSize - 1));
        }
    }

    private static void Big(MemoryStream bytes, ulong number, int size)
    {
        Span<byte> all = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(all, number);
        bytes.Write(all[^size..]);
    }

    private static byte[] Number24(int number) => [(byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
