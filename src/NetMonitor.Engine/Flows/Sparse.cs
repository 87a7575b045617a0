using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NetMonitor.Flows;

/// <summary>
/// A value for those flows that have one, by the flow's number. One that has none costs nothing, or four bytes where one of its neighbors has one. Values never move and
/// serve the next flow when theirs is gone. One thread writes.
/// </summary>
/// <param name="memory">Where it lies; see <see cref="Clear"/>.</param>
/// <typeparam name="T">Zero is what a flow begins with.</typeparam>
internal sealed unsafe class Sparse<T>(NativeArena memory)
    where T : unmanaged
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private nint[] _places = []; // by flow: of its value, plus one; 0 for none
    private nint[] _values = [];
    private int _used;
    private int _free;           // the first that serves nobody, plus one; it begins with the next one's place, plus one

    public bool Has(int number) => PlaceOf(number) != 0;

    /// <summary>The value of a flow, which it has from now on.</summary>
    public ref T this[int number]
    {
        get
        {
            int place = PlaceOf(number);
            return ref *ValueAt(place != 0 ? place : Add(number));
        }
    }

    /// <summary>The value of a flow; zero when it has none.</summary>
    public T ValueOf(int number) => PlaceOf(number) is var place and not 0 ? *ValueAt(place) : default;

    /// <summary>Where the value of a flow lies, or null.</summary>
    public T* AddressOf(int number) => PlaceOf(number) is var place and not 0 ? ValueAt(place) : null;

    /// <summary>Fetches what says where a flow's value lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchPlace(int number)
    {
        int chunk = number >> ChunkBits;
        if (Sse.IsSupported && chunk < _places.Length)
        {
            Sse.Prefetch0((int*)_places[chunk] + (number & (ChunkSize - 1)));
        }
    }

    /// <summary>The flow has none any more.</summary>
    public void Remove(int number)
    {
        int place = PlaceOf(number);
        if (place != 0)
        {
            *ValueAt(place) = default;
            *(int*)ValueAt(place) = _free;
            _free = place;
            Places(number) = 0;
        }
    }

    /// <summary>Nobody has one: the memory has been given back.</summary>
    public void Clear() => (_places, _values, _used, _free) = ([], [], 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(int number)
    {
        int chunk = number >> ChunkBits;
        return chunk < _places.Length && _places[chunk] != 0 ? Places(number) : 0;
    }

    private ref int Places(int number) => ref ((int*)_places[number >> ChunkBits])[number & (ChunkSize - 1)];

    private T* ValueAt(int place) => (T*)_values[(place - 1) >> ChunkBits] + ((place - 1) & (ChunkSize - 1));

    private int Add(int number)
    {
        Provide(ref _places, number >> ChunkBits, sizeof(int));
        int place = _free;
        if (place != 0)
        {
            _free = *(int*)ValueAt(place);
            *(int*)ValueAt(place) = 0;
        }
        else
        {
            Provide(ref _values, _used >> ChunkBits, sizeof(T));
            place = ++_used;
        }

        return Places(number) = place;
    }

    private void Provide(ref nint[] chunks, int chunk, int size)
    {
        if (chunk >= chunks.Length)
        {
            Array.Resize(ref chunks, Math.Max(chunk + 1, 2 * chunks.Length));
        }

        if (chunks[chunk] == 0)
        {
            chunks[chunk] = memory.Allocate(ChunkSize * size);
        }
    }
}
