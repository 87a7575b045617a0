using System.Buffers.Binary;

namespace NetMonitor.Inspection.Dns;

/// <summary>How much a message must be like the RFC to be taken for DNS.</summary>
internal enum DnsStrictness : byte
{
    /// <summary>On DNS's own ports: the header and the questions must hold, what follows may be cut or odd.</summary>
    Lax,

    /// <summary>On any port: every section must parse to the last byte, with nothing unusual.</summary>
    Strict,
}

/// <summary>A DNS message over the bytes it was read from (RFC 1035 section 4.1). Valid once <see cref="TryParse"/> returned
/// true.</summary>
internal readonly ref struct DnsMessage
{
    private const int IdAt = 0;
    private const int FlagsAt = 2;
    private const int QuestionCountAt = 4;
    private const int AnswerCountAt = 6;
    private const int AuthorityCountAt = 8;
    private const int AdditionalCountAt = 10;
    public const int HeaderSize = 12; // bytes

    private const ushort ResponseFlag = 0x8000;
    private const ushort AuthoritativeFlag = 0x0400;
    private const ushort TruncatedFlag = 0x0200;
    private const ushort ReservedFlag = 0x0040;
    private const ushort AuthenticFlag = 0x0020;
    private const ushort CodeMask = 0x000F;
    private const int OpcodeShift = 11;
    private const int OpcodeMask = 0xF;
    private const int Update = 5;         // RFC 2136
    private const int HighestOpcode = 6;  // DSO, RFC 8490
    private const int HighestCode = 11;   // of those that fit into the header
    private const int QuestionTailSize = 4;    // type and class
    private const int SmallestRecord = 11;     // root name, type, class, TTL, length
    private const int MostQuestions = 64;      // mDNS asks much at once
    private const int MostQueryAdditionals = 3; // OPT, TSIG or SIG(0), and one to spare
    private const ushort UnicastResponseBit = 0x8000; // RFC 6762 section 5.4

    private DnsMessage(ReadOnlySpan<byte> bytes, int questionsEnd, int extendedCode)
    {
        Bytes = bytes;
        AnswersAt = questionsEnd;
        Code = (Flags & CodeMask) | extendedCode;
    }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Offset of the answer section.</summary>
    public int AnswersAt { get; }

    /// <summary>The response code, with the part that EDNS brings (RFC 6891 section 6.1.3).</summary>
    public int Code { get; }

    public ushort Id => Read(IdAt);

    public bool IsResponse => (Flags & ResponseFlag) != 0;

    public bool IsAuthoritative => (Flags & AuthoritativeFlag) != 0;

    public bool IsTruncated => (Flags & TruncatedFlag) != 0;

    public bool IsAuthentic => (Flags & AuthenticFlag) != 0;

    public int Questions => Read(QuestionCountAt);

    public int Answers => Read(AnswerCountAt);

    public int Authorities => Read(AuthorityCountAt);

    /// <summary>Records of all sections behind the questions.</summary>
    public int Records => Answers + Authorities + Read(AdditionalCountAt);

    private ushort Flags => Read(FlagsAt);

    /// <summary>Reads the header and walks the sections.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, DnsStrictness strictness, out DnsMessage message)
    {
        message = default;
        if (bytes.Length < HeaderSize || !IsPlausibleHeader(bytes, strictness, bytes.Length))
        {
            return false;
        }

        bool strict = strictness == DnsStrictness.Strict;
        int at = HeaderSize;
        for (int left = Count(bytes, QuestionCountAt); left > 0; left--)
        {
            if (!TrySkipQuestion(bytes, ref at, strict))
            {
                return false;
            }
        }

        int questionsEnd = at;
        int records = Count(bytes, AnswerCountAt) + Count(bytes, AuthorityCountAt) + Count(bytes, AdditionalCountAt);
        int extendedCode = 0;
        for (; records > 0 && DnsRecord.TryRead(bytes, ref at, out DnsRecord record); records--)
        {
            if (record.Type == (ushort)DnsType.OPT)
            {
                extendedCode = record.ExtendedCode;
            }
        }

        if (strict && (records > 0 ? (Count(bytes, FlagsAt) & TruncatedFlag) == 0 : at != bytes.Length))
        {
            return false;
        }

        message = new DnsMessage(bytes, questionsEnd, extendedCode);
        return true;
    }

    /// <summary>True when the first <see cref="HeaderSize"/> bytes may head a message of <paramref name="length"/> bytes.</summary>
    public static bool IsPlausibleHeader(ReadOnlySpan<byte> bytes, DnsStrictness strictness, int length)
    {
        int flags = Count(bytes, FlagsAt);
        int opcode = (flags >> OpcodeShift) & OpcodeMask;
        int questions = Count(bytes, QuestionCountAt);
        int answers = Count(bytes, AnswerCountAt);
        int authorities = Count(bytes, AuthorityCountAt);
        int additionals = Count(bytes, AdditionalCountAt);
        int records = answers + authorities + additionals;
        bool truncated = (flags & TruncatedFlag) != 0;
        bool response = (flags & ResponseFlag) != 0;
        if (opcode > HighestOpcode || questions > MostQuestions || questions + records == 0 && !response
            || !truncated && strictness == DnsStrictness.Strict && HeaderSize + (records * SmallestRecord) > length)
        {
            return false;
        }

        if (strictness == DnsStrictness.Lax)
        {
            // Even there something else may speak; every record takes some room, but captures cut messages.
            return questions + records > 0 || (flags & CodeMask) != 0;
        }

        bool plausibleCode = (flags & CodeMask) <= (response ? HighestCode : 0);
        bool plausibleCounts = questions == 1 && (response || opcode == Update
            || (answers == 0 && authorities <= 1 && additionals <= MostQueryAdditionals));
        return plausibleCode && plausibleCounts && (flags & ReservedFlag) == 0;
    }

    /// <summary>False when the part of a header that is there rules it out already: so that a short line of text, of which no more may come,
    /// is not waited upon.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes, DnsStrictness strictness)
    {
        if (strictness != DnsStrictness.Lax && bytes.Length >= QuestionCountAt)
        {
            int flags = Count(bytes, FlagsAt);
            if ((flags & ResponseFlag) == 0 && (flags & CodeMask) != 0)
            {
                return false;
            }
        }

        return bytes.Length <= QuestionCountAt || bytes[QuestionCountAt] <= MostQuestions >> 8;
    }

    /// <summary>Reads the question at <paramref name="at"/> and goes past it.</summary>
    public static bool TryReadQuestion(ReadOnlySpan<byte> bytes, ref int at, Span<char> name, out int length, out ushort type, bool unicode)
    {
        type = 0;
        if (!DnsName.TryFormat(bytes, ref at, name, out length, unicode) || at + QuestionTailSize > bytes.Length)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
        at += QuestionTailSize;
        return true;
    }

    private static bool TrySkipQuestion(ReadOnlySpan<byte> bytes, ref int at, bool strict)
    {
        int nameAt = at;
        if (!DnsName.TrySkip(bytes, ref at, printable: strict) || at + QuestionTailSize > bytes.Length)
        {
            return false;
        }

        ushort type = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

        // IN, CH, HS, NONE, ANY (IANA registry "DNS CLASSes")
        int dnsClass = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + sizeof(ushort))..]) & ~UnicastResponseBit;
        at += QuestionTailSize;
        return dnsClass is 1 or 3 or 4 or 254 or 255 && (!strict || (DnsTypes.IsKnown(type) && !IsNetBios(bytes[nameAt..])));
    }

    /// <summary>NetBIOS names are one label of 32 letters A to P (RFC 1001 section 14.1); their service looks like DNS otherwise.</summary>
    private static bool IsNetBios(ReadOnlySpan<byte> name)
    {
        const int EncodedSize = 32;
        return name.Length > EncodedSize && name[0] == EncodedSize
            && !name.Slice(1, EncodedSize).ContainsAnyExceptInRange((byte)'A', (byte)'P');
    }

    private static int Count(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private ushort Read(int at) => BinaryPrimitives.ReadUInt16BigEndian(Bytes[at..]);
}

/// <summary>A resource record (RFC 1035 section 4.1.3): where its parts are in the message.</summary>
internal readonly struct DnsRecord
{
    private const int TypeAt = 0;
    private const int TtlAt = 4;
    private const int DataLengthAt = 8;
    private const int FixedSize = 10; // behind the name
    private const int ExtendedCodeShift = 24;
    private const int HeaderCodeBits = 4;

    private DnsRecord(int nameAt, ushort type, uint ttl, int dataAt, int dataLength)
    {
        NameAt = nameAt;
        Type = type;
        Ttl = ttl;
        DataAt = dataAt;
        DataLength = dataLength;
    }

    public int NameAt { get; }

    public ushort Type { get; }

    /// <summary>Seconds.</summary>
    public uint Ttl { get; }

    public int DataAt { get; }

    public int DataLength { get; }

    /// <summary>Of an OPT record: the upper bits of the response code, in place (RFC 6891 section 6.1.3).</summary>
    public int ExtendedCode => (int)(Ttl >> ExtendedCodeShift) << HeaderCodeBits;

    /// <summary>Reads the record at <paramref name="at"/> and goes past it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int at, out DnsRecord record)
    {
        record = default;
        int nameAt = at;
        int fixedAt = at;
        if (!DnsName.TrySkip(message, ref fixedAt) || fixedAt + FixedSize > message.Length)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(fixedAt + DataLengthAt)..]);
        int dataAt = fixedAt + FixedSize;
        if (dataAt + length > message.Length)
        {
            return false;
        }

        record = new DnsRecord(nameAt, BinaryPrimitives.ReadUInt16BigEndian(message[(fixedAt + TypeAt)..]),
            BinaryPrimitives.ReadUInt32BigEndian(message[(fixedAt + TtlAt)..]), dataAt, length);
        at = dataAt + length;
        return true;
    }
}
