using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tls;

/// <summary>
/// The group in a ServerKeyExchange up to TLS 1.2. Where it stands depends on the cipher suite, which of reordered datagrams may come later:
/// both places are kept.
/// </summary>
/// <remarks>
/// <code>
/// ECDHE (RFC 8422 section 5.4): ECCurveType curve_type; NamedCurve namedcurve; opaque point&lt;1..2^8-1&gt;; …
/// ECDHE_PSK (RFC 5489 section 2): opaque psk_identity_hint&lt;0..2^16-1&gt;; then the same
/// </code>
/// </remarks>
internal readonly struct TlsKeyExchange
{
    private const int CurveTypeAt = 0;
    private const int GroupAt = 1;
    private const int Size = 3;              // bytes
    private const byte NamedCurve = 3;

    private readonly bool _isRead;
    private readonly ushort _group;
    private readonly ushort _groupAfterHint;

    public TlsKeyExchange(ReadOnlySpan<byte> body)
    {
        _isRead = true;
        _group = Read(body);
        WireReader reader = new(body);
        _groupAfterHint = reader.TryReadVector16(out _) ? Read(reader.Rest) : (ushort)0;
    }

    /// <summary>True for <c>default</c>: none was read.</summary>
    public bool IsEmpty => !_isRead;

    /// <summary>The group under a cipher suite, or 0.</summary>
    public ushort GroupFor(string suite) =>
        IsEmpty ? (ushort)0
        : suite.Contains("_ECDHE_PSK_", StringComparison.Ordinal) ? _groupAfterHint
        : suite.Contains("_ECDHE_", StringComparison.Ordinal) || suite.Contains("_ECDH_anon_", StringComparison.Ordinal) ? _group
        : (ushort)0;

    private static ushort Read(ReadOnlySpan<byte> parameters) =>
        parameters.Length >= Size && parameters[CurveTypeAt] == NamedCurve
            ? BinaryPrimitives.ReadUInt16BigEndian(parameters[GroupAt..]) : (ushort)0;
}
