using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tls;

/// <summary>A plaintext-format record of DTLS (RFC 6347 section 4.1, RFC 9147 section 4). Valid once <see cref="TryParse"/> returned
/// true.</summary>
/// <remarks>
/// <code>
/// ContentType type; ProtocolVersion version; uint16 epoch; uint48 sequence_number; uint16 length; opaque fragment[length];
/// </code>
/// </remarks>
internal readonly ref struct DtlsRecord
{
    private const int TypeAt = 0;
    private const int VersionAt = 1;
    private const int EpochAt = 3;
    private const int LengthAt = 11;
    private const int HeaderSize = 13;            // bytes
    private const byte LastType = 26;             // ACK, RFC 9147 section 7

    private DtlsRecord(TlsContentType type, ushort epoch, int length, ReadOnlySpan<byte> content)
    {
        Type = type;
        Epoch = epoch;
        Length = length;
        Content = content;
    }

    public TlsContentType Type { get; }

    /// <summary>0 until the keys are in use.</summary>
    public ushort Epoch { get; }

    /// <summary>Length of the content as sent.</summary>
    public int Length { get; }

    /// <summary>What of it was captured.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Bytes of the record, header included, that were captured.</summary>
    public int Size => HeaderSize + Content.Length;

    public bool IsWhole => Content.Length == Length;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out DtlsRecord record)
    {
        record = default;
        if (bytes.Length < HeaderSize || bytes[TypeAt] is < (byte)TlsContentType.ChangeCipherSpec or > LastType)
        {
            return false;
        }

        ushort version = BinaryPrimitives.ReadUInt16BigEndian(bytes[VersionAt..]);
        if (version is not (TlsNames.Dtls10 or TlsNames.Dtls12 or TlsNames.DtlsBeforeRfc))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        if (length > TlsRecord.LongestPayload)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[HeaderSize..];
        ushort epoch = BinaryPrimitives.ReadUInt16BigEndian(bytes[EpochAt..]);
        record = new DtlsRecord((TlsContentType)bytes[TypeAt], epoch, length, rest[..Math.Min(length, rest.Length)]);
        return true;
    }
}

/// <summary>A handshake message of DTLS, or a fragment of one (RFC 6347 section 4.2.2). Valid once <see cref="TryRead"/> returned
/// true.</summary>
/// <remarks>
/// <code>
/// HandshakeType msg_type; uint24 length; uint16 message_seq; uint24 fragment_offset; uint24 fragment_length;
/// </code>
/// </remarks>
internal readonly ref struct DtlsFragment
{
    private const int TypeAt = 0;
    private const int LengthAt = 1;
    private const int SequenceAt = 4;
    private const int OffsetAt = 6;
    private const int FragmentLengthAt = 9;
    public const int HeaderSize = 12; // bytes

    private DtlsFragment(ReadOnlySpan<byte> header, ReadOnlySpan<byte> content)
    {
        Type = (TlsHandshakeType)header[TypeAt];
        MessageLength = UInt24(header[LengthAt..]);
        Sequence = BinaryPrimitives.ReadUInt16BigEndian(header[SequenceAt..]);
        Offset = UInt24(header[OffsetAt..]);
        Content = content;
    }

    public TlsHandshakeType Type { get; }

    /// <summary>Bytes of the whole message, without this header.</summary>
    public int MessageLength { get; }

    /// <summary>The message's number.</summary>
    public ushort Sequence { get; }

    /// <summary>Where in the message the content belongs.</summary>
    public int Offset { get; }

    public ReadOnlySpan<byte> Content { get; }

    public bool IsWholeMessage => Content.Length == MessageLength;

    /// <summary>Reads a fragment from the front of a record's content, and moves behind it. False when it is not whole or its
    /// numbers do not fit.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> content, out DtlsFragment fragment)
    {
        fragment = default;
        if (!IsHeader(content))
        {
            return false;
        }

        int length = UInt24(content[FragmentLengthAt..]);
        if (content.Length - HeaderSize < length)
        {
            return false;
        }

        fragment = new DtlsFragment(content, content.Slice(HeaderSize, length));
        content = content[(HeaderSize + length)..];
        return true;
    }

    /// <summary>True when what the header says of the message can be.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> content) =>
        content.Length >= HeaderSize && content[TypeAt] <= (byte)TlsHandshakeType.LargestKnown
        && UInt24(content[OffsetAt..]) + UInt24(content[FragmentLengthAt..]) <= UInt24(content[LengthAt..])
        && (UInt24(content[FragmentLengthAt..]) > 0 || UInt24(content[LengthAt..]) == 0);

    /// <summary>Bytes of the fragment, header included, as its header says.</summary>
    public static int SizeOf(ReadOnlySpan<byte> header) => HeaderSize + UInt24(header[FragmentLengthAt..]);

    private static int UInt24(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}
