namespace NetMonitor.Inspection.Tls;

/// <summary>A ServerHello over the bytes it was read from (RFC 8446 section 4.1.3). Valid once <see cref="TryParse"/> returned
/// true.</summary>
/// <remarks>
/// <code>
/// ProtocolVersion legacy_version; Random random[32]; opaque legacy_session_id_echo&lt;0..32&gt;; CipherSuite cipher_suite;
/// uint8 legacy_compression_method; Extension extensions&lt;6..2^16-1&gt;;
/// </code>
/// </remarks>
internal ref struct ServerHello
{
    /// <summary>SHA-256 of "HelloRetryRequest": the random that makes it one (RFC 8446 section 4.1.3).</summary>
    private static ReadOnlySpan<byte> RetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    public ushort LegacyVersion { get; private set; }

    /// <summary>The negotiated version: supported_versions where sent, else legacy_version.</summary>
    public ushort Version { get; private set; }

    public ReadOnlySpan<byte> SessionId { get; private set; }

    public ushort CipherSuite { get; private set; }

    public ReadOnlySpan<byte> Extensions { get; private set; }

    /// <summary>The chosen application protocol; empty when absent.</summary>
    public ReadOnlySpan<byte> Alpn { get; private set; }

    /// <summary>The group of key_share, or 0.</summary>
    public ushort Group { get; private set; }

    /// <summary>True when a pre-shared key was accepted.</summary>
    public bool HasPreSharedKey { get; private set; }

    /// <summary>True for a HelloRetryRequest.</summary>
    public bool IsRetry { get; private set; }

    /// <summary>Reads the body of a ServerHello message (after type and length). False when it is damaged.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out ServerHello hello)
    {
        hello = default;
        WireReader reader = new(body);
        if (!reader.TryReadUInt16(out ushort version) || !reader.TryRead(ClientHello.RandomSize, out var random))
        {
            return false;
        }

        // Drafts of TLS 1.3 up to 21 had no legacy_session_id_echo and no compression method.
        bool oldDraft = TlsNames.IsDraftBefore22(version);
        ReadOnlySpan<byte> sessionId = default;
        if ((!oldDraft && !reader.TryReadVector8(out sessionId))
            || !reader.TryReadUInt16(out ushort suite)
            || (!oldDraft && !reader.TryReadByte(out _)))
        {
            return false;
        }

        hello.LegacyVersion = hello.Version = version;
        hello.SessionId = sessionId;
        hello.CipherSuite = suite;
        hello.IsRetry = random.SequenceEqual(RetryRandom);
        if (reader.IsEmpty)
        {
            return true;
        }

        if (!reader.TryReadVector16(out var extensions))
        {
            return false;
        }

        hello.Extensions = extensions;
        hello.ReadExtensions();
        return true;
    }

    private void ReadExtensions()
    {
        WireReader reader = new(Extensions);
        while (reader.TryReadUInt16(out ushort type) && reader.TryReadVector16(out var data))
        {
            WireReader content = new(data);
            switch ((TlsExtension)type)
            {
                case TlsExtension.SupportedVersions when content.TryReadUInt16(out ushort version):
                    Version = version;
                    break;
                case TlsExtension.KeyShare when content.TryReadUInt16(out ushort group):
                    Group = group;
                    break;
                case TlsExtension.PreSharedKey:
                    HasPreSharedKey = true;
                    break;
                case TlsExtension.Alpn when content.TryReadVector16(out var list):
                    WireReader names = new(list);
                    Alpn = names.TryReadVector8(out var name) ? name : default;
                    break;
                default:
                    break;
            }
        }
    }
}
