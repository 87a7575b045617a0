namespace NetMonitor.Packets;

/// <summary>
/// Counts by a 16-bit number, for the first <see cref="Capacity"/> numbers met; later ones share one count. Open addressing over fixed
/// arrays: one thread writes without locks or garbage, others may read.
/// </summary>
internal sealed class NumberedCounters
{
    public const int Capacity = 192;

    private const int Slots = 256;

    /// <summary>Number plus one; 0 is a free slot.</summary>
    private readonly int[] _keys = new int[Slots];
    private readonly long[] _counts = new long[Slots];
    private int _used;
    private long _others;

    public void Increment(ushort number)
    {
        int key = number + 1;
        int slot = (int)((uint)key * 2654435761u >> 24);
        while (_keys[slot] != key)
        {
            if (_keys[slot] == 0)
            {
                if (_used == Capacity)
                {
                    _others++;
                    return;
                }

                _used++;
                Volatile.Write(ref _keys[slot], key);
                break;
            }

            slot = (slot + 1) % Slots;
        }

        _counts[slot]++;
    }

    public void AddTo(Dictionary<string, long> result, Func<int, string> name, string others)
    {
        for (int i = 0; i < Slots; i++)
        {
            int key = Volatile.Read(ref _keys[i]);
            if (key != 0)
            {
                DecodeCounters.Add(result, name(key - 1), Volatile.Read(ref _counts[i]));
            }
        }

        DecodeCounters.Add(result, others, Volatile.Read(ref _others));
    }
}
