using System.Globalization;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Quic;

/// <summary>Names of transport error codes (RFC 9000 section 20.1, RFC 9368 section 10.3; IANA "QUIC Transport Error Codes").</summary>
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

    /// <summary>"CONNECTION_REFUSED", "CRYPTO_ERROR handshake_failure", or hexadecimal.</summary>
    public static string NameOf(ulong code, bool isApplicationError) => code switch
    {
        _ when isApplicationError => string.Create(CultureInfo.InvariantCulture, $"application error 0x{code:X}"),
        _ when code < (ulong)Names.Length => Names[code],
        >= FirstCryptoError and <= LastCryptoError => $"CRYPTO_ERROR {TlsNames.Alert((byte)code)}",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{code:X}"),
    };
}
