using System.Buffers.Binary;
using System.Net;

namespace NetMonitor.Inspection.Services;

/// <summary>STUN (RFC 8489, RFC 5389, and RFC 3489 without a cookie) and TURN (RFC 8656), over UDP and TCP. User names, which carry the
/// fragments of ICE credentials, are passed over.</summary>
internal sealed class Stun : Messages
{
    /// <summary>Bytes of a message that are read: its length has 16 bits.</summary>
    public const int Head = HeaderSize + 4096;

    private const int TypeAt = 0;
    private const int LengthAt = 2;
    private const int CookieAt = 4;
    private const int TransactionAt = 8;
    private const int HeaderSize = 20;        // bytes
    private const int LengthPrefixSize = 2;   // bytes
    private const uint Cookie = 0x2112A442;   // RFC 8489 section 5
    private const int AttributeHeaderSize = 4;
    private const int Alignment = 4;          // bytes; attributes are padded
    private const ushort Port = 3478;
    private const byte Zeros = 0xC0;          // the two most significant bits of every STUN message
    private const byte Channel = 0x40;        // 01: ChannelData, RFC 8656 section 12.4
    private const byte LastChannel = 0x4F;
    private const int FirstClassicUnknown = 0x000C;
    private const byte IPv4 = 1;
    private const byte IPv6 = 2;

    private enum Attribute : ushort
    {
        MappedAddress = 0x0001, ErrorCode = 0x0009, Realm = 0x0014, RelayedAddress = 0x0016, XorMappedAddress = 0x0020, Software = 0x8022,
        OldXorMappedAddress = 0x8020,
    }

    private ushort _type;
    private IPEndPoint? _mapped;
    private IPEndPoint? _relayed;
    private string? _software;
    private string? _realm;
    private int? _error;
    private ulong _asked; // the first half of the transaction id, which is random
    private long _askedAt;
    private long? _responseTime; // nanoseconds

    /// <inheritdoc/>
    public override string Application => "STUN";

    /// <summary>A message with its cookie.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> bytes) => bytes.Length >= HeaderSize && (bytes[0] & Zeros) == 0 && HasCookie(bytes);

    /// <summary>A message with its cookie; without it, one whose attributes are known ones and fill it.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || (bytes[0] & Zeros) != 0)
        {
            return Match.No;
        }

        // Drafts of STUN had attributes without padding.
        int room = bytes.Length - HeaderSize;
        int length = Read(bytes, LengthAt);
        return HasCookie(bytes) && IsKnown(bytes) && (length == room || length < room && length % Alignment == 0)
            || length == room && length % Alignment == 0 && IsClassic(bytes, context.Uses(Port)) ? Match.Yes : Match.No;
    }

    /// <summary>A header with its cookie, perhaps behind a length (RFC 4571, as ICE uses it: RFC 6544 section 3).</summary>
    public static Match StreamProbe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        // No message is so long that a length before it has one of the bits which are zero in a type.
        if (bytes.IsEmpty || (bytes[0] & Zeros) != 0)
        {
            return bytes.IsEmpty ? Match.NeedMore : Match.No;
        }

        Match plain = RecognizeHeader(bytes);
        Match framed = bytes.Length < LengthPrefixSize ? Match.NeedMore : RecognizeHeader(bytes[LengthPrefixSize..]);
        return (Match)Math.Max((int)plain, (int)framed);
    }

    /// <summary>Messages, and data of channels between them.</summary>
    public static Match Frame(ReadOnlySpan<byte> window, out int skip, out long length)
    {
        (skip, length) = (0, 0);
        if (window.Length < LengthPrefixSize + TransactionAt)
        {
            return Match.NeedMore;
        }

        if (RecognizeHeader(window) == Match.Yes)
        {
            length = HeaderSize + Read(window, LengthAt);
            return Match.Yes;
        }

        if (RecognizeHeader(window[LengthPrefixSize..]) == Match.Yes)
        {
            (skip, length) = (LengthPrefixSize, Read(window, 0));
            return length >= HeaderSize ? Match.Yes : Match.No;
        }

        length = AttributeHeaderSize + Pad(Read(window, LengthAt));
        return window[0] is >= Channel and <= LastChannel ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (_type != 0 && Tls.DtlsInspector.Probe(default, from, message) == Match.Yes)
        {
            return Reading.Upgraded; // The path was checked; what it is for begins (RFC 8827).
        }

        if (message.Length < HeaderSize || (message[0] & Zeros) != 0)
        {
            // DTLS, RTP and channel data share the socket (RFC 7983): once the address is known nothing is missed.
            return _type == 0 ? Reading.Reject : _mapped is not null || _relayed is not null ? Reading.Finished : Reading.Nothing;
        }

        bool learned = Set(ref _type, Read(message, TypeAt));
        ulong transaction = BinaryPrimitives.ReadUInt64BigEndian(message[TransactionAt..]);
        if (ClassOf(_type) == 0)
        {
            (_asked, _askedAt) = (transaction, timestamp);
        }
        else if (transaction == _asked && _asked != 0 && ClassOf(_type) >= 2 && timestamp >= _askedAt)
        {
            learned |= Set(ref _responseTime, timestamp - _askedAt);
            _asked = 0;
        }

        return ReadAttributes(message) | learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new StunDetails
    {
        Class = ClassOf(_type) switch { 0 => "request", 1 => "indication", 2 => "success", _ => "error" },
        Method = NameOf(MethodOf(_type)),
        MappedAddress = _mapped,
        RelayedAddress = _relayed,
        Software = _software,
        Realm = _realm,
        ErrorCode = _error,
        ResponseTime = _responseTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    private static ushort Read(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static int Pad(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Type, length and cookie, as far as they are there.</summary>
    private static Match RecognizeHeader(ReadOnlySpan<byte> bytes)
    {
        Span<byte> cookie = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(cookie, Cookie);
        int known = Math.Clamp(bytes.Length - CookieAt, 0, cookie.Length);
        if (!bytes.IsEmpty && (bytes[0] & Zeros) != 0 || known > 0 && !bytes.Slice(CookieAt, known).SequenceEqual(cookie[..known]))
        {
            return Match.No;
        }

        return known < cookie.Length ? Match.NeedMore : Read(bytes, LengthAt) % Alignment == 0 && IsKnown(bytes) ? Match.Yes : Match.No;
    }

    private static bool HasCookie(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes[CookieAt..]) == Cookie;

    private static bool IsKnown(ReadOnlySpan<byte> bytes) => Read(bytes, TypeAt) != 0;

    /// <summary>The class's two bits lie between those of the method (RFC 8489 section 5).</summary>
    private static int ClassOf(int type) => ((type >> 4) & 1) | ((type >> 7) & 2);

    private static int MethodOf(int type) => (type & 0xF) | ((type >> 1) & 0x70) | ((type >> 2) & 0xF80);

    private static string? NameOf(int method) => method switch
    {
        1 => "Binding",
        2 => "Shared Secret",
        3 => "Allocate",
        4 => "Refresh",
        6 => "Send",
        7 => "Data",
        8 => "CreatePermission",
        9 => "ChannelBind",
        10 => "Connect",          // RFC 6062
        11 => "ConnectionBind",
        12 => "ConnectionAttempt",
        _ => null,
    };

    /// <summary>RFC 3489 section 11.1: six types; attributes up to REFLECTED-FROM, or from 0x8000 on.</summary>
    private static bool IsClassic(ReadOnlySpan<byte> bytes, bool onItsPort)
    {
        if (Read(bytes, TypeAt) is not (0x0001 or 0x0101 or 0x0111 or 0x0002 or 0x0102 or 0x0112))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[HeaderSize..];
        bool known = false;
        while (rest.Length >= AttributeHeaderSize)
        {
            int type = Read(rest, 0);
            int size = AttributeHeaderSize + Pad(Read(rest, sizeof(ushort)));
            bool address = type is (int)Attribute.MappedAddress or 0x0002 or 0x0004 or 0x0005;
            if (type is 0 or >= FirstClassicUnknown and < 0x8000 || size > rest.Length
                || address && (Read(rest, sizeof(ushort)) != 8 || rest[5] != IPv4))
            {
                return false;
            }

            known |= type < FirstClassicUnknown;
            rest = rest[size..];
        }

        // A request without attributes is twenty bytes of which four are certain.
        return rest.IsEmpty && (known || onItsPort);
    }

    private bool ReadAttributes(ReadOnlySpan<byte> message)
    {
        bool learned = false;
        WireReader reader = new(message[HeaderSize..]);
        while (reader.TryReadUInt16(out ushort type) && reader.TryReadVector16(out ReadOnlySpan<byte> value))
        {
            learned |= (Attribute)type switch
            {
                Attribute.MappedAddress when ClassOf(_type) == 2 => ReadAddress(ref _mapped, value, default),
                Attribute.XorMappedAddress or Attribute.OldXorMappedAddress => ReadAddress(ref _mapped, value, message[CookieAt..HeaderSize]),
                Attribute.RelayedAddress => ReadAddress(ref _relayed, value, message[CookieAt..HeaderSize]),
                Attribute.Software when !value.IsEmpty => WireText.Update(ref _software, value.TrimEnd((byte)0)),
                Attribute.Realm when !value.IsEmpty => WireText.Update(ref _realm, value),
                Attribute.ErrorCode when value.Length >= 4 => Set(ref _error, ((value[2] & 7) * 100) + value[3]),
                _ => false,
            };
            reader.TryRead(Pad(value.Length) - value.Length, out _);
        }

        return learned;
    }

    /// <summary>Zero, family, port, address; port and address combined with cookie and transaction id where there is a mask (RFC 8489
    /// sections 14.1 and 14.2).</summary>
    private static bool ReadAddress(ref IPEndPoint? field, ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask)
    {
        const int FamilyAt = 1;
        const int PortAt = 2;
        const int AddressAt = 4;
        const int IPv4Size = 4;
        const int IPv6Size = 16;
        int size = value.Length <= FamilyAt ? 0 : value[FamilyAt] switch { IPv4 => IPv4Size, IPv6 => IPv6Size, _ => 0 };
        if (size == 0 || value.Length != AddressAt + size)
        {
            return false;
        }

        Span<byte> address = stackalloc byte[IPv6Size];
        address = address[..size];
        value[AddressAt..].CopyTo(address);
        int port = Read(value, PortAt);
        if (!mask.IsEmpty)
        {
            port ^= Read(mask, 0);
            for (int i = 0; i < size; i++)
            {
                address[i] ^= mask[i];
            }
        }

        Span<byte> known = stackalloc byte[IPv6Size];
        if (field is not null && field.Port == port
            && field.Address.TryWriteBytes(known, out int written) && address.SequenceEqual(known[..written]))
        {
            return false;
        }

        field = new IPEndPoint(new IPAddress(address), port);
        return true;
    }
}
