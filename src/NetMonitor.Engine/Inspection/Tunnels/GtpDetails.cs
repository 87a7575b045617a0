namespace NetMonitor;

/// <summary>What GTP messages say (3GPP TS 29.060, 29.274, 29.281). Subscriber identities are not kept.</summary>
public sealed record GtpDetails : ApplicationDetails
{
    /// <summary>Version of the protocol: 1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>The last message of a kind not seen before ("Create Session Request").</summary>
    public required string Message { get; init; }

    /// <summary>Tunnel endpoint identifier of that message's header, or null when it has none.</summary>
    public uint? Teid { get; init; }

    /// <summary>Access point name, or null.</summary>
    public string? AccessPointName { get; init; }

    /// <inheritdoc/>
    public override string Summary => AccessPointName is null ? $"GTPv{Version} {Message}" : $"GTPv{Version} {Message} {AccessPointName}";
}
