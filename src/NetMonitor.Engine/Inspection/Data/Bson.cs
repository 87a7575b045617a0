using System.Buffers.Binary;

namespace NetMonitor.Inspection.Data;

/// <summary>An element of a document.</summary>
/// <param name="type">The type byte.</param>
/// <param name="name">Its name.</param>
/// <param name="value">The bytes of its value, with the length a string or document begins with.</param>
internal readonly ref struct BsonElement(byte type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public const byte Text = 0x02;
    public const byte Document = 0x03;

    public byte Type { get; } = type;

    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Bytes of a string without length and NUL; empty for other types.</summary>
    public ReadOnlySpan<byte> AsText => Type == Text && Value.Length > sizeof(int) ? Value[sizeof(int)..^1] : default;
}

/// <summary>Walks over the elements of a BSON document (bsonspec.org 1.1), which may have been cut short.</summary>
internal ref struct BsonReader
{
    /// <summary>The length and the NUL at the end.</summary>
    public const int SmallestDocument = sizeof(int) + 1;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins to read a document; nothing is read of what is none.</summary>
    public BsonReader(ReadOnlySpan<byte> document) =>
        _rest = BinaryPrimitives.TryReadInt32LittleEndian(document, out int length) && length >= SmallestDocument
            ? document[sizeof(int)..Math.Min(length, document.Length)] : default;

    public bool TryRead(out BsonElement element)
    {
        element = default;
        if (_rest.IsEmpty || _rest[0] == 0)
        {
            return false;
        }

        byte type = _rest[0];
        int end = _rest[1..].IndexOf((byte)0);
        if (end < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> name = _rest.Slice(1, end);
        ReadOnlySpan<byte> value = _rest[(end + 2)..];
        if (!TrySize(type, value, out long size) || size > value.Length)
        {
            _rest = default;
            return false;
        }

        element = new BsonElement(type, name, value[..(int)size]);
        _rest = value[(int)size..];
        return true;
    }

    private static bool TrySize(byte type, ReadOnlySpan<byte> value, out long size)
    {
        const int ObjectIdSize = 12;
        const int DecimalSize = 16;
        BinaryPrimitives.TryReadInt32LittleEndian(value, out int length);
        size = type switch
        {
            0x06 or 0x0A or 0x7F or 0xFF => 0,                                      // undefined, null, the greatest and least key
            0x08 => 1,                                                              // boolean
            0x10 => sizeof(int),
            0x01 or 0x09 or 0x11 or 0x12 => sizeof(long),                           // double, time, timestamp, int64
            0x07 => ObjectIdSize,
            0x13 => DecimalSize,
            0x03 or 0x04 when length >= SmallestDocument => length,                 // document, array
            0x02 or 0x0D or 0x0E when length > 0 => sizeof(int) + (long)length,     // string, code, symbol
            0x05 when length >= 0 => sizeof(int) + 1 + (long)length,                // binary, with a subtype
            0x0B => RegularExpression(value),
            _ => -1,
        };
        return size >= 0;
    }

    private static int RegularExpression(ReadOnlySpan<byte> value)
    {
        int pattern = value.IndexOf((byte)0) + 1;
        int options = value[pattern..].IndexOf((byte)0) + 1;
        return pattern > 0 && options > 0 ? pattern + options : -1;
    }
}
