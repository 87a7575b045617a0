using System.Net;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a DHCPv6 conversation said; of relayed messages what the relay carries.</summary>
public sealed record DhcpV6Details : ApplicationDetails
{
    /// <summary>Type of the last message ("SOLICIT", "REPLY").</summary>
    public string? MessageType { get; init; }

    /// <summary>The client's unique identifier in hexadecimal (RFC 8415 section 11).</summary>
    public string? ClientDuid { get; init; }

    /// <summary>The server's unique identifier in hexadecimal.</summary>
    public string? ServerDuid { get; init; }

    /// <summary>The client's name (option 39).</summary>
    public string? ClientName { get; init; }

    /// <summary>The first address asked for or given.</summary>
    public IPAddress? AssignedAddress { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(MessageType, AssignedAddress?.ToString(), ClientName);
}
