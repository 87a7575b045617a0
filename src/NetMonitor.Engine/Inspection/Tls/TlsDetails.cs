namespace NetMonitor;

/// <summary>What the hellos of a TLS connection say (RFC 8446 section 4.1, RFC 5246 section 7.4.1).</summary>
public sealed record TlsDetails : ApplicationDetails
{
    /// <summary>Server name indication (RFC 6066 section 3), as sent; null when none was. The outer name when <see cref="EchOffered"/>.</summary>
    public string? Sni { get; init; }

    /// <summary>The application protocol the server chose (RFC 7301), or null. TLS 1.3 encrypts it: see <see cref="AlpnOffered"/>.</summary>
    public string? Alpn { get; init; }

    /// <summary>The application protocols the client offered, in its order.</summary>
    public IReadOnlyList<string> AlpnOffered { get; init; } = [];

    /// <summary>The version the server chose ("TLS 1.3"), or null before it did.</summary>
    public string? Version { get; init; }

    /// <summary>The versions the client offered, in its order.</summary>
    public IReadOnlyList<string> VersionsOffered { get; init; } = [];

    /// <summary>The cipher suite the server chose, by its IANA name or as hexadecimal, or null before it did.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>The key-exchange group the server chose (TLS 1.3), or null.</summary>
    public string? Group { get; init; }

    /// <summary>True when the server resumed an earlier session, false when not, null when it cannot be told.</summary>
    public bool? Resumed { get; init; }

    /// <summary>True when the client sent Encrypted Client Hello (RFC 9849), or a grease of it, which looks the same.</summary>
    public bool EchOffered { get; init; }

    /// <summary>True when the server asked for another key share first (RFC 8446 section 4.1.4).</summary>
    public bool HelloRetried { get; init; }

    /// <summary>The last alert sent in the clear ("handshake_failure"), or null.</summary>
    public string? Alert { get; init; }

    /// <inheritdoc/>
    public override string? ServerName => Sni;

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string application = Alpn ?? (AlpnOffered.Count > 0 ? AlpnOffered[0] : string.Empty);
            string words = string.Join(' ', new[] { Version ?? "TLS", Sni, application, Alert }.Where(word => !string.IsNullOrEmpty(word)));
            return words;
        }
    }
}
