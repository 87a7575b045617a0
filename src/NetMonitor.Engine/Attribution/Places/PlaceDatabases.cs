using System.Collections.Concurrent;
using MaxMind.Db;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Places;

/// <summary>
/// The user's databases in MaxMind's format (maxmind.github.io/MaxMind-DB), before the tables that come with the module. What a database
/// does not know of an address is asked of the next.
/// </summary>
internal sealed class PlaceDatabases : IDisposable
{
    /// <summary>Addresses whose place by a user's database is remembered (docs/limits.md).</summary>
    public const int Limit = 65_536;

    private const string Extension = "*.mmdb";
    private readonly List<Reader> _readers = [];
    private ConcurrentDictionary<IPAddressValue, Place> _found = new();

    /// <summary>A place that says nothing.</summary>
    private static readonly Place Nowhere = new(null, null, null, null);

    /// <summary>Opens databases, in the order they are asked.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    /// <exception cref="InvalidDatabaseException">A file is not a database.</exception>
    public PlaceDatabases(IEnumerable<string> paths)
    {
        try
        {
            foreach (string path in paths)
            {
                _readers.Add(new Reader(path, FileAccessMode.MemoryMapped));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The databases that lie where users keep them, one of each kind; none is needed.</summary>
    public static PlaceDatabases OfSystem() => new(Usable(Directories()));

    /// <summary>Where databases are looked for, in order.</summary>
    public static IReadOnlyList<string> Directories()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } folder ? folder : Path.Combine(home, ".local", "share");
        return OperatingSystem.IsWindows()
            ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "GeoIP")]
            : [Path.Combine(data, "GeoIP"), "/usr/share/GeoIP", "/usr/local/share/GeoIP", "/opt/homebrew/share/GeoIP", "/var/lib/GeoIP"];
    }

    /// <summary>The newest readable database of each type in some folders.</summary>
    public static IReadOnlyList<string> Usable(IEnumerable<string> directories)
    {
        var newest = new Dictionary<string, (string Path, DateTime Built)>(StringComparer.Ordinal);
        foreach (string path in directories.Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, Extension)))
        {
            try
            {
                using var reader = new Reader(path, FileAccessMode.MemoryMapped);
                if (!newest.TryGetValue(reader.Metadata.DatabaseType, out (string Path, DateTime Built) known) || known.Built < reader.Metadata.BuildDate)
                {
                    newest[reader.Metadata.DatabaseType] = (path, reader.Metadata.BuildDate);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDatabaseException)
            {
                // Nobody asked for it by name.
            }
        }

        // Those that know cities know countries better than those that know countries only.
        return [.. newest.OrderByDescending(pair => pair.Key.Contains("City", StringComparison.OrdinalIgnoreCase)).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Value.Path)];
    }

    /// <summary>Types of the databases in use ("GeoLite2-City").</summary>
    public IReadOnlyList<string> Types => [.. _readers.Select(reader => reader.Metadata.DatabaseType)];

    /// <summary>What is known of a public address, or null.</summary>
    public Place? Find(IPAddressValue address)
    {
        if (_readers.Count == 0)
        {
            return RegisteredPlaces.Instance.Find(address);
        }

        if (!_found.TryGetValue(address, out Place? place))
        {
            place = Look(address);
            if (_found.Count >= Limit)
            {
                _found = new ConcurrentDictionary<IPAddressValue, Place>();
            }

            _found[address] = place;
        }

        return place == Nowhere ? null : place;
    }

    /// <summary>Closes the databases.</summary>
    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    private Place Look(IPAddressValue address)
    {
        Place place = Nowhere;
        foreach (Reader reader in _readers)
        {
            place = Join(place, Read(reader, address));
        }

        return Join(place, RegisteredPlaces.Instance.Find(address) ?? Nowhere);
    }

    private static Place Read(Reader reader, IPAddressValue address)
    {
        try
        {
            Dictionary<string, object>? record = reader.Find<Dictionary<string, object>>(address.ToIPAddress());
            return record is null ? Nowhere : new Place(
                Text(record, "country", "iso_code") ?? Text(record, "registered_country", "iso_code") ?? Text(record, "country_code"),
                Text(record, "city", "names", "en") ?? Text(record, "city"),
                Number(record, "autonomous_system_number"),
                Text(record, "autonomous_system_organization") ?? Text(record, "organization"));
        }
        catch (Exception exception) when (exception is InvalidDatabaseException or DeserializationException or IOException)
        {
            return Nowhere; // Damaged in the middle, or IPv4 only.
        }
    }

    /// <summary>The first's facts, and the second's where the first has none. A system and its organization belong together.</summary>
    private static Place Join(Place first, Place second) => new(
        first.Country ?? second.Country,
        first.City ?? second.City,
        first.Asn ?? second.Asn,
        first.Organization ?? (first.Asn is null || first.Asn == second.Asn ? second.Organization : null));

    private static string? Text(object? value, params ReadOnlySpan<string> path)
    {
        foreach (string key in path)
        {
            value = value is Dictionary<string, object> map && map.TryGetValue(key, out object? inner) ? inner : null;
        }

        return value is string { Length: > 0 } text ? text : null;
    }

    private static long? Number(Dictionary<string, object> record, string key) => record.GetValueOrDefault(key) switch
    {
        long number => number,
        int number => number,
        uint number => number,
        ulong number => (long)number,
        _ => null,
    };
}
