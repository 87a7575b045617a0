namespace NetMonitor;

/// <summary>What a WireGuard tunnel shows of itself (WireGuard protocol, section 5.4 of its paper): everything else is encrypted.</summary>
public sealed record WireGuardDetails : ApplicationDetails
{
    /// <summary>The index by which the handshake's initiator wants to be addressed, or null when no handshake was seen.</summary>
    public uint? InitiatorIndex { get; init; }

    /// <summary>The responder's index, or null.</summary>
    public uint? ResponderIndex { get; init; }

    /// <summary>True when the responder answered with a cookie: it is under load.</summary>
    public bool CookieSeen { get; init; }

    /// <summary>True when data was seen.</summary>
    public bool DataSeen { get; init; }

    /// <inheritdoc/>
    public override string Summary => (InitiatorIndex, ResponderIndex, DataSeen) switch
    {
        (null, null, _) => "data",
        (_, null, _) => "handshake initiated",
        (_, _, false) => "handshake answered",
        _ => "handshake and data",
    };
}
