namespace NetMonitor.Inspection.Services;

/// <summary>SNMP v1 (RFC 1157), v2c (RFC 1901, RFC 3416) and v3 (RFC 3412, RFC 3414). Communities are passed over and never kept.</summary>
internal sealed class Snmp : Messages
{
    // Message ::= SEQUENCE { version INTEGER, community OCTET STRING, data PDU } (RFC 1157 section 4)
    private const long Version1 = 0;
    private const long Version2 = 1;
    private const long Version3 = 3;
    private const byte FirstPdu = 0xA0; // [0] IMPLICIT
    private const byte TrapV1 = 0xA4;
    private const int MostStringBytes = 255; // of a community, a user or a context
    private const byte EncryptedFlag = 0x02; // msgFlags, RFC 3412 section 6.4

    private static readonly string[] PduNames =
    [
        "get-request", "get-next-request", "response", "set-request", "trap", "get-bulk-request", "inform-request", "trap", "report",
    ];

    private string? _version;
    private string? _pdu;
    private string? _objectId;
    private byte[] _objectIdBytes = [];
    private string? _user;
    private long _errorStatus;
    private bool _encrypted;
    private long? _asked;        // id of the request that waits for its response
    private Side _asker;
    private long _askedAt;
    private long? _responseTime; // nanoseconds

    private readonly ref struct Message
    {
        public string Version { get; init; }

        public string? Pdu { get; init; }

        public ReadOnlySpan<byte> ObjectId { get; init; }

        public ReadOnlySpan<byte> User { get; init; }

        public long? RequestId { get; init; }

        public long ErrorStatus { get; init; }

        public bool IsEncrypted { get; init; }
    }

    /// <inheritdoc/>
    public override string Application => "SNMP";

    /// <summary>A message with its nested sequences.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out _) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!TryParse(message, out Message parsed))
        {
            return Reading.Reject;
        }

        bool learned = Set(ref _version, parsed.Version) | Set(ref _pdu, parsed.Pdu) | Set(ref _errorStatus, parsed.ErrorStatus)
            | Set(ref _encrypted, parsed.IsEncrypted);
        if (!parsed.User.IsEmpty)
        {
            learned |= WireText.Update(ref _user, parsed.User);
        }

        if (!parsed.ObjectId.IsEmpty && !parsed.ObjectId.SequenceEqual(_objectIdBytes))
        {
            _objectIdBytes = parsed.ObjectId.ToArray();
            _objectId = BerReader.FormatObjectIdentifier(parsed.ObjectId);
            learned = true;
        }

        learned |= Time(from, parsed, timestamp);
        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new SnmpDetails
    {
        Version = _version,
        PduType = _pdu,
        ObjectId = _objectId,
        User = _user,
        ErrorStatus = (int)_errorStatus,
        Encrypted = _encrypted,
        ResponseTime = _responseTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    /// <summary>A response has the id of its request (RFC 3416 section 4.1); traps and reports answer nothing.</summary>
    private bool Time(Side from, in Message message, long timestamp)
    {
        if (message.Pdu is "get-request" or "get-next-request" or "get-bulk-request" or "set-request" or "inform-request")
        {
            _asked = message.RequestId;
            _asker = from;
            _askedAt = timestamp;
        }
        else if (message.Pdu == "response" && _asked is { } id && id == message.RequestId && from != _asker && timestamp >= _askedAt)
        {
            _responseTime = timestamp - _askedAt;
            _asked = null; // Answered: a copy is not a response.
            return true;
        }

        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, out Message message)
    {
        message = default;
        BerReader reader = new(bytes);
        return reader.TryEnter(BerReader.Sequence, out BerReader body) && body.TryReadInteger(out long version) && version switch
        {
            Version1 or Version2 => body.TryRead(BerReader.OctetString, out ReadOnlySpan<byte> community) && community.Length <= MostStringBytes
                && TryParsePdu(body, version == Version1 ? "1" : "2c", default, out message),
            Version3 => TryParseVersion3(body, out message),
            _ => false,
        };
    }

    /// <summary>SEQUENCE { version, msgGlobalData, msgSecurityParameters OCTET STRING, msgData } (RFC 3412 section 6).</summary>
    private static bool TryParseVersion3(BerReader body, out Message message)
    {
        message = default;
        if (!body.TryEnter(BerReader.Sequence, out BerReader global) || !global.TryReadInteger(out _) || !global.TryReadInteger(out _)
            || !global.TryRead(BerReader.OctetString, out ReadOnlySpan<byte> flags) || flags.Length != 1
            || !global.TryReadInteger(out _) || !body.TryRead(BerReader.OctetString, out ReadOnlySpan<byte> security))
        {
            return false;
        }

        // UsmSecurityParameters (RFC 3414 section 2.4): engine, boots, time, user, then what authenticates.
        ReadOnlySpan<byte> user = default;
        BerReader outer = new(security);
        if (outer.TryEnter(BerReader.Sequence, out BerReader usm) && usm.TryRead(BerReader.OctetString, out _)
            && usm.TryReadInteger(out _) && usm.TryReadInteger(out _))
        {
            usm.TryRead(BerReader.OctetString, out user);
        }

        if ((flags[0] & EncryptedFlag) != 0)
        {
            message = new Message { Version = "3", User = user, IsEncrypted = true };
            return body.NextTag == BerReader.OctetString;
        }

        // ScopedPDU ::= SEQUENCE { contextEngineID, contextName, data } (RFC 3412 section 6.8)
        return body.TryEnter(BerReader.Sequence, out BerReader scoped) && scoped.TryRead(BerReader.OctetString, out _)
            && scoped.TryRead(BerReader.OctetString, out _) && TryParsePdu(scoped, "3", user, out message);
    }

    private static bool TryParsePdu(BerReader reader, string version, ReadOnlySpan<byte> user, out Message message)
    {
        message = default;
        byte tag = reader.NextTag;
        int type = tag - FirstPdu;
        if (type < 0 || type >= PduNames.Length || !reader.TryEnter(tag, out BerReader pdu))
        {
            return false;
        }

        if (tag == TrapV1)
        {
            // Trap-PDU begins with its enterprise (RFC 1157 section 4.1.6).
            bool read = pdu.TryRead(BerReader.ObjectIdentifier, out ReadOnlySpan<byte> enterprise);
            message = new Message { Version = version, Pdu = PduNames[type], User = user, ObjectId = enterprise };
            return read && !enterprise.IsEmpty;
        }

        // PDU ::= SEQUENCE { request-id, error-status, error-index, variable-bindings } (RFC 3416 section 3)
        if (!pdu.TryReadInteger(out long id) || !pdu.TryReadInteger(out long status) || !pdu.TryReadInteger(out _)
            || !pdu.TryEnter(BerReader.Sequence, out BerReader bindings))
        {
            return false;
        }

        ReadOnlySpan<byte> name = default;
        if (bindings.TryEnter(BerReader.Sequence, out BerReader binding))
        {
            binding.TryRead(BerReader.ObjectIdentifier, out name);
        }

        // The same fields of a bulk request are non-repeaters and max-repetitions.
        bool isBulk = PduNames[type] == "get-bulk-request";
        message = new Message
        {
            Version = version, Pdu = PduNames[type], User = user, ObjectId = name, RequestId = id, ErrorStatus = isBulk ? 0 : status,
        };
        return true;
    }
}
