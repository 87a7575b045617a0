namespace NetMonitor;

/// <summary>What the OPEN messages of a BGP session say (RFC 4271 section 4.2), and how it ended.</summary>
public sealed record BgpDetails : ApplicationDetails
{
    /// <summary>Autonomous system of the side that sent first, or null before its OPEN. With four octets where it has them (RFC 6793).</summary>
    public uint? AutonomousSystem { get; init; }

    /// <summary>That of the other side.</summary>
    public uint? PeerAutonomousSystem { get; init; }

    /// <summary>BGP identifier of the side that sent first, as an address.</summary>
    public string? RouterId { get; init; }

    /// <summary>That of the other side.</summary>
    public string? PeerRouterId { get; init; }

    /// <summary>The smaller of the hold times offered, which is the one in use; zero means none.</summary>
    public TimeSpan? HoldTime { get; init; }

    /// <summary>Code and subcode of the last NOTIFICATION ("Hold Timer Expired", "Cease/2"), or null.</summary>
    public string? Notification { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[]
    {
        AutonomousSystem is { } ours ? $"AS{ours}" : null, PeerAutonomousSystem is { } theirs ? $"AS{theirs}" : null, Notification,
    }.OfType<string>());
}
