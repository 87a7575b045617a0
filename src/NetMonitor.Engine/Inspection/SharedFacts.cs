using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace NetMonitor.Inspection;

/// <summary>
/// Facts that many flows have in common, kept once: what a program's hello says is the same on each of its connections. Found by the bytes they were
/// made of, all of which are compared. Of two that want the same place the later one takes it, so the memory is bounded; a fact that is gone
/// is made again. Any thread may use it.
/// </summary>
/// <typeparam name="T">Immutable.</typeparam>
internal sealed class SharedFacts<T>
    where T : class
{
    private sealed record Entry(byte[] Key, T Facts);

    private readonly Entry?[] _entries = new Entry?[InspectionLimits.SharedFacts];
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();

    /// <summary>What is known of these bytes, or null; <paramref name="place"/> is for <see cref="Keep"/>.</summary>
    public T? Find(ReadOnlySpan<byte> key, out int place)
    {
        place = (int)(Hash(key) % (uint)_entries.Length);
        return _entries[place] is { } entry && key.SequenceEqual(entry.Key) ? entry.Facts : null;
    }

    /// <summary>Keeps what was made of bytes that were not found.</summary>
    public T Keep(ReadOnlySpan<byte> key, int place, T facts)
    {
        _entries[place] = new Entry(key.ToArray(), facts); // One write of a reference: readers see the old entry or the new one.
        return facts;
    }

    /// <summary>Keyed, so that nobody outside can choose two programs that drive each other out.</summary>
    private ulong Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = _seed ^ (uint)key.Length;
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

/// <summary>Puts the parts of a <see cref="SharedFacts{T}"/> key one behind the other, each with its length, so that no two sets of parts look alike.</summary>
internal ref struct SharedKey(Span<byte> room)
{
    private readonly Span<byte> _room = room;
    private int _length;
    private bool _overflowed;

    /// <summary>True when all parts had room: else there is no key.</summary>
    public readonly bool IsWhole => !_overflowed;

    public readonly ReadOnlySpan<byte> Bytes => _room[.._length];

    public void Add(ushort number)
    {
        if (_room.Length - _length < sizeof(ushort))
        {
            _overflowed = true;
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_room[_length..], number);
        _length += sizeof(ushort);
    }

    public void Add(ReadOnlySpan<byte> part)
    {
        if (part.Length > ushort.MaxValue || _room.Length - _length < sizeof(ushort) + part.Length)
        {
            _overflowed = true;
            return;
        }

        Add((ushort)part.Length);
        part.CopyTo(_room[_length..]);
        _length += part.Length;
    }
}
