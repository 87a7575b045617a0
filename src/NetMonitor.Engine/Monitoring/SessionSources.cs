using System.Net;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Inspection.Tls.Decryption;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>What session and import have in common: opening the sources that the options name, the shards' settings, adding up counts.</summary>
internal static partial class SessionSources
{
    /// <summary>Opens what the options name; all of it or nothing.</summary>
    /// <exception cref="CaptureException">Something cannot be opened.</exception>
    public static IReadOnlyList<IFrameSource> Open(SessionOptions options)
    {
        if (options.Path is { } path)
        {
            IFrameSource file = CaptureFile.Open(path);
            return [options.Pace ? new PacedSource(file) : file];
        }

        var sources = new List<IFrameSource>();
        try
        {
            foreach (string name in options.Interfaces.Count > 0 ? options.Interfaces : [DefaultInterface()])
            {
                sources.AddRange(LiveSource.OpenSeveral(name, Math.Max(1, options.Readers), options.CaptureFilter, options.Promiscuous));
            }
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }

        return sources;
    }

    /// <summary>Connections with both ends on loopback are shown when asked for, for files, and when a loopback interface is named.</summary>
    public static bool ShowsLoopback(SessionOptions options) =>
        options.IncludeLoopback || options.Path is not null
        || (options.Interfaces.Count > 0 && CaptureDevices.List().Any(device => device.IsLoopback && options.Interfaces.Contains(device.Name)));

    public static ShardSettings Settings(SessionOptions options, IReadOnlyList<IFrameSource> sources, int shards, bool attribute = false)
    {
        bool isLive = sources.Count == 0 || sources[0].IsLive;
        TlsSecrets? secrets = options.NoInspection ? null : KeyLogFile.Open(options.KeyLog, isLive);
        if (secrets is not null)
        {
            foreach (IMeasuredSource source in sources.OfType<IMeasuredSource>())
            {
                source.TakeKeyLogs(log => secrets.Add(log));
            }
        }

        return new ShardSettings
        {
            LocalAddresses = new LocalAddresses(isLive ? new HostAddresses() : null, options),
            InterfaceName = id => isLive
                ? sources.Count == 0 || id == NoInterface ? null : sources[id].Name
                : id < sources[0].Interfaces.Count ? sources[0].Interfaces[id].Name : null,
            Names = NamesAndPlaces.Open(options, isLive),
            Inspect = !options.NoInspection,
            NewFlows = attribute ? new NewFlowQueue() : null,
            InterfaceOf = attribute ? InterfaceOf(sources) : null,
            CountKernelBytes = sources.Count == 0,
            FlowLimit = Share(options.ConnectionLimit ?? (isLive ? ShardSettings.LiveFlows : int.MaxValue), shards),
            HistoryLimit = Share(options.HistorySize ?? (isLive ? ShardSettings.LiveHistory : int.MaxValue), shards),
            Policy = options.Policy,
            IsLive = isLive,
            KeepsAll = !isLive && options.ConnectionLimit is null,
            Secrets = secrets,
            Seed = (ulong)Random.Shared.NextInt64(),
        };
    }

    public static SessionCounters Count(SourceCounters[] sources, DecodeCounters[] decoders, Shard[] shards, long queueDropped)
    {
        var notTracked = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string reason, long count) in decoders.SelectMany(decoder => decoder.ToDictionary()))
        {
            notTracked[reason] = notTracked.GetValueOrDefault(reason) + count;
        }

        return new SessionCounters
        {
            Received = sources.Sum(source => source.Received),
            Bytes = sources.Sum(source => source.Bytes),
            KernelDropped = sources.Any(source => source.KernelDropped is not null) ? sources.Sum(source => source.KernelDropped ?? 0) : null,
            InterfaceDropped = sources.Any(source => source.InterfaceDropped is not null) ? sources.Sum(source => source.InterfaceDropped ?? 0) : null,
            QueueDropped = queueDropped,
            Packets = shards.Sum(shard => shard.Packets),
            NotTracked = notTracked,
            Connections = shards.Sum(shard => (long)shard.Connections),
            Opened = shards.Sum(shard => shard.Opened),
            Closed = shards.Sum(shard => shard.Closed),
            TableFull = shards.Sum(shard => shard.TableFull),
            EvictedHalfOpen = shards.Sum(shard => shard.EvictedHalfOpen),
            EvictedOther = shards.Sum(shard => shard.EvictedOther),
            LateSegments = shards.Sum(shard => shard.LateSegments),
            Historic = shards.Sum(shard => (long)shard.Historic),
        };
    }

    /// <summary>A shard's part of a limit, rounded up.</summary>
    private static int Share(int limit, int shards) => limit == int.MaxValue ? limit : (int)(((long)limit + shards - 1) / shards);

    private static string DefaultInterface() =>
        CaptureDevices.List().FirstOrDefault(device => device.IsDefault)?.Name
        ?? throw new CaptureException(
            CaptureError.CaptureDeviceNotFound,
            "This machine has no default route, so there is no default interface.",
            "Name one with -Interface; Get-NetMonitorInterface lists them.");

    /// <summary>The host's own addresses (live) and those the user named.</summary>
    private sealed class LocalAddresses(HostAddresses? host, SessionOptions options) : ILocalAddresses, IDisposable
    {
        private readonly HashSet<IPAddressValue> _addresses = [.. options.LocalAddresses.Select(IPAddressValue.From)];
        private readonly (IPAddressValue Network, int Prefix)[] _networks =
            [.. options.LocalNetworks.Select(network => (IPAddressValue.From(network.BaseAddress), network.PrefixLength))];

        public bool IsLocal(IPAddressValue address)
        {
            if ((host?.IsLocal(address) ?? false) || _addresses.Contains(address))
            {
                return true;
            }

            foreach ((IPAddressValue network, int prefix) in _networks)
            {
                if (address.IsInNetwork(network, prefix))
                {
                    return true;
                }
            }

            return false;
        }

        public void Dispose() => host?.Dispose();
    }
}
