using System.Globalization;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Quic;

/// <summary>Names of transport error codes (RFC 9000 section 20.1, RFC 9368 section 10.3; IANA "QUIC Transport Error Codes") and of those of HTTP/3.</summary>
internal static class QuicErrors
{
    private const ulong FirstCryptoError = 0x0100; // plus the TLS alert (RFC 9001 section 4.8)
    private const ulong LastCryptoError = 0x01FF;

    private static readonly string[] Names =
    [
        "NO_ERROR", "INTERNAL_ERROR", "CONNECTION_REFUSED", "FLOW_CONTROL_ERROR", "STREAM_LIMIT_ERROR", "STREAM_STATE_ERROR",
        "FINAL_SIZE_ERROR", "FRAME_ENCODING_ERROR", "TRANSPORT_PARAMETER_ERROR", "CONNECTION_ID_LIMIT_ERROR", "PROTOCOL_VIOLATION",
        "INVALID_TOKEN", "APPLICATION_ERROR", "CRYPTO_BUFFER_EXCEEDED", "KEY_UPDATE_ERROR", "AEAD_LIMIT_REACHED", "NO_VIABLE_PATH",
        "VERSION_NEGOTIATION_ERROR",
    ];

    private const ulong FirstHttp3 = 0x0100; // RFC 9114 section 8.1

    private static readonly string[] Http3Names =
    [
        "H3_NO_ERROR", "H3_GENERAL_PROTOCOL_ERROR", "H3_INTERNAL_ERROR", "H3_STREAM_CREATION_ERROR", "H3_CLOSED_CRITICAL_STREAM", "H3_FRAME_UNEXPECTED",
        "H3_FRAME_ERROR", "H3_EXCESSIVE_LOAD", "H3_ID_ERROR", "H3_SETTINGS_ERROR", "H3_MISSING_SETTINGS", "H3_REQUEST_REJECTED", "H3_REQUEST_CANCELLED",
        "H3_REQUEST_INCOMPLETE", "H3_MESSAGE_ERROR", "H3_CONNECT_ERROR", "H3_VERSION_FALLBACK",
    ];

    /// <summary>"CONNECTION_REFUSED", "CRYPTO_ERROR handshake_failure", "H3_NO_ERROR", or hexadecimal.</summary>
    /// <param name="code">The error code.</param>
    /// <param name="isApplicationError">The application closed, with a code of its own.</param>
    /// <param name="isHttp3">The application is HTTP/3.</param>
    public static string NameOf(ulong code, bool isApplicationError, bool isHttp3) => code switch
    {
        >= FirstHttp3 when isApplicationError && isHttp3 && code - FirstHttp3 < (ulong)Http3Names.Length => Http3Names[code - FirstHttp3],
        _ when isApplicationError => string.Create(CultureInfo.InvariantCulture, $"application error 0x{code:X}"),
        _ when code < (ulong)Names.Length => Names[code],
        >= FirstCryptoError and <= LastCryptoError => $"CRYPTO_ERROR {TlsNames.Alert((byte)code)}",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{code:X}"),
    };
}
