namespace NetMonitor;

/// <summary>What the handshake of a TLS or DTLS connection says in the clear (RFC 8446 section 4.1, RFC 5246 section 7.4, RFC 6347, RFC
/// 9147).</summary>
public sealed record TlsDetails : ApplicationDetails
{
    /// <summary>Server name indication (RFC 6066 section 3), as sent; null when none was. See <see cref="SniIsOuter"/>.</summary>
    public string? Sni { get; init; }

    /// <summary>The application protocol the server chose (RFC 7301), or null. TLS 1.3 encrypts it: see
    /// <see cref="AlpnOffered"/>.</summary>
    public string? Alpn { get; init; }

    /// <summary>The application protocols the client offered, in its order.</summary>
    public IReadOnlyList<string> AlpnOffered { get; init; } = [];

    /// <summary>The version the server chose ("TLS 1.3", "DTLS 1.2"), or null before it did.</summary>
    public string? Version { get; init; }

    /// <summary>The versions the client offered, in its order.</summary>
    public IReadOnlyList<string> VersionsOffered { get; init; } = [];

    /// <summary>The cipher suite the server chose, by its IANA name or as hexadecimal, or null before it did.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>The key-exchange group the server chose ("x25519", "X25519MLKEM768"), or null.</summary>
    public string? Group { get; init; }

    /// <summary>True when the server resumed an earlier session, false when not, null when it cannot be told.</summary>
    public bool? Resumed { get; init; }

    /// <summary>True when the client sent Encrypted Client Hello (RFC 9849), or a grease of it, which looks the same.</summary>
    public bool EchOffered { get; init; }

    /// <summary>True when <see cref="Sni"/> is the name in front of Encrypted Client Hello, behind which another may be hidden.</summary>
    public bool SniIsOuter => EchOffered && Sni is not null;

    /// <summary>True when the server asked for another hello first: for another key share (RFC 8446 section 4.1.4), or of DTLS for a cookie
    /// (RFC 6347 section 4.2.1).</summary>
    public bool HelloRetried { get; init; }

    /// <summary>The last alert sent in the clear ("handshake_failure"), or null.</summary>
    public string? Alert { get; init; }

    /// <summary>The server's certificate up to TLS 1.2; null when it was not sent in the clear or cannot be read.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>JA4, the client's fingerprint ("t13d1516h2_8daaf6152771_e5627efa2ab1"); null when not all of its hello was seen.</summary>
    public string? Ja4 { get; init; }

    /// <summary>JA3, the client's older fingerprint; null when not all of its hello was seen, or where the system forbids MD5.</summary>
    public string? Ja3 { get; init; }

    /// <summary>JA3S, the server's fingerprint; null before its hello, or where the system forbids MD5.</summary>
    public string? Ja3s { get; init; }

    /// <summary>From the end of the first ClientHello to the end of the ServerHello, a retry in between included (RFC 8446 section 4.1); null when
    /// one was not seen before the other, and for DTLS and QUIC.</summary>
    public TimeSpan? ServerHelloTime { get; init; }

    /// <inheritdoc/>
    public override string? ServerName => Sni;

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string application = Alpn ?? (AlpnOffered.Count > 0 ? AlpnOffered[0] : string.Empty);
            bool isDtls = VersionsOffered.Count > 0 && VersionsOffered[0].StartsWith("DTLS", StringComparison.Ordinal);
            string version = Version ?? (isDtls ? "DTLS" : "TLS");
            return string.Join(' ', new[] { version, Sni, application, Alert }.Where(word => !string.IsNullOrEmpty(word)));
        }
    }
}
