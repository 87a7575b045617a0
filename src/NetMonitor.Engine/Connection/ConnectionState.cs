namespace NetMonitor;

/// <summary>The state of a connection, in the words of its protocol. TCP states are those the local side is in (RFC 9293 section 3.3.2).</summary>
public enum ConnectionState : byte
{
#pragma warning disable CS1591 // The names are the field's own.
    // TCP
    SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, CLOSING, TIME_WAIT, CLOSED,

    // UDP by silence, and everything else without states of its own
    UDP_ACTIVE, UDP_IDLE, UDP_STALE, ACTIVE, IDLE, STALE,

    // ICMP, ARP, IGMP
    ECHO_REQUEST, ECHO_REPLY, DEST_UNREACH, TIME_EXCEEDED, REDIRECT, NEIGHBOR_DISCOVERY, ROUTER_DISCOVERY, MULTICAST_LISTENER, ICMP_OTHER,
    ARP_REQUEST, ARP_REPLY, IGMP_QUERY, IGMP_REPORT, IGMP_LEAVE, IGMP_OTHER,

    // By inspection
    DNS_QUERY, DNS_RESPONSE, MDNS_QUERY, MDNS_RESPONSE, LLMNR_QUERY, LLMNR_RESPONSE,
    NETBIOS_QUERY, NETBIOS_RESPONSE, NETBIOS_DATAGRAM,
    QUIC_INITIAL, QUIC_HANDSHAKE, QUIC_CONNECTED, QUIC_DRAINING, QUIC_CLOSED,
#pragma warning restore CS1591
}

/// <summary>Who opened a connection, seen from the local side.</summary>
public enum ConnectionDirection : byte
{
    /// <summary>The local side opened it.</summary>
    Outgoing,

    /// <summary>The remote side opened it.</summary>
    Incoming,
}

/// <summary>How sure <see cref="NetConnection.Application"/> is.</summary>
public enum Confidence : byte
{
    /// <summary>Only the port suggests it.</summary>
    Port,

    /// <summary>The bytes look like it.</summary>
    Heuristic,

    /// <summary>The bytes carry the protocol's signature.</summary>
    Signature,

    /// <summary>Its messages were decoded.</summary>
    Decoded,
}

/// <summary>Where <see cref="NetConnection.HostName"/> comes from, best first.</summary>
public enum HostNameSource : byte
{
    /// <summary>TLS or QUIC server name indication (RFC 6066 section 3).</summary>
    Sni,

    /// <summary>HTTP Host header or <c>:authority</c>.</summary>
    HttpHost,

    /// <summary>A DNS answer seen on the wire for this address.</summary>
    Dns,

    /// <summary>The hosts file.</summary>
    HostsFile,

    /// <summary>Reverse DNS.</summary>
    ReverseDns,
}

/// <summary>How close a silent connection is to its timeout.</summary>
public enum Staleness : byte
{
    /// <summary>Less than 75 % of the timeout has passed.</summary>
    Fresh,

    /// <summary>75 % has passed.</summary>
    Stale,

    /// <summary>90 % has passed.</summary>
    Critical,
}
