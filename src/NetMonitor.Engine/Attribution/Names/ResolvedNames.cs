using System.Collections.Concurrent;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Names;

/// <summary>
/// Which name a host looked up shortly before (or after) it opened a connection: the last answers seen on the wire, by who asked and which
/// address the answer gave. Shared by all shards: answers are rare and take a lock, reading takes none. Time comes with the packets.
/// </summary>
internal sealed class ResolvedNames
{
    /// <summary>How far apart an answer and the opening of the connection may be, either way round.</summary>
    public const long Freshness = 10 * UnixTime.NanosecondsPerSecond;

    /// <summary>Pairs of asker and address remembered (docs/limits.md).</summary>
    public const int Limit = 16_384;

    /// <summary>Answers remembered of each pair (docs/limits.md).</summary>
    public const int Answers = 4;

    private readonly Lock _adding = new();

    // Two generations of half the limit each: when the younger is full the older is forgotten.
    private volatile ConcurrentDictionary<Key, Answer> _young = new();
    private volatile ConcurrentDictionary<Key, Answer> _old = new();

    private readonly record struct Key(IPAddressValue Asker, IPAddressValue Address);

    private sealed record Answer(string Name, long Time, Answer? Before);

    private int _version;
    private int _youngCount; // ConcurrentDictionary's own takes all of its locks

    /// <summary>How many answers were added so far: while it stays the same, so does what <see cref="Find"/> says. 0 while there are none.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The asker of what was told to everybody.</summary>
    public static IPAddressValue Everybody => default;

    /// <summary>Adds an answer.</summary>
    /// <param name="asker">Who asked, or <see cref="Everybody"/>.</param>
    /// <param name="address">The address in the answer.</param>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="time">When it was seen, nanoseconds since 1970.</param>
    public void Add(IPAddressValue asker, IPAddressValue address, string name, long time)
    {
        var key = new Key(asker, address);
        lock (_adding)
        {
            bool isNew = !_young.ContainsKey(key);
            if (isNew && ++_youngCount > Limit / 2)
            {
                _old = _young;
                _young = new ConcurrentDictionary<Key, Answer>();
                _youngCount = 1;
            }

            _young[key] = new Answer(name, time, Shorten(Latest(key), Answers - 1));
            Volatile.Write(ref _version, _version == int.MaxValue ? 1 : _version + 1);
        }
    }

    /// <summary>The name of an address for one who opened a connection to it: of the last answer before, else of the first after.</summary>
    /// <param name="asker">Who opened it.</param>
    /// <param name="address">The address.</param>
    /// <param name="opened">When.</param>
    /// <returns>The name, or null when no answer is near enough. An answer still to come may change that until <see cref="Freshness"/> has passed.</returns>
    public string? Find(IPAddressValue asker, IPAddressValue address, long opened) =>
        Nearest(Latest(new Key(asker, address)), opened) ?? Nearest(Latest(new Key(Everybody, address)), opened);

    private Answer? Latest(Key key) => _young.TryGetValue(key, out Answer? answer) || _old.TryGetValue(key, out answer) ? answer : null;

    private static string? Nearest(Answer? latest, long opened)
    {
        string? name = null;
        for (Answer? answer = latest; answer is not null; answer = answer.Before)
        {
            if (Math.Abs(answer.Time - opened) <= Freshness)
            {
                name = answer.Name;
            }

            if (answer.Time <= opened)
            {
                break;
            }
        }

        return name;
    }

    private static Answer? Shorten(Answer? latest, int most) =>
        latest is null || most == 0 ? null : latest with { Before = Shorten(latest.Before, most - 1) };
}
