using System.Net;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a RADIUS conversation said. Passwords and keys are never kept.</summary>
public sealed record RadiusDetails : ApplicationDetails
{
    /// <summary>Code of the last message ("Access-Request", "Access-Accept").</summary>
    public string? Code { get; init; }

    /// <summary>Who logs in.</summary>
    public string? User { get; init; }

    /// <summary>The name of the access server that asks.</summary>
    public string? NasIdentifier { get; init; }

    /// <summary>The access server's address.</summary>
    public IPAddress? NasAddress { get; init; }

    /// <summary>What was called: a number, or the hardware address and name of a wireless network.</summary>
    public string? CalledStation { get; init; }

    /// <summary>Who calls: a number or a hardware address.</summary>
    public string? CallingStation { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(Code, User, NasIdentifier ?? NasAddress?.ToString());
}
