namespace NetMonitor.Inspection.Dns;

/// <summary>The family of protocols that share DNS's message format, told apart by port.</summary>
/// <param name="Name">The protocol's name.</param>
/// <param name="Query">The state after a query.</param>
/// <param name="Response">The state after a response.</param>
/// <param name="Unicode">True when names are UTF-8.</param>
internal sealed record DnsFlavor(string Name, ConnectionState Query, ConnectionState Response, bool Unicode)
{
    private const ushort DnsPort = 53;
    private const ushort MulticastPort = 5353; // RFC 6762 section 3
    private const ushort LinkLocalPort = 5355; // RFC 4795 section 2

    public static readonly DnsFlavor Dns = new("DNS", ConnectionState.DNS_QUERY, ConnectionState.DNS_RESPONSE, Unicode: false);
    public static readonly DnsFlavor Multicast = new("mDNS", ConnectionState.MDNS_QUERY, ConnectionState.MDNS_RESPONSE, Unicode: true);
    public static readonly DnsFlavor LinkLocal = new("LLMNR", ConnectionState.LLMNR_QUERY, ConnectionState.LLMNR_RESPONSE, Unicode: true);

    /// <summary>The one that uses these ports.</summary>
    public static DnsFlavor Of(in FlowContext context) =>
        context.Uses(MulticastPort) && !context.Uses(DnsPort) && context.Protocol == TransportProtocol.UDP ? Multicast
        : context.Uses(LinkLocalPort) ? LinkLocal : Dns;

    /// <summary>Lax on the ports of the family.</summary>
    public static DnsStrictness StrictnessOn(in FlowContext context) =>
        context.Uses(DnsPort) || context.Uses(MulticastPort) || context.Uses(LinkLocalPort) ? DnsStrictness.Lax : DnsStrictness.Strict;
}

/// <summary>What the messages of a flow said. A message costs no garbage once its names were seen; the answers of the last response are
/// kept as bytes, and read when somebody asks for them.</summary>
internal sealed class DnsConversation(DnsFlavor flavor)
{
    private readonly record struct Pending(ushort Id, long Timestamp, string? Name);

    private string[] _names = [];     // exactly those met, once there are two
    private Pending[] _pending = [];  // the oldest first
    private int _pendingCount;
    private string? _name;
    private ushort _type;
    private string? _firstName;
    private byte[]? _response;
    private int _responseLength;
    private int _queries;
    private int _responses;
    private ushort _id;
    private long? _responseTime; // nanoseconds

    private sealed record ResponseFacts(
        IReadOnlyList<DnsAnswer> Answers, string? Code, bool NoData, bool Authoritative, bool Truncated, bool Authentic)
    {
        public static readonly ResponseFacts None = new([], null, false, false, false, false);
    }

    /// <summary>The state after the last message.</summary>
    public ConnectionState? State { get; private set; }

    /// <summary>Names that answers gave addresses, until they are taken.</summary>
    public DnsResolutions Resolutions { get; } = new();

    /// <summary>Adds a message.</summary>
    public void Add(in DnsMessage message, long timestamp)
    {
        _id = message.Id;
        ReadQuestions(message);
        if (!message.IsResponse)
        {
            _queries++;
            State = flavor.Query;
            Await(new Pending(message.Id, timestamp, _name));
            return;
        }

        _responses++;
        State = flavor.Response;
        Pending? asked = TakePending(message.Id);
        _responseTime = asked is { } query && timestamp >= query.Timestamp ? timestamp - query.Timestamp : _responseTime;
        Resolve(message, asked);
        Keep(message.Bytes);
    }

    public DnsDetails ToDetails()
    {
        ResponseFacts response = ReadResponse();
        return new DnsDetails
        {
            QueryName = _name,
            QueryType = _name is null ? null : DnsTypes.NameOf(_type),
            FirstQueryName = _firstName,
            Names = _names is [] && _firstName is { } only ? [only] : [.. _names],
            Answers = response.Answers,
            ResponseCode = response.Code,
            NoData = response.NoData,
            ResponseTime = _responseTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
            Queries = _queries,
            Responses = _responses,
            TransactionId = _id,
            Authoritative = response.Authoritative,
            Truncated = response.Truncated,
            AuthenticData = response.Authentic,
        };
    }

    private void ReadQuestions(in DnsMessage message)
    {
        Span<char> text = stackalloc char[DnsName.LongestText];
        int at = DnsMessage.HeaderSize;
        for (int left = message.Questions; left > 0; left--)
        {
            if (!DnsMessage.TryReadQuestion(message.Bytes, ref at, text, out int length, out ushort type, flavor.Unicode))
            {
                return;
            }

            _name = Intern(text[..length]);
            _type = type;
            _firstName ??= _name;
        }
    }

    /// <summary>The same string for the same name.</summary>
    private string Intern(ReadOnlySpan<char> name)
    {
        if (_name is not null && name.SequenceEqual(_name))
        {
            return _name;
        }

        if (_firstName is null)
        {
            return RecentText.Of(name);
        }

        if (_names is [])
        {
            if (name.SequenceEqual(_firstName))
            {
                return _firstName;
            }

            _names = [_firstName];
        }

        for (int i = _names.Length - 1; i >= 0; i--)
        {
            if (name.SequenceEqual(_names[i]))
            {
                return _names[i];
            }
        }

        string added = RecentText.Of(name);
        if (_names.Length < InspectionLimits.DnsNames)
        {
            _names = [.. _names, added];
        }

        return added;
    }

    /// <summary>Addresses count only in the answer to a question that was seen (its id and its name, RFC 5452 section 9.1). In mDNS everybody
    /// announces its own (RFC 6762 section 8.3).</summary>
    private void Resolve(in DnsMessage message, Pending? asked)
    {
        if (flavor == DnsFlavor.Multicast)
        {
            Resolutions.AddAnnounced(message);
        }
        else if (asked?.Name is { } name && _name is not null && message.Questions > 0 && string.Equals(name, _name, StringComparison.OrdinalIgnoreCase))
        {
            Resolutions.AddAnswers(message, name);
        }
    }

    /// <summary>The query with this id, which is then answered; null without one. mDNS has no ids (RFC 6762 section 18.1), and over HTTP
    /// all are 0 (RFC 8484 section 4.1), so that the name must tell.</summary>
    private Pending? TakePending(ushort id)
    {
        if (flavor == DnsFlavor.Multicast)
        {
            return null;
        }

        for (int i = 0; i < _pendingCount; i++)
        {
            Pending pending = _pending[i];
            if (pending.Id == id && (id != 0 || _name is null || string.Equals(pending.Name, _name, StringComparison.OrdinalIgnoreCase)))
            {
                Forget(i);
                return pending;
            }
        }

        return null;
    }

    private void Await(in Pending query)
    {
        if (_pendingCount == InspectionLimits.DnsPending)
        {
            Forget(0);
        }

        if (_pendingCount == _pending.Length)
        {
            Array.Resize(ref _pending, Math.Max(1, 2 * _pendingCount));
        }

        _pending[_pendingCount++] = query;
    }

    private void Forget(int index)
    {
        _pending.AsSpan(index + 1, _pendingCount - index - 1).CopyTo(_pending.AsSpan(index));
        _pendingCount--;
    }

    private void Keep(ReadOnlySpan<byte> message)
    {
        message = message[..Math.Min(message.Length, InspectionLimits.DnsMessageBytes)];
        if (_response is null || _response.Length < message.Length)
        {
            _response = new byte[message.Length];
        }

        message.CopyTo(_response);
        _responseLength = message.Length;
    }

    private ResponseFacts ReadResponse()
    {
        if (_response is null || !DnsMessage.TryParse(_response.AsSpan(0, _responseLength), DnsStrictness.Lax, out DnsMessage message))
        {
            return ResponseFacts.None;
        }

        List<DnsAnswer> answers = [];
        bool answered = false;
        int at = message.AnswersAt;
        int left = message.Answers;
        for (; left > 0 && DnsRecord.TryRead(message.Bytes, ref at, out DnsRecord record); left--)
        {
            answered |= record.Type is not ((ushort)DnsType.CNAME or (ushort)DnsType.DNAME) || record.Type == _type;
            int nameAt = record.NameAt;
            if (answers.Count < InspectionLimits.DnsAnswers && DnsName.Read(message.Bytes, ref nameAt, flavor.Unicode) is { } name)
            {
                string data = DnsRecordData.Format(message.Bytes, record, flavor.Unicode);
                answers.Add(new DnsAnswer(name, DnsTypes.NameOf(record.Type), record.Ttl, data));
            }
        }

        bool noData = message.Code == 0 && message.Questions > 0 && !answered && left == 0 && !message.IsTruncated
            && !IsReferral(message, at);
        return new ResponseFacts(answers, DnsTypes.NameOfCode(message.Code), noData, message.IsAuthoritative, message.IsTruncated, message.IsAuthentic);
    }

    /// <summary>NS records without an SOA point to other servers instead of denying (RFC 2308 section 2.2).</summary>
    private static bool IsReferral(in DnsMessage message, int at)
    {
        bool servers = false;
        for (int left = message.Authorities; left > 0 && DnsRecord.TryRead(message.Bytes, ref at, out DnsRecord record); left--)
        {
            if (record.Type == (ushort)DnsType.SOA)
            {
                return false;
            }

            servers |= record.Type == (ushort)DnsType.NS;
        }

        return servers;
    }
}
