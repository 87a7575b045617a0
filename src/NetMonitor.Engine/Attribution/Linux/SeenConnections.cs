using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Linux;

/// <summary>What the kernel program saw in the last minute or so, by the ends of connections and of datagram sockets. One thread uses it.</summary>
internal sealed class SeenConnections(LinuxProcessTable processes, uint? networkNamespace)
{
    /// <summary>How long an event is kept (docs/limits.md): a flow may show late, and its process be gone by then.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    /// <summary>Events kept at most (docs/limits.md); the oldest go first.</summary>
    public const int Limit = 65_536;

    private readonly Dictionary<(FlowKey Key, int Side), Entry> _connected = [];
    private readonly Dictionary<(TransportProtocol Protocol, IPAddressValue Address, ushort Port), Entry> _bound = [];
    private readonly Queue<(long Time, bool Connected, FlowKey Key, int Side, IPAddressValue Address, ushort Port)> _order = new();
    private readonly Dictionary<(int Id, long Start, string Command), ProcessFacts> _processes = [];
    private readonly Dictionary<int, (long Start, string Path)> _executed = [];
    private readonly Queue<int> _executedOrder = new();

    private readonly record struct Entry(ProcessFacts Process, long Time, bool IsAmbiguous);

    /// <summary>Events that are kept.</summary>
    public int Count => _order.Count;

    public void Add(in EbpfExecution executed)
    {
        if (_executed.TryAdd(executed.ProcessId, (executed.Start, executed.Path)))
        {
            _executedOrder.Enqueue(executed.ProcessId);
            if (_executedOrder.Count > Limit / 4)
            {
                _executed.Remove(_executedOrder.Dequeue());
            }
        }
        else
        {
            _executed[executed.ProcessId] = (executed.Start, executed.Path);
        }
    }

    public void Add(in EbpfEvent seen)
    {
        // A tuple means nothing outside of its network namespace.
        if (networkNamespace is { } own && seen.Namespace != own)
        {
            return;
        }

        string? path = _executed.TryGetValue(seen.ProcessId, out (long Start, string Path) executed) && executed.Start == seen.Start ? executed.Path : null;
        if (!_processes.TryGetValue((seen.ProcessId, seen.Start, seen.Command), out ProcessFacts? process))
        {
            if (_processes.Count >= LinuxProcessTable.Remembered)
            {
                _processes.Clear();
            }

            // Looked up once: a process that connects a thousand times a second is still the same.
            process = processes.Seen(seen.ProcessId, seen.Start, seen.Command, path, seen.UserId, seen.GroupId, seen.Parents);
            _processes[(seen.ProcessId, seen.Start, seen.Command)] = process;
        }

        bool isConnected = seen.Kind != EbpfKind.Listen && seen.RemotePort != 0 && !seen.Local.IsUnspecified;
        FlowKey key = FlowKey.Of(seen.Protocol, seen.Local, seen.LocalPort, seen.Remote, seen.RemotePort, out int side);
        if (isConnected)
        {
            _connected[(key, side)] = new Entry(process, seen.Time, false); // The latest: a tuple may be used again.
        }
        else
        {
            var end = (seen.Protocol, seen.Local, seen.LocalPort);
            bool shared = _bound.TryGetValue(end, out Entry other) && other.Process.Id != process.Id && processes.Find(other.Process.Id) is not null;
            _bound[end] = new Entry(process, seen.Time, shared);
        }

        _order.Enqueue((seen.Time, isConnected, key, side, seen.Local, seen.LocalPort));
        Expire(seen.Time);
    }

    /// <summary>Forgets what is older than <see cref="Kept"/>.</summary>
    /// <param name="now">Nanoseconds since boot.</param>
    public void Expire(long now)
    {
        long oldest = now - UnixTime.FromTimeSpan(Kept);
        while (_order.TryPeek(out var first) && (first.Time < oldest || _order.Count > Limit))
        {
            _order.Dequeue();
            if (first.Connected && _connected.TryGetValue((first.Key, first.Side), out Entry connected) && connected.Time == first.Time)
            {
                _connected.Remove((first.Key, first.Side));
            }
            else if (!first.Connected && _bound.TryGetValue((first.Key.Protocol, first.Address, first.Port), out Entry bound) && bound.Time == first.Time)
            {
                _bound.Remove((first.Key.Protocol, first.Address, first.Port));
            }
        }
    }

    public ProcessFacts? Find(in FlowKey key, int localSide, out AttributionQuality quality)
    {
        quality = AttributionQuality.Exact;
        if (_connected.TryGetValue((key, localSide), out Entry found))
        {
            return found.Process;
        }

        quality = AttributionQuality.Listener;
        (IPAddressValue address, ushort port) = localSide == 0 ? (key.A, key.PortA) : (key.B, key.PortB);
        IPAddressValue any = address.IsIPv4 ? IPAddressValue.FromIPv4([0, 0, 0, 0]) : default;
        bool isFound = _bound.TryGetValue((key.Protocol, address, port), out found)
            || _bound.TryGetValue((key.Protocol, any, port), out found)
            || (address.IsIPv4 && _bound.TryGetValue((key.Protocol, default, port), out found));
        return isFound && !found.IsAmbiguous ? found.Process : null;
    }
}
