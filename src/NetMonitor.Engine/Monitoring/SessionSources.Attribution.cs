using NetMonitor.Attribution;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <content>What stands in for capture where it is not permitted, and what finds the owners of connections.</content>
internal static partial class SessionSources
{
    /// <summary>Interface of a flow that no monitored interface has an address of.</summary>
    private const ushort NoInterface = ushort.MaxValue;

    /// <summary>
    /// Opens what the options name. When this user may not capture: through dumpcap where that may, else nothing, and the kernel's sockets stand in.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="notice">What is missing then, and the command that changes it; null when all is as asked.</param>
    /// <exception cref="CaptureException">Something cannot be opened, and nothing can stand in.</exception>
    public static IReadOnlyList<IFrameSource> OpenOrStandIn(SessionOptions options, out string? notice)
    {
        notice = null;
        try
        {
            return Open(options);
        }
        catch (CaptureException error) when (options.Path is null && error.Error is CaptureError.InsufficientPrivilege or CaptureError.CaptureLibraryMissing)
        {
            if (OpenDumpcap(options) is { } sources)
            {
                return sources;
            }

            bool needsPackets = options.CaptureFilter is not null || options.Recording is not null || options.FlightRecorder > TimeSpan.Zero;
            using ISocketTable? sockets = !needsPackets ? AttributionSystem.OpenSockets(commandLines: false) : null;
            if (sockets is null)
            {
                throw; // What was asked for needs packets.
            }

            notice = $"{error.Message} Connections are shown from the kernel's own list of sockets: state, process, bytes and round-trip time, "
                + $"but no packets, names or protocols. {error.RecommendedAction}";
            return [];
        }
    }

    public static AttributionSources? OpenAttribution(SessionOptions options)
    {
        ISocketTable? sockets = AttributionSystem.OpenSockets(options.IncludeCommandLine);
        IConnectionWatch? watch = AttributionSystem.OpenWatch(options.IncludeCommandLine, out _);
        return sockets is null && watch is null ? null : new AttributionSources(sockets, watch);
    }

    /// <summary>Tells by the local and the remote address whose connections a monitor shows: those of its interfaces, or all.</summary>
    public static Func<IPAddressValue, IPAddressValue, bool> WatchedAddresses(SessionOptions options)
    {
        if (options.Interfaces.Contains("any"))
        {
            return static (_, _) => true;
        }

        IReadOnlyList<NetInterface> all = CaptureDevices.List();
        IReadOnlyList<NetInterface> watched =
            [.. all.Where(device => options.Interfaces.Count == 0 ? device.IsDefault : options.Interfaces.Contains(device.Name, StringComparer.OrdinalIgnoreCase))];
        var addresses = watched.SelectMany(device => device.Addresses).Select(IPAddressValue.From).ToHashSet();
        if (!watched.Any(device => device.IsLoopback))
        {
            return (local, _) => addresses.Contains(local);
        }

        // What goes from one own address to another passes the loopback interface, whichever addresses these are.
        var own = all.SelectMany(device => device.Addresses).Select(IPAddressValue.From).ToHashSet();
        var beside = watched.Where(device => !device.IsLoopback).SelectMany(device => device.Addresses).Select(IPAddressValue.From).ToHashSet();
        return (local, remote) => beside.Contains(local) || (IsOwn(local) && IsOwn(remote));

        bool IsOwn(IPAddressValue address) => address.IsLoopback || own.Contains(address);
    }

    private static List<IFrameSource>? OpenDumpcap(SessionOptions options)
    {
        var sources = new List<IFrameSource>();
        try
        {
            foreach (string name in options.Interfaces.Count > 0 ? options.Interfaces : [DefaultInterface()])
            {
                sources.Add(DumpcapSource.Open(name, options.CaptureFilter, options.Promiscuous));
            }

            return sources;
        }
        catch (CaptureException error) when (error.Error is not CaptureError.InvalidCaptureFilter)
        {
            sources.ForEach(source => source.Dispose());
            return null;
        }
    }

    private static Func<IPAddressValue, ushort> InterfaceOf(IReadOnlyList<IFrameSource> sources)
    {
        var interfaces = new Dictionary<IPAddressValue, ushort>();
        IReadOnlyList<NetInterface> devices = CaptureDevices.List();
        for (int i = 0; i < sources.Count; i++)
        {
            NetInterface? device = devices.FirstOrDefault(device => device.Name == sources[i].Name);
            foreach (System.Net.IPAddress address in device?.Addresses ?? [])
            {
                interfaces.TryAdd(IPAddressValue.From(address), (ushort)i);
            }
        }

        return address => interfaces.TryGetValue(address, out ushort id) ? id : NoInterface;
    }
}
