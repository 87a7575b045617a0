using System.Buffers.Binary;

namespace NetMonitor.Inspection.Quic;

/// <summary>
/// The CHLO of Google QUIC's own handshake ("QUIC Crypto", Langley and Chang, "Handshake Message Format"): pairs of a tag and where its
/// value ends, then the values. Little-endian. Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal ref struct GoogleHello
{
    private const int CountAt = 4;
    private const int TagsAt = 8;       // after two bytes of padding
    private const int TagSize = 8;      // tag, end
    private const int MostTags = 128;   // "MUST NOT be more than 128"

    /// <summary>Bytes after which the beginning of a CHLO is not expected in a packet in the clear: headers, the hash, frames before
    /// it.</summary>
    private const int LatestStart = 96;

    // Where the version is in a public header: after flags and a connection id of eight bytes.
    private const int PublicIdAt = 1;
    private const int PublicIdSize = 8;
    private const int PublicVersionAt = PublicIdAt + PublicIdSize;
    private const int PublicHeaderSize = PublicVersionAt + sizeof(uint);
    private const byte PublicVersionFlag = 0x01;
    private const byte PublicResetFlag = 0x02;
    private const byte PublicIdFlag = 0x08;
    private const byte PublicUnusedFlags = 0xC0;

    private static ReadOnlySpan<byte> Chlo => "CHLO"u8;

    public ReadOnlySpan<byte> ServerName { get; private set; }

    public ReadOnlySpan<byte> UserAgent { get; private set; }

    /// <summary>Seconds, or 0.</summary>
    public uint IdleTimeout { get; private set; }

    /// <summary>True when these are the first bytes of a CHLO.</summary>
    public static bool Starts(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Chlo);

    /// <summary>Reads the public header of a client's packet up to Q043: flags, connection id, version.</summary>
    /// <remarks>Only packets with the version are told: without it there is nothing to tell them by.</remarks>
    public static bool TryParsePublicHeader(ReadOnlySpan<byte> bytes, out QuicVersion? version, out ReadOnlySpan<byte> connectionId)
    {
        version = null;
        connectionId = default;
        const byte Expected = PublicVersionFlag | PublicIdFlag;
        if (bytes.Length < PublicHeaderSize || (bytes[0] & (Expected | PublicResetFlag | PublicUnusedFlags)) != Expected)
        {
            return false;
        }

        version = QuicVersion.Find(BinaryPrimitives.ReadUInt32BigEndian(bytes[PublicVersionAt..]));
        connectionId = bytes.Slice(PublicIdAt, PublicIdSize);
        return version is { Format: QuicFormat.GooglePublic };
    }

    /// <summary>True for a public reset: flags, connection id, a message "PRST".</summary>
    public static bool IsPublicReset(ReadOnlySpan<byte> bytes) =>
        bytes.Length > PublicVersionAt
        && (bytes[0] & (PublicResetFlag | PublicIdFlag | PublicUnusedFlags)) == (PublicResetFlag | PublicIdFlag)
        && bytes[PublicVersionAt..].StartsWith("PRST"u8);

    /// <summary>Reads a CHLO anywhere near the front of a packet in the clear, or the part of it that was captured.</summary>
    public static bool TryFind(ReadOnlySpan<byte> packet, out GoogleHello hello)
    {
        int at = packet[..Math.Min(packet.Length, LatestStart)].IndexOf(Chlo);
        hello = default;
        return at >= 0 && (TryParse(packet[at..], out hello) || !hello.ServerName.IsEmpty);
    }

    /// <summary>Reads a CHLO. False when it is damaged or not all there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out GoogleHello hello)
    {
        hello = default;
        if (message.Length < TagsAt || !Starts(message))
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(message[CountAt..]);
        if (count > MostTags || message.Length < TagsAt + (count * TagSize))
        {
            return false;
        }

        ReadOnlySpan<byte> values = message[(TagsAt + (count * TagSize))..];
        uint start = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> tag = message.Slice(TagsAt + (i * TagSize), TagSize);
            uint end = BinaryPrimitives.ReadUInt32LittleEndian(tag[sizeof(uint)..]);
            if (end < start || end > (uint)values.Length)
            {
                return false;
            }

            hello.Read(tag[..sizeof(uint)], values[(int)start..(int)end]);
            start = end;
        }

        return true;
    }

    private void Read(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> value)
    {
        if (tag.SequenceEqual("SNI\0"u8))
        {
            ServerName = value;
        }
        else if (tag.SequenceEqual("UAID"u8))
        {
            UserAgent = value;
        }
        else if (tag.SequenceEqual("ICSL"u8) && value.Length == sizeof(uint))
        {
            IdleTimeout = BinaryPrimitives.ReadUInt32LittleEndian(value);
        }
    }
}
