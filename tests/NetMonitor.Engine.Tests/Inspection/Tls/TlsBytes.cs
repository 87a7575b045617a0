using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tls;

/// <summary>TLS messages built by hand (RFC 8446 section 4).</summary>
internal static class TlsBytes
{
    public static readonly byte[] Random = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    public static readonly byte[] RetryRandom = Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");
    public static readonly byte[] SessionId = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    public static byte[] Record(byte type, params object[] content) => Bytes(type, U16(0x0301), Vector16(content));

    public static byte[] Extension(int type, params object[] data) => Bytes(U16(type), Vector16(data));

    public static byte[] Sni(object name) => Extension(0, Vector16(0, Vector16(name)));

    public static byte[] Alpn(params string[] names) => Extension(16, Vector16([.. names.Select(name => (object)Vector8(name))]));

    public static byte[] Versions(params int[] versions) => Extension(43, Vector8([.. versions.Select(version => (object)U16(version))]));

    /// <summary>A post-quantum key share: 1,216 bytes of X25519MLKEM768, and GREASE.</summary>
    public static byte[] LargeKeyShare => Extension(51, Vector16(U16(0x0A0A), Vector16(0), U16(0x11EC), Vector16(new byte[1216])));

    public static byte[] ClientHello(params byte[][] extensions) => Bytes(1, Vector24(
        U16(0x0303), Random, Vector8(SessionId), Vector16(U16(0x2A2A), U16(0x1301), U16(0x1302), U16(0xC02F)), Vector8(0), Vector16([.. extensions])));

    public static byte[] ServerHello(int version, int suite, byte[]? random = null, byte[]? sessionId = null, params byte[][] extensions) => Bytes(2, Vector24(
        U16(version), random ?? Random, Vector8(sessionId ?? SessionId), U16(suite), 0, Vector16([.. extensions])));

    /// <summary>A hello with exactly these cipher suites and extensions; with a cookie, one of DTLS.</summary>
    public static byte[] ClientHelloOf(int version, int[] suites, byte[][] extensions, byte[]? cookie = null) => Bytes(1, Vector24(
        U16(version), Random, Vector8(), cookie is null ? Bytes() : Vector8(cookie), Vector16(Pairs(suites)), Vector8(0),
        extensions.Length == 0 ? Bytes() : Vector16([.. extensions])));

    public static byte[] Groups(params int[] groups) => Extension(10, Vector16(Pairs(groups)));

    public static byte[] SignatureAlgorithms(params int[] algorithms) => Extension(13, Vector16(Pairs(algorithms)));

    public static byte[] Pairs(params int[] values) => [.. values.SelectMany(value => Bytes(U16(value)))];

    public static byte[] Certificate(params byte[][] certificates) =>
        Bytes(11, Vector24(Vector24([.. certificates.Select(certificate => (object)Vector24(certificate))])));

    /// <summary>ECDHE parameters with a point and a signature that nobody checks.</summary>
    public static byte[] ServerKeyExchange(int group) => Bytes(12, Vector24(3, U16(group), Vector8(new byte[32]), U16(0x0804), Vector16(new byte[256])));

    public static byte[] ServerHelloDone => Bytes(14, Vector24());

    /// <summary>A modern client's hello, over 1,300 bytes.</summary>
    public static byte[] ModernClientHello => ClientHello(
        Extension(0x3A3A), Sni("www.example.com"), Alpn("h2", "http/1.1"), Versions(0x7A7A, 0x0304, 0x0303), LargeKeyShare);

    public static byte[] ServerHello13 => ServerHello(0x0303, 0x1301, null, null,
        Extension(43, U16(0x0304)), Extension(51, U16(0x11EC), Vector16(new byte[1120])));

    /// <summary>Cuts a handshake into records of at most <paramref name="size"/> bytes.</summary>
    public static byte[] Records(byte[] handshake, int size) => [.. handshake.Chunk(size).SelectMany(part => Record(22, part))];
}
