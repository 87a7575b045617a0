using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tls;

/// <summary>The ClientHello in the format of SSL 2.0 that old clients open with, also to offer TLS (RFC 5246 appendix E.2).</summary>
/// <remarks>
/// <code>
/// uint16 msg_length (high bit set); uint8 msg_type; Version version; uint16 cipher_spec_length; uint16 session_id_length; uint16 challenge_length; …
/// </code>
/// </remarks>
internal readonly ref struct Ssl2ClientHello(ReadOnlySpan<byte> message)
{
    private const int LengthSize = 2;
    private const int TypeAt = 2;
    private const int VersionAt = 3;
    private const int CipherSpecLengthAt = 5;
    private const int SessionIdLengthAt = 7;
    private const int ChallengeLengthAt = 9;
    private const int HeaderSize = 11;       // bytes
    private const int CipherSpecSize = 3;    // bytes
    private const int SessionIdSize = 16;    // bytes, or none
    private const int ShortestChallenge = 16;
    private const int LongestChallenge = 32;
    private const byte ClientHelloType = 1;
    private const int LengthMask = 0x7FFF;   // the high bit: a header of two bytes, no padding

    /// <summary>The highest version offered.</summary>
    public ushort Version { get; } = BinaryPrimitives.ReadUInt16BigEndian(message[VersionAt..]);

    /// <summary>Size of the message, its header included.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes) => LengthSize + (BinaryPrimitives.ReadUInt16BigEndian(bytes) & LengthMask);

    /// <summary>Yes when the lengths of the parts add up.</summary>
    public static Match Probe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && (bytes[0] & 0x80) == 0 || bytes.Length > TypeAt && bytes[TypeAt] != ClientHelloType)
        {
            return Match.No;
        }

        if (bytes.Length < HeaderSize)
        {
            return Match.NeedMore;
        }

        int ciphers = BinaryPrimitives.ReadUInt16BigEndian(bytes[CipherSpecLengthAt..]);
        int session = BinaryPrimitives.ReadUInt16BigEndian(bytes[SessionIdLengthAt..]);
        int challenge = BinaryPrimitives.ReadUInt16BigEndian(bytes[ChallengeLengthAt..]);
        bool fits = BinaryPrimitives.ReadUInt16BigEndian(bytes[VersionAt..]) is TlsNames.Ssl2 or (>= TlsNames.Ssl3 and <= TlsNames.Tls12)
            && ciphers > 0 && ciphers % CipherSpecSize == 0 && session is 0 or SessionIdSize
            && challenge is >= ShortestChallenge and <= LongestChallenge
            && HeaderSize + ciphers + session + challenge == LengthOf(bytes);
        return fits ? Match.Yes : Match.No;
    }
}
