using NetMonitor.Attribution.Neighbors;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>The neighbors that this machine and its monitors know of, in one list.</summary>
public static class NeighborList
{
    /// <summary>Joins what is known: an address with the same MAC address is one neighbor, whoever tells of it. In the order of addresses.</summary>
    /// <param name="sessions">Monitors to ask.</param>
    /// <param name="includeSystem">Also the system's own neighbor table (Linux).</param>
    public static IReadOnlyList<NetNeighbor> Read(IEnumerable<NetMonitorSession> sessions, bool includeSystem) => Join(
        [.. (includeSystem ? SystemNeighbors.Read() : []).Concat(sessions.SelectMany(session => session.Neighbors))],
        includeSystem ? SystemNeighbors.Gateways() : new HashSet<IPAddressValue>());

    internal static IReadOnlyList<NetNeighbor> Join(IReadOnlyList<NetNeighbor> all, IReadOnlySet<IPAddressValue> gateways) =>
    [
        .. all.GroupBy(neighbor => (neighbor.AddressValue, neighbor.Hardware)).OrderBy(group => group.Key.AddressValue).Select(group => new NetNeighbor
        {
            AddressValue = group.Key.AddressValue,
            Hardware = group.Key.Hardware,
            Interface = group.Select(neighbor => neighbor.Interface).FirstOrDefault(name => name is not null),
            State = group.Select(neighbor => neighbor.State).FirstOrDefault(state => state is not null),
            LastSeen = group.Max(neighbor => neighbor.LastSeen),
            IsGateway = group.Any(neighbor => neighbor.IsGateway) || gateways.Contains(group.Key.AddressValue),
        }),
    ];
}
