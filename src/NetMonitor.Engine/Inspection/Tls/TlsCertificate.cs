namespace NetMonitor;

/// <summary>What the server's certificate says, as sent: nothing of it has been verified (RFC 5280 section 4.1). TLS 1.3
/// encrypts it.</summary>
public sealed record TlsCertificate
{
    /// <summary>Whom it is for ("CN=www.example.com, O=Example, C=US"; RFC 4514, ", " between the parts).</summary>
    public required string Subject { get; init; }

    /// <summary>Who signed it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Not valid before; null when it cannot be read.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Not valid after; null when it cannot be read.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The DNS names and addresses it is for (subjectAltName, RFC 5280 section 4.2.1.6).</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}
