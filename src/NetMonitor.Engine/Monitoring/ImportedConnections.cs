using System.Collections;

namespace NetMonitor.Monitoring;

/// <summary>
/// The connections of a file, oldest first. Each object is built when it is asked for, so that a million connections that pass through a
/// pipeline do not all exist at once.
/// </summary>
internal sealed class ImportedConnections : IReadOnlyList<NetConnection>
{
    private readonly Shard _shard;
    private readonly int[] _order; // as Shard.Row takes them

    public ImportedConnections(Shard shard)
    {
        _shard = shard;
        (long Creation, ulong Id)[] keys = shard.RowKeys(out _order);
        Array.Sort(keys, _order);
    }

    public int Count => _order.Length;

    public NetConnection this[int index] => _shard.Row(_order[index]);

    public IEnumerator<NetConnection> GetEnumerator()
    {
        foreach (int row in _order)
        {
            yield return _shard.Row(row);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
