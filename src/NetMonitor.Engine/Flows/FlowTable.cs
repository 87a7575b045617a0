using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace NetMonitor.Flows;

/// <summary>
/// The flows of one shard: an open-addressing index over entries that never move, so that an entry's number can be kept by others.
/// Beside each entry lie its TCP state, its long rates, its origin, its timer, its labels and two objects (its inspection and its owner), apart from the counters that
/// every packet touches. Memory comes in chunks that are never copied, of what few flows have only where one has it. One thread uses it.
/// </summary>
/// <remarks>
/// An index slot is the hash's upper 32 bits and the entry's number plus one; 0 is free. The same bits give the slot's place, so that neither
/// growing nor removing has to look at entries. Linear probing, at most 3/4 full, deletion by shifting back: no tombstones, so lookups stay short
/// however many flows come and go. Slots and entries are prefetched by the caller.
/// </remarks>
internal sealed unsafe partial class FlowTable
{
    public const int None = -1;
    private const int ChunkBits = 10;

    /// <summary>Flows whose arrays are made together.</summary>
    public const int ChunkSize = 1 << ChunkBits;

    private const int InitialSlots = 1 << 11;

    /// <summary>An element of an array of objects asks what array it is in when it is referred to; one of structs does not.</summary>
    private struct Slot
    {
        public object? Value;
    }

    private readonly int _limit;
    private readonly ulong _seed;
    private NativeBlock _index;
    private ulong* _slots;
    private int _mask;
    private nint[] _entries = [];
    private nint[] _tcp = [];
    private nint[] _origins = [];
    private nint[] _sides = [];
    private FlowLabels[]?[] _labels = [];
    private Slot[][] _objects = [];
    private Slot[]?[] _owners = [];
    private int _chunks;
    private readonly NativeArena _memory = new(); // what the chunks are of
    private int _used;
    private int _freeHead = None;

    /// <param name="limit">The most flows held at a time; more are refused.</param>
    /// <param name="seed">Secret of the hash.</param>
    public FlowTable(int limit, ulong seed)
    {
        _limit = limit;
        _seed = seed;
        _index = AllocateIndex(InitialSlots);
        Rates = new Sparse<LongRates>(_memory);
        TcpCounts = new Sparse<TcpCounts>(_memory);
        FirstIds = new Sparse<ulong>(_memory);
    }

    public int Count { get; private set; }

    /// <summary>True when no further flow can be added.</summary>
    public bool IsFull => Count >= _limit;

    /// <summary>One past the highest entry number in use: for walks over all entries.</summary>
    public int Bound => _used;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong HashOf(in FlowKey key) => key.Hash(_seed);

    public ref FlowEntry this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref *EntryAt(number);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TcpTrack Tcp(int number) => ref ((TcpTrack*)Chunk(_tcp, number, TcpTrack.Size))[number & (ChunkSize - 1)];

    /// <summary>What went wrong with it. (TCP)</summary>
    public Sparse<TcpCounts> TcpCounts { get; }

    /// <summary>What it sent in the seconds before its last one: of those that have lived for more than a second.</summary>
    public Sparse<LongRates> Rates { get; }

    /// <summary>The connection's Id from before its key changed: of those whose did.</summary>
    public Sparse<ulong> FirstIds { get; }

    public ref FlowOrigin Origin(int number) => ref ((FlowOrigin*)_origins[number >> ChunkBits])[number & (ChunkSize - 1)];

    public ref FlowSide Side(int number) => ref ((FlowSide*)Chunk(_sides, number, sizeof(FlowSide)))[number & (ChunkSize - 1)];

    /// <summary>What it and its place are called, as far as somebody has looked.</summary>
    public FlowLabels LabelsOf(int number) => _labels[number >> ChunkBits] is { } chunk ? chunk[number & (ChunkSize - 1)] : default;

    public ref FlowLabels Labels(int number) => ref (_labels[number >> ChunkBits] ??= new FlowLabels[ChunkSize])[number & (ChunkSize - 1)];

    public ref object? Object(int number) => ref _objects[number >> ChunkBits][number & (ChunkSize - 1)].Value;

    /// <summary>What was found out about its owner, beside the packet path; null for nothing.</summary>
    public object? Owner(int number) => _owners[number >> ChunkBits]?[number & (ChunkSize - 1)].Value;

    public void SetOwner(int number, object? owner) => (_owners[number >> ChunkBits] ??= new Slot[ChunkSize])[number & (ChunkSize - 1)].Value = owner;

    /// <summary>The entry of a key, or <see cref="None"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="guess">What <see cref="Guess"/> said, a while ago.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in FlowKey key, ulong hash, FlowGuess guess)
    {
        FlowEntry* entry = guess.Entry;
        return entry != null && entry->Hash == TagOf(hash) && entry->Key.Equals(key) ? guess.Number : Find(key, hash);
    }

    /// <summary>The entry of a key, or <see cref="None"/>.</summary>
    public int Find(in FlowKey key, ulong hash)
    {
        uint tag = TagOf(hash);
        for (int i = SlotOf(hash); ; i = (i + 1) & _mask)
        {
            ulong slot = _slots[i];
            if (slot == 0)
            {
                return None;
            }

            if ((uint)(slot >> 32) == tag && this[NumberOf(slot)].Key.Equals(key))
            {
                return NumberOf(slot);
            }
        }
    }

    /// <summary>Adds an entry for a key that is not there. All of it is zero but the key and its hash.</summary>
    /// <returns>Its number, or <see cref="None"/> when the table is at its limit.</returns>
    public int Add(in FlowKey key, ulong hash)
    {
        if (IsFull)
        {
            return None;
        }

        if ((Count + 1) * 4L > (_mask + 1) * 3L)
        {
            Grow();
        }

        int number = TakeNumber();
        Count++;
        ref FlowEntry entry = ref this[number];
        entry = default;
        entry.Key = key;
        entry.Hash = TagOf(hash);
        Insert(TagOf(hash), number);
        return number;
    }

    /// <summary>Gives an entry another key, which is not there. Nothing else of it changes.</summary>
    public void Rename(int number, in FlowKey key, ulong hash)
    {
        Unlink(number);
        ref FlowEntry entry = ref this[number];
        entry.Key = key;
        entry.Hash = TagOf(hash);
        Insert(TagOf(hash), number);
    }

    public void Remove(int number)
    {
        Unlink(number);
        ref FlowEntry entry = ref this[number];
        entry = default;
        if (_tcp[number >> ChunkBits] != 0)
        {
            Tcp(number) = default;
        }

        Rates.Remove(number);
        TcpCounts.Remove(number);
        FirstIds.Remove(number);
        Origin(number) = default;
        Object(number) = null;
        if (_sides[number >> ChunkBits] != 0)
        {
            Side(number) = default;
        }

        if (_labels[number >> ChunkBits] is not null)
        {
            Labels(number) = default;
        }

        if (_owners[number >> ChunkBits] is not null)
        {
            SetOwner(number, null);
        }

        entry.Last = _freeHead; // The free list runs through the unused entries.
        _freeHead = number;
        Count--;
    }

    /// <summary>Takes an entry out of the index.</summary>
    private void Unlink(int number)
    {
        ref FlowEntry entry = ref this[number];
        Debug.Assert(entry.Hash != 0);
        int i = HomeOf(entry.Hash);
        while (NumberOf(_slots[i]) != number)
        {
            i = (i + 1) & _mask;
        }

        // Shift back what probed past the freed slot (Knuth, TAOCP volume 3, 6.4, algorithm R).
        for (int j = (i + 1) & _mask; _slots[j] != 0; j = (j + 1) & _mask)
        {
            int home = HomeOf((uint)(_slots[j] >> 32));
            if (((j - home) & _mask) >= ((j - i) & _mask))
            {
                _slots[i] = _slots[j];
                i = j;
            }
        }

        _slots[i] = 0;
    }

    /// <summary>Removes all and gives their memory back.</summary>
    public void Clear()
    {
        _memory.Clear();
        (_entries, _tcp, _origins, _sides, _labels, _objects, _owners) = ([], [], [], [], [], [], []);
        Rates.Clear();
        TcpCounts.Clear();
        FirstIds.Clear();
        (_chunks, _used, _freeHead, Count) = (0, 0, None, 0);
        _index.Free();
        _index = AllocateIndex(InitialSlots);
    }

    /// <summary>True when the entry is in use.</summary>
    public bool IsUsed(int number) => this[number].Hash != 0;

    private static uint TagOf(ulong hash) => (uint)(hash >> 32) | 1;

    private static int NumberOf(ulong slot) => (int)(uint)slot - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FlowEntry* EntryAt(int number) => (FlowEntry*)_entries[number >> ChunkBits] + (number & (ChunkSize - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TcpTrack* TrackAt(int number) => (TcpTrack*)_tcp[number >> ChunkBits] + (number & (ChunkSize - 1));

    private int SlotOf(ulong hash) => (int)(hash >> 33) & _mask;

    /// <summary>Where the search for a tag begins: <see cref="SlotOf"/> of the hash it comes from.</summary>
    private int HomeOf(uint tag) => (int)(tag >> 1) & _mask;

    private int TakeNumber()
    {
        if (_freeHead != None)
        {
            int number = _freeHead;
            _freeHead = (int)this[number].Last;
            return number;
        }

        if (_used == _chunks << ChunkBits)
        {
            if (_chunks == _entries.Length)
            {
                int room = Math.Max(1, _chunks * 2);
                Array.Resize(ref _entries, room);
                Array.Resize(ref _tcp, room);
                Array.Resize(ref _origins, room);
                Array.Resize(ref _sides, room);
                Array.Resize(ref _labels, room);
                Array.Resize(ref _objects, room);
                Array.Resize(ref _owners, room);
            }

            _entries[_chunks] = _memory.Allocate(ChunkSize * FlowEntry.Size);
            _origins[_chunks] = _memory.Allocate(ChunkSize * sizeof(FlowOrigin));
            _objects[_chunks] = new Slot[ChunkSize];
            _chunks++;
        }

        return _used++;
    }

    /// <summary>The chunk that a flow is in, made when it is first asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Chunk(nint[] chunks, int number, int size)
    {
        ref nint chunk = ref chunks[number >> ChunkBits];
        if (chunk == 0)
        {
            chunk = _memory.Allocate(ChunkSize * size);
        }

        return chunk;
    }

    private void Insert(uint tag, int number)
    {
        int i = HomeOf(tag);
        while (_slots[i] != 0)
        {
            i = (i + 1) & _mask;
        }

        _slots[i] = (ulong)tag << 32 | (uint)(number + 1);
    }

    private void Grow()
    {
        NativeBlock old = _index;
        ulong* slots = _slots;
        int count = _mask + 1;
        _index = AllocateIndex(count * 2);
        for (int i = 0; i < count; i++)
        {
            if (slots[i] != 0)
            {
                Insert((uint)(slots[i] >> 32), NumberOf(slots[i]));
            }
        }

        old.Free();
    }

    private NativeBlock AllocateIndex(int slots)
    {
        Debug.Assert(BitOperations.IsPow2(slots));
        var index = new NativeBlock(checked(slots * sizeof(ulong)));
        _slots = (ulong*)index.Start;
        _mask = slots - 1;
        return index;
    }
}
