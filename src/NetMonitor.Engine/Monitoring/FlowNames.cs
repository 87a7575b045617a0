using NetMonitor.Attribution.Names;
using NetMonitor.Attribution.Neighbors;
using NetMonitor.Attribution.Places;
using NetMonitor.Flows;
using NetMonitor.Inspection.Dns;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>
/// Gives the flows of a shard their names and places: at the opening by what the host had looked up, for a while after it by answers that
/// come late, and the rest when somebody looks. A packet of an open flow costs nothing here.
/// </summary>
internal sealed class FlowNames(FlowTable table, ShardSettings settings)
{
    /// <summary>Flows of a shard that wait for a late answer (docs/limits.md).</summary>
    public const int WaitingLimit = 65_536;

    private static readonly IPAddressValue ThisHost = new(0, 1); // asks by several addresses, of which one stands for all

    private readonly NamesAndPlaces _shared = settings.Names;
    private readonly Queue<(int Number, long First, int Known)> _waiting = new();

    /// <summary>True for the flow of our own questions to name servers, which nobody wants to see.</summary>
    public bool IsOwn(in FlowKey key) =>
        _shared.Reverse is { } reverse && key.Protocol == TransportProtocol.UDP && reverse.IsOwn(key.PortA, key.A, key.PortB, key.B);

    /// <summary>A flow was opened.</summary>
    public void Begin(int number)
    {
        ref FlowEntry entry = ref table[number];
        _ = IsFtpData(number, ref entry);
        IPAddressValue remote = entry.LocalSide == 0 ? entry.Key.B : entry.Key.A;
        if (entry.Key.Protocol == TransportProtocol.ARP || remote.IsMulticast || remote.IsLoopback)
        {
            return;
        }

        long first = table.Origin(number).First;
        if (!TryName(number, entry, first))
        {
            if (_waiting.Count >= WaitingLimit)
            {
                SettleOldest();
            }

            _waiting.Enqueue((number, first, _shared.Resolved.Version));
            _shared.Reverse?.Request(remote, AddressScopes.Of(remote));
        }
    }

    /// <summary>Takes what DNS answers of a flow said. The side that did not send them is who had asked.</summary>
    public void Learn(in FlowEntry entry, int sender, DnsResolutions resolutions, long time)
    {
        IPAddressValue asker = AskerOf(sender == 0 ? entry.Key.B : entry.Key.A);
        foreach (DnsResolution resolution in resolutions.Waiting)
        {
            _shared.Resolved.Add(resolution.IsAnnounced ? ResolvedNames.Everybody : asker, resolution.Address, resolution.Name, time);
        }

        resolutions.Clear();
    }

    /// <summary>Takes the ports on which the sender awaits the other side.</summary>
    public void Expect(in FlowEntry entry, int sender, List<ushort> ports, long time)
    {
        (IPAddressValue host, IPAddressValue peer) = sender == 0 ? (entry.Key.A, entry.Key.B) : (entry.Key.B, entry.Key.A);
        ports.ForEach(port => _shared.Expected.Add(host, port, peer, time));
        ports.Clear();
    }

    /// <summary>True for a connection that FTP announced. Once found that stays; until then it may be said later, by a control connection that another shard reads.</summary>
    public bool IsFtpData(int number, ref FlowEntry entry)
    {
        if (entry.Key.Protocol == TransportProtocol.TCP && !entry.Is(FlowFlags.FtpData))
        {
            long first = table.Origin(number).First;
            bool isExpected = _shared.Expected.Has(entry.Key.A, entry.Key.PortA, entry.Key.B, first)
                || _shared.Expected.Has(entry.Key.B, entry.Key.PortB, entry.Key.A, first);
            entry.Flags |= isExpected ? FlowFlags.FtpData : FlowFlags.None;
        }

        return entry.Is(FlowFlags.FtpData);
    }

    /// <summary>Reads the neighbors out of an ARP or ICMPv6 packet.</summary>
    public void SeeNeighbor(in Packet packet, in PacketRoute route, ReadOnlySpan<byte> message)
    {
        const byte OnLink = 255; // RFC 4861 section 7.1: what has passed a router has less
        if (packet.Tunnel != TunnelKind.None || (packet.Traits & PacketTraits.Reassembled) != 0)
        {
            return;
        }

        if (packet.Protocol == TransportProtocol.ARP)
        {
            _shared.Neighbors.SeeArp(message, route.InterfaceId, packet.Timestamp);
        }
        else if (packet.HopLimit == OnLink)
        {
            _shared.Neighbors.SeeDiscovery(packet.Source, message, route.InterfaceId, packet.Timestamp);
        }
    }

    /// <summary>Looks a last time for the flows that have waited long enough for an answer.</summary>
    public void Settle(long now)
    {
        while (_waiting.TryPeek(out (int Number, long First, int Known) oldest) && now - oldest.First > ResolvedNames.Freshness)
        {
            SettleOldest();
        }
    }

    /// <summary>All flows are gone.</summary>
    public void Clear() => _waiting.Clear();

    /// <summary>The best name of a flow's remote host.</summary>
    /// <param name="number">The flow.</param>
    /// <param name="details">What inspection learned, which comes first.</param>
    /// <param name="now">The time, nanoseconds since 1970.</param>
    public (string? Name, HostNameSource? Source) NameOf(int number, ApplicationDetails? details, long now)
    {
        if (details?.HostName is { } told)
        {
            return (told, details.HostNameSource);
        }

        ref FlowEntry entry = ref table[number];
        ref FlowOrigin origin = ref table.Origin(number);
        IPAddressValue remote = entry.LocalSide == 0 ? entry.Key.B : entry.Key.A;
        if (table.LabelsOf(number).Name is null && entry.Key.Protocol != TransportProtocol.ARP && now - origin.First <= ResolvedNames.Freshness)
        {
            TryName(number, entry, origin.First);
        }

        return table.LabelsOf(number).Name is { } resolved ? (resolved, HostNameSource.Dns)
            : _shared.Hosts.Find(remote) is { } listed ? (listed, HostNameSource.HostsFile)
            : _shared.Reverse?.Find(remote) is { } reverse ? (reverse, HostNameSource.ReverseDns)
            : (null, null);
    }

    /// <summary>What kind of address the remote one is, and where. Found once for each flow.</summary>
    public (AddressScope Scope, Place? Place) PlaceOf(int number)
    {
        ref FlowOrigin origin = ref table.Origin(number);
        if (!origin.IsPlaced)
        {
            ref FlowEntry entry = ref table[number];
            IPAddressValue remote = entry.LocalSide == 0 ? entry.Key.B : entry.Key.A;
            origin.Scope = AddressScopes.Of(remote);
            Place? place = origin.Scope == AddressScope.Public ? _shared.Places.Find(remote) : null;
            if (place != table.LabelsOf(number).Place)
            {
                table.Labels(number).Place = place;
            }

            origin.IsPlaced = true;
        }

        return (origin.Scope, table.LabelsOf(number).Place);
    }

    /// <summary>The maker of a neighbor's network card, or null.</summary>
    public string? VendorOf(IPAddressValue remote) =>
        _shared.Neighbors.Find(remote) is { IsIndividual: true } hardware ? HardwareVendors.Instance.Find(hardware) : null;

    private IPAddressValue AskerOf(IPAddressValue address) => settings.LocalAddresses.IsLocal(address) ? ThisHost : address;

    /// <summary>Names a flow by what its local side had looked up.</summary>
    private bool TryName(int number, in FlowEntry entry, long opened)
    {
        if (_shared.Resolved.Version == 0)
        {
            return false;
        }

        (IPAddressValue local, IPAddressValue remote) = entry.LocalSide == 0 ? (entry.Key.A, entry.Key.B) : (entry.Key.B, entry.Key.A);
        if (_shared.Resolved.Find(AskerOf(local), remote, opened) is not { } name)
        {
            return false;
        }

        table.Labels(number).Name = name;
        return true;
    }

    private void SettleOldest()
    {
        (int number, long first, int known) = _waiting.Dequeue();
        if (known != _shared.Resolved.Version && table.IsUsed(number) && table.Origin(number).First == first && table.LabelsOf(number).Name is null)
        {
            TryName(number, table[number], first);
        }
    }
}
