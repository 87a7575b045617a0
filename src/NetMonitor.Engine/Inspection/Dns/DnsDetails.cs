namespace NetMonitor;

/// <summary>A resource record of an answer section (RFC 1035 section 4.1.3).</summary>
/// <param name="Name">Its owner.</param>
/// <param name="Type">Its type ("A").</param>
/// <param name="Ttl">How long it may be kept, in seconds.</param>
/// <param name="Data">Its data as text; types without a text of their own as "\# length hexadecimal" (RFC 3597 section 5).</param>
public sealed record DnsAnswer(string Name, string Type, uint Ttl, string Data);

/// <summary>What a DNS, mDNS or LLMNR conversation said. Names are in presentation format (RFC 1035 section 5.1), without the final
/// dot.</summary>
public sealed record DnsDetails : ApplicationDetails
{
    /// <summary>Name of the last question, or null when none was seen.</summary>
    public string? QueryName { get; init; }

    /// <summary>Type of the last question ("AAAA").</summary>
    public string? QueryType { get; init; }

    /// <summary>Name of the first question.</summary>
    public string? FirstQueryName { get; init; }

    /// <summary>All names that were asked for, in order, without repetition, up to
    /// <see cref="Inspection.InspectionLimits.DnsNames"/>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The answer section of the last response.</summary>
    public IReadOnlyList<DnsAnswer> Answers { get; init; } = [];

    /// <summary>Code of the last response ("NOERROR", "NXDOMAIN"), or null before there was one.</summary>
    public string? ResponseCode { get; init; }

    /// <summary>True when the last response says that the name exists, but not with this type (RFC 2308 section 2.2).</summary>
    public bool NoData { get; init; }

    /// <summary>From the query to its response, or null when both were not seen.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => ResponseTime;

    /// <summary>Query messages seen.</summary>
    public int Queries { get; init; }

    /// <summary>Response messages seen.</summary>
    public int Responses { get; init; }

    /// <summary>Id of the last message.</summary>
    public int TransactionId { get; init; }

    /// <summary>True when the last response was authoritative (AA).</summary>
    public bool Authoritative { get; init; }

    /// <summary>True when the last response was cut (TC).</summary>
    public bool Truncated { get; init; }

    /// <summary>True when the last response was validated by the resolver (AD, RFC 4035 section 3.2.3).</summary>
    public bool AuthenticData { get; init; }

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string? answer = Answers.Count > 0 ? Answers[^1].Data : ResponseCode is null or "NOERROR" ? null : ResponseCode;
            string? name = QueryName ?? (Answers.Count > 0 ? Answers[0].Name : null);
            return string.Join(' ', new[] { QueryType, name, answer }.Where(word => word is not null));
        }
    }
}
