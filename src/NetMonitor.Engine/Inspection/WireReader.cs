using System.Buffers.Binary;

namespace NetMonitor.Inspection;

/// <summary>Reads big-endian fields from the front of a span. A read that does not fit returns false and moves nothing.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>What has not been read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public readonly bool IsEmpty => Rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        if (Rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = Rest[0];
        Rest = Rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(Rest, out value))
        {
            return false;
        }

        Rest = Rest[sizeof(ushort)..];
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(Rest, out value))
        {
            return false;
        }

        Rest = Rest[sizeof(uint)..];
        return true;
    }

    public bool TryRead(int length, out ReadOnlySpan<byte> value)
    {
        if (length > Rest.Length)
        {
            value = default;
            return false;
        }

        value = Rest[..length];
        Rest = Rest[length..];
        return true;
    }

    /// <summary>A vector with its length in one byte before it (RFC 8446 section 3.4).</summary>
    public bool TryReadVector8(out ReadOnlySpan<byte> value)
    {
        if (Rest.Length >= 1 && Rest.Length - 1 >= Rest[0])
        {
            value = Rest.Slice(1, Rest[0]);
            Rest = Rest[(1 + value.Length)..];
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>A vector with its length in two bytes before it.</summary>
    public bool TryReadVector16(out ReadOnlySpan<byte> value)
    {
        if (BinaryPrimitives.TryReadUInt16BigEndian(Rest, out ushort length) && Rest.Length - sizeof(ushort) >= length)
        {
            value = Rest.Slice(sizeof(ushort), length);
            Rest = Rest[(sizeof(ushort) + length)..];
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>A vector with its length in three bytes before it.</summary>
    public bool TryReadVector24(out ReadOnlySpan<byte> value)
    {
        const int LengthSize = 3; // bytes
        if (Rest.Length >= LengthSize)
        {
            int length = (Rest[0] << 16) | (Rest[1] << 8) | Rest[2];
            if (Rest.Length - LengthSize >= length)
            {
                value = Rest.Slice(LengthSize, length);
                Rest = Rest[(LengthSize + length)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
