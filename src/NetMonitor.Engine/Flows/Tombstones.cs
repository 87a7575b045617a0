namespace NetMonitor.Flows;

/// <summary>
/// The TCP connections that closed lately, so that a late segment of one does not open it again. A fixed number of places: of two connections whose
/// hashes share one, the later stays. One thread uses it.
/// </summary>
internal sealed class Tombstones
{
    /// <summary>Places (docs/limits.md).</summary>
    public const int Places = 8192;

    /// <summary>How long a closed connection is remembered, nanoseconds (docs/limits.md).</summary>
    public const long Lifetime = 30 * UnixTime.NanosecondsPerSecond;

    private (ulong Hash, long Until)[] _places = [];

    /// <summary>Remembers a connection that closed.</summary>
    public void Add(ulong hash, long now)
    {
        if (_places.Length == 0)
        {
            _places = new (ulong, long)[Places];
        }

        _places[PlaceOf(hash)] = (hash, now + Lifetime);
    }

    /// <summary>True when the connection closed lately.</summary>
    public bool Has(ulong hash, long now)
    {
        if (_places.Length == 0)
        {
            return false;
        }

        (ulong found, long until) = _places[PlaceOf(hash)];
        return found == hash && now <= until;
    }

    private static int PlaceOf(ulong hash) => (int)(hash % Places);
}
