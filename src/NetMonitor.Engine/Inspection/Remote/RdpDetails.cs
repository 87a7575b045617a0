namespace NetMonitor;

/// <summary>How a remote desktop connection opens (MS-RDPBCGR section 2.2.1). With TLS inside, this is the <see cref="ApplicationDetails.Outer"/>.</summary>
public sealed record RdpDetails : ApplicationDetails
{
    /// <summary>The user's name as the client's cookie ("mstshash") has it, cut by the client to nine characters, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>Security protocols the client offers ("TLS", "CredSSP", …); empty when it only knows the old one.</summary>
    public IReadOnlyList<string> SecurityOffered { get; init; } = [];

    /// <summary>The security protocol the server chose ("RDP" for the old one), or null before it did.</summary>
    public string? Security { get; init; }

    /// <summary>Why the server refused ("SSL_REQUIRED_BY_SERVER"), or null.</summary>
    public string? Failure { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { UserName, Security, Failure }.Where(word => word is not null));
}
