namespace NetMonitor.Inspection.Quic;

/// <summary>Variable-length integers: the two most significant bits of the first byte say how long it is (RFC 9000 section 16).</summary>
internal static class QuicVarInt
{
    public static bool TryRead(scoped ref WireReader reader, out ulong value)
    {
        value = 0;
        if (reader.IsEmpty || !reader.TryRead(1 << (reader.Rest[0] >> 6), out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        value = bytes[0] & 0x3Fu;
        foreach (byte next in bytes[1..])
        {
            value = value << 8 | next;
        }

        return true;
    }

    /// <summary>A length and as many bytes.</summary>
    public static bool TryReadVector(scoped ref WireReader reader, out ReadOnlySpan<byte> bytes)
    {
        WireReader ahead = reader;
        if (TryRead(ref ahead, out ulong length) && length <= (ulong)ahead.Rest.Length && ahead.TryRead((int)length, out bytes))
        {
            reader = ahead;
            return true;
        }

        bytes = default;
        return false;
    }
}
