using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>An IKE header and its payloads (RFC 7296 section 3.1; RFC 2408 section 3.1 for version 1, which looks the same).</summary>
internal readonly ref struct IkeMessage
{
    private const int InitiatorSpiAt = 0;
    private const int ResponderSpiAt = 8;
    private const int NextPayloadAt = 16;
    private const int VersionAt = 17;
    private const int ExchangeAt = 18;
    private const int FlagsAt = 19;
    private const int MessageIdAt = 20;
    private const int LengthAt = 24;
    private const int PayloadHeaderSize = 4;
    private const int LengthInPayload = 2;
    private const byte Encrypted1 = 0x01;      // flag of version 1
    private const byte Response2 = 0x20;       // flag of version 2
    private const byte KnownFlags1 = 0x07;     // encryption, commit, authentication only
    private const byte KnownFlags2 = 0x38;     // initiator, version, response
    private const byte Encrypted2 = 46;        // payloads of version 2: what follows is inside
    private const byte EncryptedFragment2 = 53;
    private readonly ReadOnlySpan<byte> _bytes;

    private IkeMessage(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public const int HeaderSize = 28;
    public const int SpiSize = 8;
    public const byte Version1 = 0x10;
    public const byte Version2 = 0x20;

    public byte Version => (byte)(_bytes[VersionAt] & 0xF0);

    public byte Exchange => _bytes[ExchangeAt];

    public ReadOnlySpan<byte> InitiatorSpi => _bytes.Slice(InitiatorSpiAt, SpiSize);

    public ReadOnlySpan<byte> ResponderSpi => _bytes.Slice(ResponderSpiAt, SpiSize);

    public bool HasResponder => ResponderSpi.ContainsAnyExcept((byte)0);

    /// <summary>From the side that did not begin: version 1 has no flag for it, but an SA with both cookies is an answer.</summary>
    public bool IsResponse => Version == Version2 ? (_bytes[FlagsAt] & Response2) != 0 : HasResponder;

    /// <summary>A whole message. What was cut by the capture is not one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IkeMessage message)
    {
        message = default;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32BigEndian(bytes[LengthAt..]) != (uint)bytes.Length
            || !bytes[..SpiSize].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        byte exchange = bytes[ExchangeAt];
        byte flags = bytes[FlagsAt];
        byte next = bytes[NextPayloadAt];
        bool known = (bytes[VersionAt] & 0xF0) switch
        {
            Version1 => ExchangeName1(exchange) is not null && (flags & ~KnownFlags1) == 0 && next is <= 21 or >= 128,
            Version2 => ExchangeName2(exchange) is not null && (flags & ~KnownFlags2) == 0 && next is 0 or (>= 33 and <= 54),
            _ => false,
        };
        message = known ? new IkeMessage(bytes) : default;
        return known;
    }

    public string VersionName => Version == Version1 ? "IKEv1" : "IKEv2";

    public string ExchangeName => (Version == Version1 ? ExchangeName1(Exchange) : ExchangeName2(Exchange))!;

    /// <summary>The payloads in the clear.</summary>
    public PayloadReader Payloads =>
        Version == Version1 && (_bytes[FlagsAt] & Encrypted1) != 0 ? default : new PayloadReader(_bytes[HeaderSize..], _bytes[NextPayloadAt]);

    // RFC 2408 section 3.1 and RFC 2409 section 5.
    private static string? ExchangeName1(byte exchange) => exchange switch
    {
        1 => "Base",
        2 => "Main Mode",
        3 => "Authentication Only",
        4 => "Aggressive Mode",
        5 => "Informational",
        6 => "Transaction",
        32 => "Quick Mode",
        33 => "New Group Mode",
        _ => null,
    };

    // IANA "IKEv2 Exchange Types".
    private static string? ExchangeName2(byte exchange) => exchange switch
    {
        34 => "IKE_SA_INIT",
        35 => "IKE_AUTH",
        36 => "CREATE_CHILD_SA",
        37 => "INFORMATIONAL",
        38 => "IKE_SESSION_RESUME",
        43 => "IKE_INTERMEDIATE",
        44 => "IKE_FOLLOWUP_KE",
        _ => null,
    };

    /// <summary>Goes through a chain of payloads, each of which says what the next is (RFC 7296 section 3.2).</summary>
    internal ref struct PayloadReader(ReadOnlySpan<byte> rest, byte type)
    {
        private ReadOnlySpan<byte> _rest = rest;
        private byte _next = type;

        public bool TryRead(out byte type, out ReadOnlySpan<byte> body)
        {
            type = _next;
            body = default;
            if (_next is 0 or Encrypted2 or EncryptedFragment2 || _rest.Length < PayloadHeaderSize)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[LengthInPayload..]);
            if (length < PayloadHeaderSize || length > _rest.Length)
            {
                return false;
            }

            body = _rest[PayloadHeaderSize..length];
            _next = _rest[0];
            _rest = _rest[length..];
            return true;
        }
    }
}
