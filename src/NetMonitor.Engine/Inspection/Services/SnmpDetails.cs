using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What an SNMP conversation said. The community is a password and never kept.</summary>
public sealed record SnmpDetails : ApplicationDetails
{
    /// <summary>"1", "2c" or "3".</summary>
    public string? Version { get; init; }

    /// <summary>What the last message asks or tells ("get-next-request"), or null when it is encrypted.</summary>
    public string? PduType { get; init; }

    /// <summary>The first object identifier of the last message that had one, dotted; the enterprise of a version 1 trap.</summary>
    public string? ObjectId { get; init; }

    /// <summary>The user name of version 3.</summary>
    public string? User { get; init; }

    /// <summary>The error status of the last message; 0 is no error (RFC 3416 section 3).</summary>
    public int ErrorStatus { get; init; }

    /// <summary>True when the last message was encrypted.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Time from the last answered request to its response, matched by the request id (RFC 3416 section 4.1); null when none was
    /// seen or all is encrypted.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => ResponseTime;

    /// <inheritdoc/>
    public override string Summary => Words.Join($"v{Version}", PduType ?? (Encrypted ? "encrypted" : null), ObjectId);
}
