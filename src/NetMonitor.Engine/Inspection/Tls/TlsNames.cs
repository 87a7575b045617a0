using System.Collections.Frozen;
using System.Globalization;

namespace NetMonitor.Inspection.Tls;

/// <summary>Extensions that are read (IANA registry "TLS ExtensionType Values").</summary>
internal enum TlsExtension : ushort
{
    ServerName = 0,                 // RFC 6066 section 3
    SupportedGroups = 10,           // RFC 8422 section 5.1.1, RFC 8446 section 4.2.7
    PointFormats = 11,              // RFC 8422 section 5.1.2
    SignatureAlgorithms = 13,       // RFC 8446 section 4.2.3
    Alpn = 16,                      // RFC 7301 section 3.1
    PreSharedKey = 41,              // RFC 8446 section 4.2.11
    SupportedVersions = 43,         // RFC 8446 section 4.2.1
    KeyShare = 51,                  // RFC 8446 section 4.2.8
    EncryptedClientHello = 0xFE0D,  // RFC 9849
    EncryptedServerName = 0xFFCE,   // draft-ietf-tls-esni before 07
}

/// <summary>Names of versions, groups and alerts.</summary>
internal static class TlsNames
{
    public const ushort Ssl2 = 0x0002;
    public const ushort Ssl3 = 0x0300;
    public const ushort Tls10 = 0x0301;
    public const ushort Tls11 = 0x0302;
    public const ushort Tls12 = 0x0303;
    public const ushort Tls13 = 0x0304;
    public const ushort Dtls10 = 0xFEFF;       // versions of DTLS are one's complements: they count downwards
    public const ushort Dtls12 = 0xFEFD;
    public const ushort Dtls13 = 0xFEFC;
    public const ushort DtlsBeforeRfc = 0x0100; // OpenSSL pre 0.9.8f, and Cisco AnyConnect to this day
    private const int DtlsMajor = 0xFE;
    private const int DraftPrefix = 0x7F;
    private const int FizzPrefix = 0xFB;       // drafts as Facebook's library numbered them
    private const int FirstDraftWithSessionId = 22;

    // IANA registry "TLS Supported Groups".
    private static readonly FrozenDictionary<ushort, string> Groups = new Dictionary<ushort, string>
    {
        [0x0013] = "secp192r1",
        [0x0015] = "secp224r1",
        [0x0016] = "secp256k1",
        [0x0017] = "secp256r1",
        [0x0018] = "secp384r1",
        [0x0019] = "secp521r1",
        [0x001A] = "brainpoolP256r1",
        [0x001B] = "brainpoolP384r1",
        [0x001C] = "brainpoolP512r1",
        [0x001D] = "x25519",
        [0x001E] = "x448",
        [0x001F] = "brainpoolP256r1tls13",
        [0x0020] = "brainpoolP384r1tls13",
        [0x0021] = "brainpoolP512r1tls13",
        [0x0029] = "curveSM2",
        [0x0100] = "ffdhe2048",
        [0x0101] = "ffdhe3072",
        [0x0102] = "ffdhe4096",
        [0x0103] = "ffdhe6144",
        [0x0104] = "ffdhe8192",
        [0x0200] = "MLKEM512",
        [0x0201] = "MLKEM768",
        [0x0202] = "MLKEM1024",
        [0x11EB] = "SecP256r1MLKEM768",
        [0x11EC] = "X25519MLKEM768",
        [0x11ED] = "SecP384r1MLKEM1024",
        [0x6399] = "X25519Kyber768Draft00",
        [0x639A] = "SecP256r1Kyber768Draft00",
    }.ToFrozenDictionary();

    // IANA registry "TLS Alerts".
    private static readonly FrozenDictionary<byte, string> Alerts = new Dictionary<byte, string>
    {
        [0] = "close_notify",
        [10] = "unexpected_message",
        [20] = "bad_record_mac",
        [21] = "decryption_failed",
        [22] = "record_overflow",
        [30] = "decompression_failure",
        [40] = "handshake_failure",
        [41] = "no_certificate",
        [42] = "bad_certificate",
        [43] = "unsupported_certificate",
        [44] = "certificate_revoked",
        [45] = "certificate_expired",
        [46] = "certificate_unknown",
        [47] = "illegal_parameter",
        [48] = "unknown_ca",
        [49] = "access_denied",
        [50] = "decode_error",
        [51] = "decrypt_error",
        [70] = "protocol_version",
        [71] = "insufficient_security",
        [80] = "internal_error",
        [86] = "inappropriate_fallback",
        [90] = "user_canceled",
        [100] = "no_renegotiation",
        [109] = "missing_extension",
        [110] = "unsupported_extension",
        [111] = "certificate_unobtainable",
        [112] = "unrecognized_name",
        [113] = "bad_certificate_status_response",
        [114] = "bad_certificate_hash_value",
        [115] = "unknown_psk_identity",
        [116] = "certificate_required",
        [120] = "no_application_protocol",
        [121] = "ech_required",
    }.ToFrozenDictionary();

    /// <summary>"TLS 1.3", "DTLS 1.2"; drafts of it by their number; else hexadecimal.</summary>
    public static string Version(ushort version) => version switch
    {
        Ssl2 => "SSL 2.0",
        Ssl3 => "SSL 3.0",
        Tls10 => "TLS 1.0",
        Tls11 => "TLS 1.1",
        Tls12 => "TLS 1.2",
        Tls13 => "TLS 1.3",
        Dtls10 => "DTLS 1.0",
        Dtls12 => "DTLS 1.2",
        Dtls13 => "DTLS 1.3",
        DtlsBeforeRfc => "DTLS 1.0 (OpenSSL pre 0.9.8f)",
        _ when version >> 8 == FizzPrefix => string.Create(CultureInfo.InvariantCulture, $"TLS 1.3 draft {version & 0xFF} (Fizz)"),
        _ when version >> 8 == DraftPrefix => string.Create(CultureInfo.InvariantCulture, $"TLS 1.3 draft {version & 0xFF}"),
        _ => Hex(version),
    };

    /// <summary>True for TLS 1.3, DTLS 1.3 and drafts, which encrypt all that follows the ServerHello.</summary>
    public static bool IsTls13(ushort version) => version is Tls13 or Dtls13 || version >> 8 is DraftPrefix or FizzPrefix;

    /// <summary>True for the drafts whose ServerHello was still another.</summary>
    public static bool IsDraftBefore22(ushort version) => version >> 8 == DraftPrefix && (version & 0xFF) < FirstDraftWithSessionId;

    /// <summary>True for a version number of DTLS.</summary>
    public static bool IsDtls(ushort version) => version >> 8 == DtlsMajor || version == DtlsBeforeRfc;

    /// <summary>True when <paramref name="version"/> is the later one of two of the same kind.</summary>
    public static bool IsHigher(ushort version, ushort than) => IsDtls(version) && IsDtls(than) ? version < than : version > than;

    public static string Group(ushort group) => Groups.TryGetValue(group, out string? name) ? name : Hex(group);

    public static string Alert(byte description) =>
        Alerts.TryGetValue(description, out string? name) ? name : description.ToString(CultureInfo.InvariantCulture);

    public static string Hex(ushort value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:X4}");
}
