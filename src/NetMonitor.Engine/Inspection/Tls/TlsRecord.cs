using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tls;

/// <summary>TLS record content types (RFC 8446 section 5.1).</summary>
internal enum TlsContentType : byte
{
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,
    Heartbeat = 24, // RFC 6520
}

/// <summary>TLS handshake types (IANA registry "TLS HandshakeType").</summary>
internal enum TlsHandshakeType : byte
{
    ClientHello = 1,
    ServerHello = 2,
    HelloVerifyRequest = 3,  // RFC 6347 section 4.2.1
    Certificate = 11,
    ServerKeyExchange = 12,
    ServerHelloDone = 14,
    LargestKnown = 25,       // compressed_certificate, RFC 8879
}

/// <summary>The header of a TLS record (RFC 8446 section 5.1: type, legacy_record_version, length). Valid once <see cref="TryParse"/>
/// returned true.</summary>
internal readonly ref struct TlsRecord
{
    private const int TypeAt = 0;
    private const int MajorAt = 1;
    private const int MinorAt = 2;
    private const int LengthAt = 3;
    public const int HeaderSize = 5; // bytes

    /// <summary>2^14 bytes and what TLS 1.2 ciphers may add (RFC 5246 section 6.2.3).</summary>
    public const int LongestPayload = (1 << 14) + 2048;

    private const byte Major = 3;
    private const byte HighestMinor = 4;

    private TlsRecord(TlsContentType type, int length)
    {
        Type = type;
        Length = length;
    }

    public TlsContentType Type { get; }

    /// <summary>Bytes after the header.</summary>
    public int Length { get; }

    /// <summary>Yes, with the record, when a whole plausible header is there.</summary>
    public static Match TryParse(ReadOnlySpan<byte> bytes, out TlsRecord record)
    {
        record = default;
        if (bytes.Length > TypeAt && bytes[TypeAt] is < (byte)TlsContentType.ChangeCipherSpec or > (byte)TlsContentType.Heartbeat
            || bytes.Length > MajorAt && bytes[MajorAt] != Major
            || bytes.Length > MinorAt && bytes[MinorAt] > HighestMinor)
        {
            return Match.No;
        }

        if (bytes.Length < HeaderSize)
        {
            return Match.NeedMore;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        if (length > LongestPayload)
        {
            return Match.No;
        }

        record = new TlsRecord((TlsContentType)bytes[TypeAt], length);
        return Match.Yes;
    }
}
