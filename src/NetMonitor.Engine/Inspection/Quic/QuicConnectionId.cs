using System.Buffers.Binary;

namespace NetMonitor.Inspection.Quic;

/// <summary>A connection id (RFC 9000 section 5.1) as a value: its bytes, filled up with zeros, and their number.</summary>
internal readonly record struct QuicConnectionId(ulong First, ulong Second, uint Third, byte Length)
{
    /// <summary>The id of these bytes, 20 at most.</summary>
    public static QuicConnectionId Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> all = stackalloc byte[(2 * sizeof(ulong)) + sizeof(uint)];
        all.Clear();
        bytes.CopyTo(all);
        return new QuicConnectionId(
            BinaryPrimitives.ReadUInt64BigEndian(all), BinaryPrimitives.ReadUInt64BigEndian(all[sizeof(ulong)..]),
            BinaryPrimitives.ReadUInt32BigEndian(all[(2 * sizeof(ulong))..]), (byte)bytes.Length);
    }
}
