namespace NetMonitor.Flows;

/// <summary>Hands out zeroed memory that is given back all at once, from blocks that get larger with what they hold. Any thread may take some.</summary>
internal sealed unsafe class NativeArena
{
    private const int SmallestBlock = 1 << 19; // bytes
    private const int LargestBlock = 1 << 23;

    private readonly List<NativeBlock> _blocks = []; // the last has room
    private int _taken;                              // bytes of the last

    /// <summary>Memory that starts at a cache line.</summary>
    /// <param name="bytes">How much; half a megabyte at most.</param>
    public nint Allocate(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, SmallestBlock);
        lock (_blocks)
        {
            if (_blocks.Count == 0 || _taken + bytes > _blocks[^1].Size)
            {
                _blocks.Add(new NativeBlock(_blocks.Count == 0 ? SmallestBlock : Math.Min(2 * _blocks[^1].Size, LargestBlock)));
                _taken = 0;
            }

            byte* start = _blocks[^1].Start + _taken;
            _taken += (bytes + NativeBlock.CacheLine - 1) & ~(NativeBlock.CacheLine - 1);
            return (nint)start;
        }
    }

    /// <summary>Gives all of it back; nothing may point into it any more.</summary>
    public void Clear()
    {
        _blocks.ForEach(block => block.Free());
        _blocks.Clear();
        _taken = 0;
    }
}
