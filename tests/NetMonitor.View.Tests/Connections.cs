using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.View.Tests;

/// <summary>Connections and snapshots to draw.</summary>
internal static class Connections
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static NetConnection Make(
        ulong id, string remote = "192.0.2.1", ushort remotePort = 443, double rate = 0, long bytes = 0, string? sni = null,
        Staleness staleness = Staleness.Fresh, int ageSeconds = 5, bool historic = false) => new()
        {
            IdValue = id,
            Protocol = TransportProtocol.TCP,
            Local = Address("10.0.0.2"),
            Remote = Address(remote),
            HasPorts = true,
            LocalPortValue = 50000,
            RemotePortValue = remotePort,
            State = ConnectionState.ESTABLISHED,
            Application = sni is null ? null : "HTTPS",
            Sni = sni,
            HostName = sni,
            ReceiveRate = rate,
            BytesReceived = bytes,
            Staleness = staleness,
            IsHistoric = historic,
            CreationNanoseconds = Nanoseconds(Now.AddSeconds(-ageSeconds)),
            LastActivityNanoseconds = Nanoseconds(Now),
        };

    public static LiveSnapshot Snapshot(params NetConnection[] rows) =>
        new() { Now = Now, Source = "eth0", Packets = 1234, Dropped = 5, Connections = rows };

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
