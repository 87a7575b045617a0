using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace NetMonitor.Inspection;

/// <summary>Where bytes are remembered. Keyed, so that nobody outside can choose two that drive each other out. Not for what must be collision-free.</summary>
internal static class KeyedHash
{
    public static ulong NewSeed() => (ulong)Random.Shared.NextInt64();

    public static ulong Of(ReadOnlySpan<byte> key, ulong seed)
    {
        ulong hash = seed ^ (uint)key.Length;
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(key));
        }

        ulong rest = 0;
        foreach (byte value in key)
        {
            rest = rest << 8 | value;
        }

        return Mix(hash, rest) >> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong value)
    {
        const ulong Multiplier = 0xa0761d6478bd642f; // wyhash's odd constant
        ulong high = Math.BigMul(hash ^ value, Multiplier, out ulong low);
        return high ^ low;
    }
}
