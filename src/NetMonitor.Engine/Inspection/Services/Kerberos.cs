using System.Buffers.Binary;

namespace NetMonitor.Inspection.Services;

/// <summary>Kerberos 5 (RFC 4120) over UDP and, with the length in four bytes before each message, TCP (section 7.2.2). Tickets and
/// authenticators are passed over.</summary>
internal sealed class Kerberos : Messages
{
    /// <summary>Bytes of a message that are read. Tickets with many groups are longer, but lie behind the names.</summary>
    public const int Head = 16 * 1024;

    private const int LengthSize = 4;               // bytes, TCP
    private const uint LongestMessage = 1 << 20;    // bytes; far above the ticket of a user in every group
    private const byte ApplicationTag = 0x60;       // [APPLICATION 0], constructed (RFC 4120 section 5.10)
    private const byte ContextTag = 0xA0;           // [0], constructed
    private const byte GeneralString = 0x1B;
    private const int ProtocolVersion = 5;
    private const int MostNameParts = 4;
    private const byte Ticket = ApplicationTag | 1;

    private enum Type
    {
        AsRequest = 10, AsReply = 11, TgsRequest = 12, TgsReply = 13, ApRequest = 14, ApReply = 15, Error = 30,
    }

    private static readonly (long Code, string Name)[] Errors =
    [
        // RFC 4120 section 7.5.9
        (6, "C_PRINCIPAL_UNKNOWN"), (7, "S_PRINCIPAL_UNKNOWN"), (12, "POLICY"), (14, "ETYPE_NOSUPP"), (18, "CLIENT_REVOKED"),
        (23, "KEY_EXPIRED"), (24, "PREAUTH_FAILED"), (25, "PREAUTH_REQUIRED"), (31, "BAD_INTEGRITY"), (32, "TKT_EXPIRED"),
        (34, "REPEAT"), (37, "SKEW"), (41, "MODIFIED"), (52, "RESPONSE_TOO_BIG"), (60, "GENERIC"), (68, "WRONG_REALM"),
    ];

    private Type _type;
    private string? _realm;
    private string? _client;
    private string? _service;
    private long? _error;

    /// <inheritdoc/>
    public override string Application => "Kerberos";

    /// <summary>A message whose tags, version and type agree.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        Recognize(bytes) == Match.Yes ? Match.Yes : Match.No;

    /// <summary>The same behind a length that agrees with the message's own.</summary>
    public static Match StreamProbe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LengthSize)
        {
            return bytes.IsEmpty || bytes[0] == 0 ? Match.NeedMore : Match.No;
        }

        if (Frame(bytes, out int skip, out long length) == Match.No)
        {
            return Match.No;
        }

        ReadOnlySpan<byte> message = bytes[skip..];
        Match match = Recognize(message);
        return match == Match.Yes && (BerReader.Measure(message, out int header, out long content) != Match.Yes || header + content != length)
            ? Match.No : match;
    }

    /// <summary>The length before each message.</summary>
    public static Match Frame(ReadOnlySpan<byte> window, out int skip, out long length)
    {
        skip = LengthSize;
        bool whole = BinaryPrimitives.TryReadUInt32BigEndian(window, out uint size);
        length = size;
        return !whole ? Match.NeedMore : size is 0 or > LongestMessage ? Match.No : Match.Yes;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (Recognize(message) != Match.Yes)
        {
            return Reading.Reject;
        }

        BerReader reader = new(message);
        Type type = (Type)(message[0] - ApplicationTag);
        bool learned = Set(ref _type, type);
        if (!reader.TryEnter(message[0], out BerReader outer) || !outer.TryEnter(BerReader.Sequence, out BerReader body))
        {
            return Reading.Nothing;
        }

        learned |= type switch
        {
            Type.AsRequest or Type.TgsRequest => ReadRequest(body),
            Type.AsReply or Type.TgsReply => ReadReply(body),
            Type.Error => ReadError(body),
            _ => false,
        };
        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new KerberosDetails
    {
        MessageType = _type switch
        {
            Type.AsRequest => "AS-REQ",
            Type.AsReply => "AS-REP",
            Type.TgsRequest => "TGS-REQ",
            Type.TgsReply => "TGS-REP",
            Type.ApRequest => "AP-REQ",
            Type.ApReply => "AP-REP",
            _ => "KRB-ERROR",
        },
        Realm = _realm,
        Client = _client,
        Service = _service,
        ErrorCode = (int?)_error,
        Error = Array.Find(Errors, row => row.Code == _error).Name,
    };

    /// <summary>[APPLICATION n] SEQUENCE { pvno [1 or 0] INTEGER (5), msg-type [2 or 1] INTEGER (n) ... }</summary>
    private static Match Recognize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Match.NeedMore;
        }

        int type = bytes[0] - ApplicationTag;
        if (type is not ((>= (int)Type.AsRequest and <= (int)Type.ApReply) or (int)Type.Error))
        {
            return Match.No;
        }

        Match outer = BerReader.Measure(bytes, out int header, out _);
        if (outer != Match.Yes)
        {
            return outer;
        }

        ReadOnlySpan<byte> sequence = bytes[header..];
        Match inner = BerReader.Measure(sequence, out header, out _);
        if (inner != Match.Yes || sequence[0] != BerReader.Sequence)
        {
            return !sequence.IsEmpty && sequence[0] != BerReader.Sequence ? Match.No : inner;
        }

        // Requests number their fields from 1, all others from 0.
        int first = type is (int)Type.AsRequest or (int)Type.TgsRequest ? 1 : 0;
        Span<byte> expected =
        [
            (byte)(ContextTag + first), 3, BerReader.Integer, 1, ProtocolVersion,
            (byte)(ContextTag + first + 1), 3, BerReader.Integer, 1, (byte)type,
        ];
        ReadOnlySpan<byte> fields = sequence[header..];
        int length = Math.Min(fields.Length, expected.Length);
        return !fields[..length].SequenceEqual(expected[..length]) ? Match.No : length == expected.Length ? Match.Yes : Match.NeedMore;
    }

    /// <summary>KDC-REQ-BODY: cname [1], realm [2], sname [3] (RFC 4120 section 5.4.1).</summary>
    private bool ReadRequest(BerReader fields)
    {
        bool learned = false;
        while (TryReadField(ref fields, out int number, out BerReader field))
        {
            if (number != 4 || !field.TryEnter(BerReader.Sequence, out BerReader body))
            {
                continue;
            }

            while (TryReadField(ref body, out int part, out BerReader value))
            {
                learned |= part switch
                {
                    1 => ReadName(value, ref _client),
                    2 => ReadRealm(value),
                    3 => ReadName(value, ref _service),
                    _ => false,
                };
            }
        }

        return learned;
    }

    /// <summary>KDC-REP: crealm [3], cname [4], ticket [5] with realm [1] and sname [2] (RFC 4120 sections 5.3 and 5.4.2).</summary>
    private bool ReadReply(BerReader fields)
    {
        bool learned = Set(ref _error, null);
        while (TryReadField(ref fields, out int number, out BerReader field))
        {
            learned |= number switch
            {
                3 => ReadRealm(field),
                4 => ReadName(field, ref _client),
                _ => false,
            };
            if (number != 5 || !field.TryEnter(Ticket, out BerReader ticket) || !ticket.TryEnter(BerReader.Sequence, out BerReader body))
            {
                continue;
            }

            while (TryReadField(ref body, out int part, out BerReader value))
            {
                learned |= part == 2 && ReadName(value, ref _service);
            }
        }

        return learned;
    }

    /// <summary>KRB-ERROR: error-code [6], crealm [7], cname [8], realm [9], sname [10] (RFC 4120 section 5.9.1).</summary>
    private bool ReadError(BerReader fields)
    {
        bool learned = false;
        while (TryReadField(ref fields, out int number, out BerReader field))
        {
            learned |= number switch
            {
                6 => field.TryReadInteger(out long code) && Set(ref _error, code),
                8 => ReadName(field, ref _client),
                9 => ReadRealm(field),
                10 => ReadName(field, ref _service),
                _ => false,
            };
        }

        return learned;
    }

    private static bool TryReadField(ref BerReader reader, out int number, out BerReader field)
    {
        byte tag = reader.NextTag;
        number = tag - ContextTag;
        field = default;
        return number is >= 0 and < 0x1F && reader.TryEnter(tag, out field);
    }

    private bool ReadRealm(BerReader field) =>
        field.TryRead(GeneralString, out ReadOnlySpan<byte> realm) && !realm.IsEmpty && WireText.Update(ref _realm, realm);

    /// <summary>PrincipalName: name-string [1] SEQUENCE OF KerberosString, written with slashes (RFC 4120 section 5.2.2, RFC 1964).</summary>
    private static bool ReadName(BerReader field, ref string? name)
    {
        if (!field.TryEnter(BerReader.Sequence, out BerReader principal) || !principal.TryEnter(ContextTag, out _)
            || !principal.TryEnter(ContextTag + 1, out BerReader strings) || !strings.TryEnter(BerReader.Sequence, out BerReader parts))
        {
            return false;
        }

        Span<byte> text = stackalloc byte[InspectionLimits.TextCharacters];
        int length = 0;
        for (int i = 0; i < MostNameParts && parts.TryRead(GeneralString, out ReadOnlySpan<byte> part); i++)
        {
            if (i > 0 && length < text.Length)
            {
                text[length++] = (byte)'/';
            }

            int size = Math.Min(part.Length, text.Length - length);
            part[..size].CopyTo(text[length..]);
            length += size;
        }

        return length > 0 && WireText.Update(ref name, text[..length]);
    }
}
