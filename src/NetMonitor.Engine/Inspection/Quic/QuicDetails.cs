namespace NetMonitor;

/// <summary>What the handshake of a QUIC connection says (RFC 9000, RFC 9001), or that of Google QUIC before it.</summary>
public sealed record QuicDetails : ApplicationDetails
{
    /// <summary>The version of the last handshake packet: "v1", "v2", "draft-29", "mvfst-2", "Q046"; hexadecimal when it is not
    /// known.</summary>
    public string? Version { get; init; }

    /// <summary>Server name indication (RFC 6066 section 3), as sent; null when none was. The outer name when
    /// <see cref="EchOffered"/>.</summary>
    public string? Sni { get; init; }

    /// <summary>The application protocols the client offered (RFC 7301), in its order. What the server chose is encrypted.</summary>
    public IReadOnlyList<string> AlpnOffered { get; init; } = [];

    /// <summary>The TLS cipher suite the server chose, by its IANA name or as hexadecimal, or null before it did.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>The key-exchange group the server chose, or null.</summary>
    public string? Group { get; init; }

    /// <summary>True when the server resumed an earlier session, false when not, null when it cannot be told.</summary>
    public bool? Resumed { get; init; }

    /// <summary>True when the client sent Encrypted Client Hello (RFC 9849), or a grease of it, which looks the same.</summary>
    public bool EchOffered { get; init; }

    /// <summary>The client's JA4 fingerprint, or null.</summary>
    public string? Ja4 { get; init; }

    /// <summary>The connection id that the client chose for itself, hexadecimal; empty when it wants none, null when not seen.</summary>
    public string? SourceConnectionId { get; init; }

    /// <summary>The connection id that the client sends to, hexadecimal: the server's choice, or the client's own before that; null when
    /// not seen.</summary>
    public string? DestinationConnectionId { get; init; }

    /// <summary>The client's max_idle_timeout (RFC 9000 section 10.1), or null. The server's is encrypted; the shorter one
    /// applies.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>The program, as Google's clients say it, or null.</summary>
    public string? UserAgent { get; init; }

    /// <summary>True when the server had the client prove its address first (RFC 9000 section 8.1.2).</summary>
    public bool Retried { get; init; }

    /// <summary>True when the server asked for another version first (RFC 9000 section 6).</summary>
    public bool VersionNegotiated { get; init; }

    /// <summary>True when the client sent data before the handshake was done (0-RTT).</summary>
    public bool EarlyData { get; init; }

    /// <summary>How often the client's address or port changed while the connection went on (RFC 9000 section 9).</summary>
    public int Moves { get; init; }

    /// <summary>The name of the error a connection was closed with ("CRYPTO_ERROR handshake_failure", "H3_NO_ERROR"), or null. Behind the handshake
    /// that is encrypted, and takes a key log.</summary>
    public string? CloseError { get; init; }

    /// <summary>The code of that error, or null.</summary>
    public long? CloseCode { get; init; }

    /// <summary>True when the application closed (frame type 0x1d), false when the transport did (0x1c), null when no close was read.</summary>
    public bool? ClosedByApplication { get; init; }

    /// <summary>The reason given with it, or null.</summary>
    public string? CloseReason { get; init; }

    /// <summary>From the client's first Initial packet (after a Retry: the first that answers it) to the server's first packet after it; null
    /// when one of them was not seen. An Initial that had to be sent again makes it longer.</summary>
    public TimeSpan? HandshakeRtt { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => HandshakeRtt;

    /// <inheritdoc/>
    public override string? ServerName => Sni;

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[]
    {
        Version is null ? "QUIC" : $"QUIC {Version}", Sni, AlpnOffered.Count > 0 ? AlpnOffered[0] : null, CloseError,
    }.Where(word => !string.IsNullOrEmpty(word)));
}
