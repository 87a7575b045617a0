using System.Net;

namespace NetMonitor;

/// <summary>Whose connection a load balancer passes on (the PROXY protocol,
/// https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt).</summary>
public sealed record ProxyProtocolDetails : ApplicationDetails
{
    /// <summary>1 or 2.</summary>
    public int Version { get; init; }

    /// <summary>The client, or null when it was not said (a health check of the load balancer's own).</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>What the client connected to, or null.</summary>
    public IPEndPoint? Destination { get; init; }

    /// <summary>The host name that the client asked for, or null.</summary>
    public string? Authority { get; init; }

    /// <inheritdoc/>
    public override string Summary => Source is null ? "PROXY" : $"PROXY {Source} -> {Destination}";
}
