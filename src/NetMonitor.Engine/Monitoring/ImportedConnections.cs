using System.Collections;

namespace NetMonitor.Monitoring;

/// <summary>
/// The connections of a file, oldest first. Each object is built when it is asked for, so that a million connections that pass through a
/// pipeline do not all exist at once.
/// </summary>
internal sealed class ImportedConnections : IReadOnlyList<NetConnection>, IDisposable
{
    private readonly Shard[] _shards;
    private readonly (int Shard, int Row)[]? _order; // rows as Shard.Row takes them; null when one shard's rows, from 0 on, are in order
    private readonly long _now;
    private bool _isDisposed;

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
            (int shard, int row) = _order is null ? (0, index) : _order[index];
            return _shards[shard].Row(row, _now);
        }
    }

    public IEnumerator<NetConnection> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
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

    private (int Shard, int Row)[] Sort()
    {
        var keys = new (long Creation, ulong Id)[Count];
        var order = new (int Shard, int Row)[Count];
        int count = 0;
        for (int i = 0; i < _shards.Length; i++)
        {
            foreach ((long creation, ulong id, int row) in _shards[i].RowKeys())
            {
                keys[count] = (creation, id);
                order[count++] = (i, row);
            }
        }

        Array.Sort(keys, order);
        return order;
    }
}
