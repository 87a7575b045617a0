using System.Collections.Concurrent;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Neighbors;

/// <summary>
/// The neighbors that ARP (RFC 826) and Neighbor Discovery (RFC 4861) told of, and those the system knew at the start. Shared by all shards.
/// What is known already costs no garbage to see again.
/// </summary>
internal sealed class NeighborTable
{
    /// <summary>Neighbors remembered (docs/limits.md).</summary>
    public const int Limit = 4_096;

    private readonly ConcurrentDictionary<IPAddressValue, Entry> _entries = new();

    /// <summary>Replaced as a whole when the address moves, so a reader never sees half of it.</summary>
    private sealed class Entry(HardwareAddress hardware, ushort? interfaceId)
    {
        public HardwareAddress Hardware { get; } = hardware;

        public ushort? InterfaceId { get; } = interfaceId;

        public long LastSeen; // nanoseconds since 1970; 0 when only the system told

        public bool IsRouter;
    }

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds those that the system knows.</summary>
    public void Seed(IEnumerable<NetNeighbor> neighbors)
    {
        foreach (NetNeighbor neighbor in neighbors.Take(Limit))
        {
            _entries.TryAdd(neighbor.AddressValue, new Entry(neighbor.Hardware, interfaceId: null));
        }
    }

    /// <summary>Reads an ARP packet.</summary>
    public void SeeArp(ReadOnlySpan<byte> bytes, ushort interfaceId, long now)
    {
        if (!ArpHeader.TryParse(bytes, out ArpHeader arp))
        {
            return;
        }

        See(arp.Sender, arp.SenderHardware, interfaceId, now, isRouter: false);
        if (arp.Operation == ArpHeader.Reply)
        {
            See(arp.Target, arp.TargetHardware, interfaceId, now, isRouter: false);
        }
    }

    /// <summary>Reads an ICMPv6 message from <paramref name="source"/>.</summary>
    public void SeeDiscovery(IPAddressValue source, ReadOnlySpan<byte> bytes, ushort interfaceId, long now)
    {
        if (NeighborDiscovery.TryParse(bytes, out NeighborDiscovery discovery))
        {
            See(discovery.IsAboutTarget ? discovery.Target : source, discovery.Hardware, interfaceId, now, discovery.IsDefaultRouter);
        }
    }

    /// <summary>The MAC address behind an address; its <see cref="HardwareAddress.Value"/> is 0 when that is not known.</summary>
    public HardwareAddress Find(IPAddressValue address) => _entries.TryGetValue(address, out Entry? entry) ? entry.Hardware : default;

    /// <summary>All neighbors, as they are known from the capture.</summary>
    /// <param name="interfaceName">Names an interface of the capture.</param>
    public IReadOnlyList<NetNeighbor> ToList(Func<ushort, string?> interfaceName) =>
    [
        .. _entries.Where(pair => pair.Value.LastSeen != 0).Select(pair => new NetNeighbor
        {
            AddressValue = pair.Key,
            Hardware = pair.Value.Hardware,
            Interface = pair.Value.InterfaceId is { } id ? interfaceName(id) : null,
            LastSeen = UnixTime.ToDateTimeOffset(Volatile.Read(ref pair.Value.LastSeen)),
            IsGateway = pair.Value.IsRouter,
        }),
    ];

    private void See(IPAddressValue address, ReadOnlySpan<byte> bytes, ushort interfaceId, long now, bool isRouter)
    {
        if (bytes.Length != HardwareAddress.Size || address.IsUnspecified || address.IsMulticast)
        {
            return;
        }

        HardwareAddress hardware = HardwareAddress.From(bytes);
        if (!hardware.IsIndividual)
        {
            return;
        }

        if (!_entries.TryGetValue(address, out Entry? entry) || entry.Hardware != hardware || entry.InterfaceId != interfaceId)
        {
            if (entry is null && _entries.Count >= Limit)
            {
                ForgetOldest();
            }

            entry = _entries[address] = new Entry(hardware, interfaceId);
        }

        Volatile.Write(ref entry.LastSeen, Math.Max(entry.LastSeen, now));
        entry.IsRouter |= isRouter;
    }

    /// <summary>A quarter goes at once, so that a scan of many addresses does not sort the table for each.</summary>
    private void ForgetOldest()
    {
        foreach ((IPAddressValue address, _) in _entries.OrderBy(pair => pair.Value.LastSeen).Take(Limit / 4).ToList())
        {
            _entries.TryRemove(address, out _);
        }
    }
}
