namespace NetMonitor;

/// <summary>What an IKE exchange says in the clear (RFC 7296; RFC 2408 and 2409 for version 1). Identities and keys are encrypted, or left out.</summary>
public sealed record IkeDetails : ApplicationDetails
{
    /// <summary>"IKEv1" or "IKEv2".</summary>
    public required string Version { get; init; }

    /// <summary>The last exchange ("IKE_SA_INIT", "Main Mode").</summary>
    public required string Exchange { get; init; }

    /// <summary>The initiator's SPI (cookie) in hexadecimal.</summary>
    public required string InitiatorSpi { get; init; }

    /// <summary>The responder's SPI, or null before it answered.</summary>
    public string? ResponderSpi { get; init; }

    /// <summary>The first proposal offered ("AES-CBC-256/SHA2-256-128/PRF-SHA2-256/MODP2048"), or null.</summary>
    public string? Offered { get; init; }

    /// <summary>The proposal chosen, or null.</summary>
    public string? Chosen { get; init; }

    /// <summary>Vendor ids of a known meaning, or that are text.</summary>
    public IReadOnlyList<string> VendorIds { get; init; } = [];

    /// <summary>True when the exchange is behind the marker of NAT traversal (RFC 3948).</summary>
    public bool NatTraversal { get; init; }

    /// <summary>True when ESP packets were seen beside it (RFC 3948).</summary>
    public bool EspSeen { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { Version, Exchange, Chosen ?? Offered, EspSeen ? "ESP" : null }.OfType<string>());
}
