namespace NetMonitor;

/// <summary>
/// What was made of values met lately, so that what says the same is the same object. Of two values that want the same place the later one takes it, so
/// the memory is bounded; what is gone is made again. Any thread may use it.
/// </summary>
/// <param name="places">How many are held at most.</param>
/// <param name="make">What belongs to a value; always the same.</param>
/// <typeparam name="TKey">The value.</typeparam>
/// <typeparam name="T">Immutable.</typeparam>
internal sealed class Recent<TKey, T>(int places, Func<TKey, T> make)
    where TKey : struct, IEquatable<TKey>
    where T : class
{
    private sealed record Entry(TKey Key, T Made);

    private readonly Entry?[] _entries = new Entry?[places];

    public T Get(in TKey key)
    {
        ref Entry? place = ref _entries[(uint)key.GetHashCode() % (uint)_entries.Length];
        Entry? entry = place; // One read and one write of a reference: others see the old entry or the new one.
        if (entry is null || !entry.Key.Equals(key))
        {
            place = entry = new Entry(key, make(key));
        }

        return entry.Made;
    }
}
