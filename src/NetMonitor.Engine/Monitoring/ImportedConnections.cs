using System.Collections;

namespace NetMonitor.Monitoring;

/// <summary>
/// The connections of a file, oldest first. Each object is built when it is asked for, so that a million connections that pass through a
/// pipeline do not all exist at once.
/// </summary>
internal sealed class ImportedConnections : IReadOnlyList<NetConnection>
{
    private readonly Shard[] _shards;
    private readonly (int Shard, int Row)[] _order; // rows as Shard.Row takes them
    private readonly long _now;

    public ImportedConnections(Shard[] shards)
    {
        _shards = shards;
        _now = shards.Max(shard => shard.Now);
        var keys = new (long Creation, ulong Id)[shards.Sum(shard => shard.Rows)];
        _order = new (int Shard, int Row)[keys.Length];
        int count = 0;
        for (int i = 0; i < shards.Length; i++)
        {
            foreach ((long Creation, ulong Id, int Row) row in shards[i].RowKeys())
            {
                keys[count] = (row.Creation, row.Id);
                _order[count++] = (i, row.Row);
            }
        }

        Array.Sort(keys, _order);
    }

    public int Count => _order.Length;

    public NetConnection this[int index] => _shards[_order[index].Shard].Row(_order[index].Row, _now);

    public IEnumerator<NetConnection> GetEnumerator()
    {
        foreach ((int shard, int row) in _order)
        {
            yield return _shards[shard].Row(row, _now);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
