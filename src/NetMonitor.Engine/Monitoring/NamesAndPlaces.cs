using MaxMind.Db;
using NetMonitor.Attribution.Names;
using NetMonitor.Attribution.Neighbors;
using NetMonitor.Attribution.Places;
using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>What the shards of a session share to name connections and addresses, and to place them. Safe for any thread.</summary>
internal sealed class NamesAndPlaces
{
    /// <summary>Names that DNS answers on the wire gave.</summary>
    public ResolvedNames Resolved { get; } = new();

    /// <summary>Connections that others announced.</summary>
    public ExpectedConnections Expected { get; } = new();

    /// <summary>The neighbors that the capture and the system told of.</summary>
    public NeighborTable Neighbors { get; } = new();

    /// <summary>This machine's hosts file; empty for captures of other machines.</summary>
    public HostsFile Hosts { get; init; } = HostsFile.Empty;

    /// <summary>Reverse DNS; null unless it was asked for.</summary>
    public ReverseNames? Reverse { get; init; }

    /// <summary>Where addresses are. Not closed with the session, whose connections can still be asked for.</summary>
    public PlaceDatabases Places { get; init; } = new([]);

    /// <summary>What the options ask for.</summary>
    /// <exception cref="CaptureException">A database cannot be read.</exception>
    public static NamesAndPlaces Open(SessionOptions options, bool isLive)
    {
        bool reverse = options.ResolveNames || options.ResolvePrivateNames;
        PlaceDatabases places = OpenDatabases(options.GeoDatabases);
        var names = new NamesAndPlaces
        {
            Hosts = isLive || reverse ? HostsFile.Read() : HostsFile.Empty,
            Reverse = reverse ? new ReverseNames(UdpNameServer.OfSystem(), options.ResolvePrivateNames) : null,
            Places = places,
        };
        if (isLive)
        {
            names.Neighbors.Seed(SystemNeighbors.Read());
        }

        return names;
    }

    private static PlaceDatabases OpenDatabases(IReadOnlyList<string> paths)
    {
        try
        {
            return paths.Count > 0 ? new PlaceDatabases(paths) : PlaceDatabases.OfSystem();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDatabaseException)
        {
            throw new CaptureException(
                CaptureError.GeoDatabaseUnreadable,
                $"The database of places cannot be read: {exception.Message}",
                "Give -GeoDatabase a file in MaxMind's format (.mmdb); without it the tables of the module are used.",
                exception);
        }
    }
}
