using NetMonitor.Attribution.Registries;

namespace NetMonitor.Attribution.Places;

/// <summary>Where the value of addresses changes, in order: a value holds from its start to the next. A search allocates nothing.</summary>
/// <typeparam name="TStart">The start of a range: an IPv4 address, or the upper half of an IPv6 one.</typeparam>
internal sealed class RangeTable<TStart>
    where TStart : unmanaged, IComparable<TStart>
{
    private readonly TStart[] _starts;
    private readonly int[] _values;

    private RangeTable(TStart[] starts, int[] values)
    {
        _starts = starts;
        _values = values;
    }

    /// <summary>How many ranges.</summary>
    public int Count => _starts.Length;

    /// <summary>Reads one: the count, the distances between starts, the values.</summary>
    public static RangeTable<TStart> Read(RegistryFile file, Func<ulong, TStart> toStart)
    {
        int count = file.ReadCount();
        var starts = new TStart[count];
        var values = new int[count];
        ulong start = 0;
        for (int i = 0; i < count; i++)
        {
            start += file.ReadNumber();
            starts[i] = toStart(start);
        }

        for (int i = 0; i < count; i++)
        {
            values[i] = file.ReadCount();
        }

        return new RangeTable<TStart>(starts, values);
    }

    /// <summary>The value of the range that an address is in; 0 for none.</summary>
    public int Find(TStart address)
    {
        int at = _starts.AsSpan().BinarySearch(address);
        at = at < 0 ? ~at - 1 : at;
        return at < 0 ? 0 : _values[at];
    }
}
