using System.Net;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a DHCPv4 conversation said.</summary>
public sealed record DhcpDetails : ApplicationDetails
{
    /// <summary>Type of the last message ("DISCOVER", "ACK"); null for BOOTP.</summary>
    public string? MessageType { get; init; }

    /// <summary>The client's hardware address ("00:11:22:33:44:55").</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The name the client gives itself (options 12 and 81).</summary>
    public string? ClientName { get; init; }

    /// <summary>The domain the server gives (option 15).</summary>
    public string? DomainName { get; init; }

    /// <summary>What the client is ("MSFT 5.0", option 60).</summary>
    public string? VendorClass { get; init; }

    /// <summary>The address the client asks for (option 50).</summary>
    public IPAddress? RequestedAddress { get; init; }

    /// <summary>The address the server gives, or that the client already has.</summary>
    public IPAddress? AssignedAddress { get; init; }

    /// <summary>The server that answered or was chosen (option 54).</summary>
    public IPAddress? ServerAddress { get; init; }

    /// <inheritdoc/>
    public override string Summary =>
        Words.Join(MessageType ?? "BOOTP", (AssignedAddress ?? RequestedAddress)?.ToString(), ClientName ?? ClientAddress);
}
