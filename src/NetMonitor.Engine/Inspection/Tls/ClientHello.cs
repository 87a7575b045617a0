using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tls;

/// <summary>
/// A ClientHello over the bytes it was read from (RFC 8446 section 4.1.2), of TLS, QUIC or DTLS.
/// Lists are the wire's, without their length, so that names and
/// fingerprints can be made of them; empty when absent.
/// </summary>
/// <remarks>
/// <code>
/// ProtocolVersion legacy_version; Random random[32]; opaque legacy_session_id&lt;0..32&gt;; CipherSuite cipher_suites&lt;2..2^16-2&gt;;
/// opaque cookie&lt;0..2^8-1&gt; (DTLS only, RFC 6347 section 4.2.1);
/// opaque legacy_compression_methods&lt;1..2^8-1&gt;; Extension extensions&lt;8..2^16-1&gt;;
/// </code>
/// </remarks>
internal ref struct ClientHello
{
    public const int RandomSize = 32; // bytes
    private const byte HostNameType = 0; // RFC 6066 section 3

    public ushort LegacyVersion { get; private set; }

    /// <summary>True when nothing of it is missing: fingerprints can be made.</summary>
    public bool IsWhole { get; private set; }

    public ReadOnlySpan<byte> SessionId { get; private set; }

    /// <summary>Pairs of bytes.</summary>
    public ReadOnlySpan<byte> CipherSuites { get; private set; }

    /// <summary>Type, length, data of each, in the client's order.</summary>
    public ReadOnlySpan<byte> Extensions { get; private set; }

    /// <summary>The first host_name of server_name.</summary>
    public ReadOnlySpan<byte> ServerName { get; private set; }

    /// <summary>Names, each after its length in a byte.</summary>
    public ReadOnlySpan<byte> Alpn { get; private set; }

    /// <summary>Pairs of bytes.</summary>
    public ReadOnlySpan<byte> SupportedVersions { get; private set; }

    /// <summary>Pairs of bytes.</summary>
    public ReadOnlySpan<byte> SupportedGroups { get; private set; }

    /// <summary>Pairs of bytes.</summary>
    public ReadOnlySpan<byte> SignatureAlgorithms { get; private set; }

    /// <summary>A byte each.</summary>
    public ReadOnlySpan<byte> PointFormats { get; private set; }

    /// <summary>True when encrypted_client_hello, or the draft's encrypted_server_name before it, was sent.</summary>
    public bool OffersEch { get; private set; }

    /// <summary>Reads the body of a ClientHello message (after type and length; of TLS or QUIC). False when it is damaged.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out ClientHello hello) =>
        TryParse(body, hasCookie: false, allowTruncated: false, out hello);

    /// <summary>Reads the body of a ClientHello of DTLS, which has a cookie.</summary>
    public static bool TryParseDtls(ReadOnlySpan<byte> body, out ClientHello hello) =>
        TryParse(body, hasCookie: true, allowTruncated: false, out hello);

    /// <summary>Reads as much of the body as there is. False when not even the fixed part is.</summary>
    public static bool TryParseTruncated(ReadOnlySpan<byte> body, out ClientHello hello) =>
        TryParse(body, hasCookie: false, allowTruncated: true, out hello);

    private static bool TryParse(ReadOnlySpan<byte> body, bool hasCookie, bool allowTruncated, out ClientHello hello)
    {
        hello = default;
        WireReader reader = new(body);
        if (!reader.TryReadUInt16(out ushort version) || !reader.TryRead(RandomSize, out _) || !reader.TryReadVector8(out var sessionId)
            || (hasCookie && !reader.TryReadVector8(out _))
            || !reader.TryReadVector16(out var suites) || !reader.TryReadVector8(out _))
        {
            return false;
        }

        hello.LegacyVersion = version;
        hello.SessionId = sessionId;
        hello.CipherSuites = suites;
        hello.IsWhole = !allowTruncated;
        if (reader.IsEmpty)
        {
            return true; // No extensions (RFC 5246 section 7.4.1.2).
        }

        if (!reader.TryReadVector16(out var extensions))
        {
            if (!allowTruncated)
            {
                return false;
            }

            extensions = reader.Rest.Length > sizeof(ushort) ? reader.Rest[sizeof(ushort)..] : default;
        }

        hello.Extensions = extensions;
        return hello.ReadExtensions(allowTruncated);
    }

    private bool ReadExtensions(bool allowTruncated)
    {
        WireReader reader = new(Extensions);
        while (!reader.IsEmpty)
        {
            if (!reader.TryReadUInt16(out ushort type) || !reader.TryReadVector16(out var data))
            {
                return allowTruncated;
            }

            WireReader content = new(data);
            switch ((TlsExtension)type)
            {
                case TlsExtension.ServerName when ServerName.IsEmpty:
                    ServerName = FirstHostName(data);
                    break;
                case TlsExtension.Alpn when content.TryReadVector16(out var names):
                    Alpn = names;
                    break;
                case TlsExtension.SupportedVersions when content.TryReadVector8(out var versions):
                    SupportedVersions = versions;
                    break;
                case TlsExtension.SupportedGroups when content.TryReadVector16(out var groups):
                    SupportedGroups = groups;
                    break;
                case TlsExtension.SignatureAlgorithms when content.TryReadVector16(out var algorithms):
                    SignatureAlgorithms = algorithms;
                    break;
                case TlsExtension.PointFormats when content.TryReadVector8(out var formats):
                    PointFormats = formats;
                    break;
                case TlsExtension.EncryptedClientHello or TlsExtension.EncryptedServerName:
                    OffersEch = true;
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    /// <summary>NameType name_type; opaque HostName&lt;1..2^16-1&gt;; in a list with its length before it (RFC 6066 section 3).</summary>
    private static ReadOnlySpan<byte> FirstHostName(ReadOnlySpan<byte> data)
    {
        WireReader extension = new(data);
        if (!extension.TryReadVector16(out var list))
        {
            return default;
        }

        WireReader reader = new(list);
        while (reader.TryReadByte(out byte type) && reader.TryReadVector16(out var name))
        {
            if (type == HostNameType)
            {
                return name;
            }
        }

        return default;
    }

    /// <summary>True for the reserved values that keep implementations tolerant (RFC 8701 section 2): 0x0A0A, 0x1A1A … 0xFAFA.</summary>
    public static bool IsGrease(ushort value) => (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);

    /// <summary>The <paramref name="index"/>-th pair of bytes of a list.</summary>
    public static ushort Item(ReadOnlySpan<byte> list, int index) => BinaryPrimitives.ReadUInt16BigEndian(list[(index * sizeof(ushort))..]);
}
