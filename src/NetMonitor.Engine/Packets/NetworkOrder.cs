using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>Reads numbers out of header bytes, most significant byte first ("network order", RFC 1700).</summary>
internal static class NetworkOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16At(this ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32At(this ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
