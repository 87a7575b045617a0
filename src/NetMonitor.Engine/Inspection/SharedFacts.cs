using System.Buffers.Binary;

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
    private readonly ulong _seed = KeyedHash.NewSeed();

    /// <summary>What is known of these bytes, or null; <paramref name="place"/> is for <see cref="Keep"/>.</summary>
    public T? Find(ReadOnlySpan<byte> key, out int place)
    {
        place = (int)(KeyedHash.Of(key, _seed) % (uint)_entries.Length);
        return _entries[place] is { } entry && key.SequenceEqual(entry.Key) ? entry.Facts : null;
    }

    /// <summary>Keeps what was made of bytes that were not found.</summary>
    public T Keep(ReadOnlySpan<byte> key, int place, T facts)
    {
        _entries[place] = new Entry(key.ToArray(), facts); // One write of a reference: readers see the old entry or the new one.
        return facts;
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
