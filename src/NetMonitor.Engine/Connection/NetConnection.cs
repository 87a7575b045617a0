using System.Net;
using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor;

/// <summary>
/// A network connection as it was at one moment: the object that cmdlets write, views show and exports record. Immutable.
/// What is not known is null, never a guess.
/// </summary>
public sealed partial class NetConnection
{
    internal IPAddressValue Local { get; init; }

    internal IPAddressValue Remote { get; init; }

    internal ulong IdValue { get; init; }

    /// <summary>True when the protocol has ports.</summary>
    internal bool HasPorts { get; init; }

    internal ushort LocalPortValue { get; init; }

    internal ushort RemotePortValue { get; init; }

    /// <summary>Type and code of the first ICMP packet.</summary>
    internal (byte Type, byte Code) IcmpFirst { get; init; }

    /// <summary>True when the local side sent the first packet.</summary>
    internal bool LocalSentFirst { get; init; }

    internal bool IsLoopback => Local.IsLoopback && Remote.IsLoopback;

    internal long CreationNanoseconds { get; init; }

    internal long LastActivityNanoseconds { get; init; }

    /// <summary>The moment this object shows; 0 means that of its last packet.</summary>
    internal long TakenNanoseconds { get; init; }

    internal long AgeNanoseconds => Math.Max(TakenNanoseconds, LastActivityNanoseconds) - CreationNanoseconds;

    internal long IdleNanoseconds => Math.Max(0, TakenNanoseconds - LastActivityNanoseconds);

    /// <summary>Names this connection and no other; the same capture always gives the same id. 13 characters, digits and lower-case letters.</summary>
    public string Id => ConnectionId.Format(IdValue);

    /// <summary>Community ID version 1 with seed 0 ("1:…"), which other tools compute alike; null for protocols it does not define.</summary>
    public string? CommunityId => NetMonitor.CommunityId.Compute(this);

    /// <summary>TCP, UDP, ICMP, ARP ….</summary>
    public TransportProtocol Protocol { get; internal init; }

    /// <summary>The local end. In a capture file: the side that opened the conversation, unless told otherwise.</summary>
    public IPAddress LocalAddress => Local.ToIPAddress();

    /// <summary>Local port, or null where the protocol has none.</summary>
    public int? LocalPort => HasPorts ? LocalPortValue : null;

    /// <summary>The remote end.</summary>
    public IPAddress RemoteAddress => Remote.ToIPAddress();

    /// <summary>Remote port, or null where the protocol has none.</summary>
    public int? RemotePort => HasPorts ? RemotePortValue : null;

    /// <summary>Who opened it; null when the opening was not seen and nothing that was said since tells.</summary>
    public ConnectionDirection? Direction { get; internal init; }

    /// <summary>The state, in the words of the protocol.</summary>
    public ConnectionState State { get; internal init; }

    /// <summary>The application protocol by the name people search for ("HTTPS", "DNS"), or null.</summary>
    public string? Application { get; internal init; }

    /// <summary>How sure <see cref="Application"/> is; null without one.</summary>
    public Confidence? Confidence { get; internal init; }

    /// <summary>The TLS or QUIC server name, or null.</summary>
    public string? Sni { get; internal init; }

    /// <summary>The best name known for the remote host, or null.</summary>
    public string? HostName { get; internal init; }

    /// <summary>Where <see cref="HostName"/> comes from.</summary>
    public HostNameSource? HostNameSource { get; internal init; }

    /// <summary>When its first packet was seen.</summary>
    public DateTimeOffset CreationTime => UnixTime.ToDateTimeOffset(CreationNanoseconds);

    /// <summary>When its last packet was seen.</summary>
    public DateTimeOffset LastActivity => UnixTime.ToDateTimeOffset(LastActivityNanoseconds);

    /// <summary>From the first to the last packet.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks((LastActivityNanoseconds - CreationNanoseconds) / 100);

    /// <summary>The interface it was first seen on, or null where a capture does not say.</summary>
    public string? Interface { get; internal init; }

    /// <summary>VLAN id (IEEE 802.1Q) of the outermost tag, or null.</summary>
    public int? VlanId { get; internal init; }

    /// <summary>The tunnel it was seen in; <see cref="TunnelKind.None"/> mostly.</summary>
    public TunnelKind Tunnel { get; internal init; }

    /// <summary>What inspection learned: <c>TlsDetails</c>, <c>HttpDetails</c>, <c>DnsDetails</c> …, or null.</summary>
    public ApplicationDetails? Details { get; internal init; }

    /// <summary>The order rows are given in: by creation, and by id among those created in the same nanosecond, so it is always the same.</summary>
    internal static int CompareByCreation(NetConnection x, NetConnection y)
    {
        int order = x.CreationNanoseconds.CompareTo(y.CreationNanoseconds);
        return order != 0 ? order : x.IdValue.CompareTo(y.IdValue);
    }

    /// <summary>Puts rows into that order. Those of one table mostly are in it already.</summary>
    internal static void SortByCreation(List<NetConnection> rows)
    {
        Span<NetConnection> items = CollectionsMarshal.AsSpan(rows);
        bool isSorted = true;
        for (int i = 1; i < items.Length && isSorted; i++)
        {
            isSorted = CompareByCreation(items[i - 1], items[i]) <= 0;
        }

        if (isSorted)
        {
            return;
        }

        // By keys beside the rows: each look at a row would be a look at memory far away.
        var keys = new (long Creation, ulong Id)[items.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (items[i].CreationNanoseconds, items[i].IdValue);
        }

        keys.AsSpan().Sort(items);
    }

    /// <summary>One line for logs and debuggers.</summary>
    public override string ToString() => HasPorts
        ? $"{Protocol} {EndPoint(Local, LocalPortValue)} - {EndPoint(Remote, RemotePortValue)} {State} {Application}".TrimEnd()
        : $"{Protocol} {Local} - {Remote} {State}";

    private static IPEndPoint EndPoint(IPAddressValue address, ushort port) => new(address.ToIPAddress(), port);
}
