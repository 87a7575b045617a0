using System.Buffers.Binary;

namespace NetMonitor.Inspection.Quic;

/// <summary>What a packet with a long header is.</summary>
internal enum QuicPacketType : byte
{
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
    VersionNegotiation,
}

/// <summary>
/// A packet with a long header, over the bytes it was read from (RFC 9000 section 17.2; the first fields are those of every version, RFC
/// 8999 section 5.1). Valid once <see cref="TryParse"/> returned true.
/// </summary>
/// <remarks>
/// <code>
/// Header Form (1) = 1, Fixed Bit (1) = 1, Long Packet Type (2), Type-Specific Bits (4), Version (32), Destination Connection ID Length
/// (8), Destination Connection ID, Source Connection ID Length (8), Source Connection ID, [Token Length (i), Token] of an Initial, Length
/// (i), …
/// </code>
/// </remarks>
internal ref struct QuicLongHeader
{
    private const int VersionAt = 1;
    private const int IdsAt = VersionAt + sizeof(uint);
    private const byte LongForm = 0x80;
    private const byte FixedBit = 0x40;
    private const int TypeShift = 4;
    private const int TypeMask = 3;

    /// <summary>Bytes of a connection id, at most (RFC 9000 section 17.2).</summary>
    public const int LongestId = 20;

    public uint VersionNumber { get; private set; }

    /// <summary>Null when it is not known.</summary>
    public QuicVersion? Version { get; private set; }

    public QuicPacketType Type { get; private set; }

    public ReadOnlySpan<byte> DestinationId { get; private set; }

    public ReadOnlySpan<byte> SourceId { get; private set; }

    /// <summary>The packet, without those that follow it in the datagram.</summary>
    public ReadOnlySpan<byte> Packet { get; private set; }

    /// <summary>Where the packet number is (Initial, Handshake, 0-RTT), or what comes after the ids.</summary>
    public int PayloadAt { get; private set; }

    /// <summary>False when some of it was not captured.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>True when the bit is set that is 1 in all packets of RFC 9000 but those of Version Negotiation, unless RFC 9287 is in
    /// use.</summary>
    public bool HasFixedBit { get; private set; }

    /// <summary>True for a first byte of a long header.</summary>
    public static bool IsLong(byte first) => (first & LongForm) != 0;

    /// <summary>True for the first byte of a short header of RFC 9000 section 17.3.1.</summary>
    public static bool IsShort(byte first) => (first & (LongForm | FixedBit)) == FixedBit;

    /// <summary>Reads the packet at the front of a datagram (or of the rest of one).</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out QuicLongHeader header)
    {
        header = default;
        if (bytes.Length < IdsAt || !IsLong(bytes[0]))
        {
            return false;
        }

        header.HasFixedBit = (bytes[0] & FixedBit) != 0;
        header.VersionNumber = BinaryPrimitives.ReadUInt32BigEndian(bytes[VersionAt..]);
        header.Version = QuicVersion.Find(header.VersionNumber);
        WireReader reader = new(bytes[IdsAt..]);
        bool isEarly = header.Version is { Format: QuicFormat.GoogleLong };
        if (!TryReadIds(ref reader, isEarly, out ReadOnlySpan<byte> destination, out ReadOnlySpan<byte> source))
        {
            return false;
        }

        header.DestinationId = destination;
        header.SourceId = source;
        header.PayloadAt = bytes.Length - reader.Rest.Length;
        header.Packet = bytes;
        header.IsWhole = true;
        int type = bytes[0] >> TypeShift & TypeMask;
        if (header.VersionNumber == QuicVersion.Negotiation)
        {
            header.Type = QuicPacketType.VersionNegotiation;
            return true;
        }

        // RFC 9369 section 3.2: the types of version 2 are one further.
        header.Type = (QuicPacketType)(header.Version is { IsVersion2: true } ? (type + TypeMask) & TypeMask : type);
        return isEarly || header.Type == QuicPacketType.Retry || header.TryReadLength(bytes, reader);
    }

    /// <param name="reader">At the first length.</param>
    /// <param name="isEarly">Drafts before 22, and Q046: both lengths in one byte, each 0 or three less than it is.</param>
    /// <param name="destination">Destination connection id.</param>
    /// <param name="source">Source connection id.</param>
    private static bool TryReadIds(
        scoped ref WireReader reader, bool isEarly, out ReadOnlySpan<byte> destination, out ReadOnlySpan<byte> source)
    {
        if (isEarly)
        {
            bool read = reader.TryReadByte(out byte lengths) & reader.TryRead(EarlyLength(lengths >> 4), out destination);
            return read & reader.TryRead(EarlyLength(lengths & 0xF), out source);
        }

        bool fits = reader.TryReadVector8(out destination) & reader.TryReadVector8(out source);
        return fits && destination.Length <= LongestId && source.Length <= LongestId;

        static int EarlyLength(int nibble) => nibble == 0 ? 0 : nibble + 3;
    }

    private bool TryReadLength(ReadOnlySpan<byte> bytes, WireReader reader)
    {
        if ((Type == QuicPacketType.Initial && !QuicVarInt.TryReadVector(ref reader, out _))
            || !QuicVarInt.TryRead(ref reader, out ulong length) || length > ushort.MaxValue)
        {
            return false;
        }

        PayloadAt = bytes.Length - reader.Rest.Length;
        IsWhole = (int)length <= reader.Rest.Length;
        Packet = IsWhole ? bytes[..(PayloadAt + (int)length)] : bytes;
        return true;
    }
}
