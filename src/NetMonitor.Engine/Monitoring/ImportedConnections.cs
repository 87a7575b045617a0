using System.Collections;
using NetMonitor.Flows;

namespace NetMonitor.Monitoring;

/// <summary>
/// The connections of a file, oldest first. Each object is built when it is asked for, so that a million connections that pass through a
/// pipeline do not all exist at once.
/// </summary>
internal sealed unsafe class ImportedConnections : IReadOnlyList<NetConnection>, IDisposable
{
    /// <summary>How many rows ahead of the one that is built the next ones are fetched.</summary>
    private const int RowsAhead = 8;

    private readonly Shard[] _shards;
    private readonly NativeBlock? _order; // of Place; null when one shard's rows, from 0 on, are in order
    private readonly long _now;
    private bool _isDisposed;

    /// <summary>Where a connection is: a row as <see cref="Shard.Row"/> takes it.</summary>
    private readonly record struct Place(int Shard, int Row);

    public ImportedConnections(Shard[] shards)
    {
        _shards = shards;
        _now = shards.Max(shard => shard.Now);
        Count = shards.Sum(shard => shard.Rows);
        _order = shards is [var only] && AreInOrder(only) ? null : Sort();
    }

    public int Count { get; }

    public NetConnection this[int index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            (int shard, int row) = PlaceOf(index);
            return _shards[shard].Row(row, _now);
        }
    }

    public IEnumerator<NetConnection> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            Prefetch(i + RowsAhead);
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Gives the memory of the tables back. Objects that were built stay.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (Shard shard in _shards)
        {
            shard.Clear();
        }

        _order?.Free();
    }

    private Place PlaceOf(int index) => _order is null ? new Place(0, index) : ((Place*)_order.Start)[index];

    private void Prefetch(int index)
    {
        if (index < Count && !_isDisposed)
        {
            (int shard, int row) = PlaceOf(index);
            _shards[shard].PrefetchRow(row);
        }
    }

    private static bool AreInOrder(Shard shard)
    {
        int expected = 0;
        (long Creation, ulong Id) last = (long.MinValue, 0);
        foreach ((long creation, ulong id, int row) in shard.RowKeys())
        {
            if (row != expected++ || (creation, id).CompareTo(last) < 0)
            {
                return false;
            }

            last = (creation, id);
        }

        return true;
    }

    /// <summary>Outside of the collected heap: arrays so large bring about a collection of all that was tracked.</summary>
    private NativeBlock Sort()
    {
        var keys = new NativeBlock(checked(Count * sizeof((long, ulong))));
        var order = new NativeBlock(checked(Count * sizeof(Place)));
        var sorted = new Span<(long Creation, ulong Id)>(keys.Start, Count);
        var places = new Span<Place>(order.Start, Count);
        int count = 0;
        for (int i = 0; i < _shards.Length; i++)
        {
            foreach ((long creation, ulong id, int row) in _shards[i].RowKeys())
            {
                sorted[count] = (creation, id);
                places[count++] = new Place(i, row);
            }
        }

        sorted.Sort(places);
        keys.Free();
        return order;
    }
}
