using System.Collections.Concurrent;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>
/// Connections that others announced: where a host awaits one of another host's for data (FTP). Shared by all shards; what it answers about a file does not depend on the
/// order in which they add to it. Time comes with the packets.
/// </summary>
internal sealed class ExpectedConnections
{
    /// <summary>How long after its announcement a connection is one that was announced, nanoseconds (docs/limits.md).</summary>
    public const long Patience = 5 * 60 * UnixTime.NanosecondsPerSecond;

    /// <summary>Announcements remembered (docs/limits.md): of the same port within a time of <see cref="Patience"/> one.</summary>
    public const int Limit = 16_384;

    private readonly Lock _adding = new();

    // Two generations of half the limit each: when the younger is full the older is forgotten.
    private volatile ConcurrentDictionary<Key, Times> _young = new();
    private volatile ConcurrentDictionary<Key, Times> _old = new();
    private int _youngCount; // ConcurrentDictionary's own takes all of its locks
    private volatile bool _any;

    private readonly record struct Key(IPAddressValue Host, ushort Port, IPAddressValue Peer, long Slot);

    /// <summary>The first and the last announcement in a slot of time.</summary>
    private readonly record struct Times(long First, long Last);

    /// <summary>Notes that a host awaits a connection.</summary>
    /// <param name="host">Who waits.</param>
    /// <param name="port">Where.</param>
    /// <param name="peer">For whom.</param>
    /// <param name="time">When that was said, nanoseconds since 1970.</param>
    public void Add(IPAddressValue host, ushort port, IPAddressValue peer, long time)
    {
        var key = new Key(host, port, peer, time / Patience);
        lock (_adding)
        {
            bool isKnown = TryFind(key, out Times known);
            if (!_young.ContainsKey(key) && ++_youngCount > Limit / 2)
            {
                _old = _young;
                _young = new ConcurrentDictionary<Key, Times>();
                _youngCount = 1;
            }

            _young[key] = isKnown ? new Times(Math.Min(known.First, time), Math.Max(known.Last, time)) : new Times(time, time);
            _any = true;
        }
    }

    /// <summary>True when a connection to a host's port was announced shortly before it was opened.</summary>
    /// <param name="host">Who waited.</param>
    /// <param name="port">Where.</param>
    /// <param name="peer">For whom.</param>
    /// <param name="opened">When it was opened, nanoseconds since 1970.</param>
    public bool Has(IPAddressValue host, ushort port, IPAddressValue peer, long opened)
    {
        if (!_any)
        {
            return false;
        }

        var key = new Key(host, port, peer, opened / Patience);
        return (TryFind(key, out Times times) && times.First <= opened)
            || (TryFind(key with { Slot = key.Slot - 1 }, out times) && opened - times.Last <= Patience);
    }

    private bool TryFind(in Key key, out Times times) => _young.TryGetValue(key, out times) || _old.TryGetValue(key, out times);
}
