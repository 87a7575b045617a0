namespace NetMonitor.Inspection;

/// <summary>A row of <see cref="InspectionLimits.All"/>.</summary>
/// <param name="Name">The constant's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Meaning">What happens there.</param>
public sealed record InspectionLimit(string Name, long Value, string Unit, string Meaning);

/// <summary>Where inspection stops. Every bound of this folder is a constant here and a row of <see cref="All"/>, which the docs and
/// tests read.</summary>
public static class InspectionLimits
{
    /// <summary>Unconsumed bytes in order, per direction.</summary>
    public const int StreamWindow = 64 * 1024;

    /// <summary>Bytes waiting for an earlier segment, per direction.</summary>
    public const int ReorderBytes = 64 * 1024;

    /// <summary>Pieces waiting for an earlier segment, per direction.</summary>
    public const int ReorderPieces = 64;

    /// <summary>Bytes from the start of a direction that a probe may ask for.</summary>
    public const int DetectionWindow = 16 * 1024;

    /// <summary>Payload of both directions after which an unrecognized stream is left alone.</summary>
    public const int UndecidedBytes = 64 * 1024;

    /// <summary>Datagrams after which an unrecognized UDP flow is left alone.</summary>
    public const int UndecidedDatagrams = 8;

    /// <summary>Protocols that may follow each other on one connection.</summary>
    public const int Upgrades = 4;

    /// <summary>Bytes of TLS records read while a hello is still missing.</summary>
    public const int TlsHandshakeBytes = 256 * 1024;

    /// <summary>ALPN names, and versions, kept of a hello.</summary>
    public const int TlsListItems = 32;

    /// <summary>Bytes of one HTTP header section.</summary>
    public const int HttpHeaderBytes = 64 * 1024;

    /// <summary>HTTP requests awaiting their response.</summary>
    public const int HttpPipeline = 64;

    /// <summary>Bytes looked through for the next HTTP message when the beginning was missed.</summary>
    public const int HttpResyncBytes = 1024 * 1024;

    /// <summary>The largest dynamic table of HTTP/2 header fields that is followed, per direction.</summary>
    public const int HpackTableBytes = 64 * 1024;

    /// <summary>Distinct question names kept of a DNS conversation.</summary>
    public const int DnsNames = 64;

    /// <summary>Answers kept of a DNS response.</summary>
    public const int DnsAnswers = 64;

    /// <summary>DNS queries awaiting their response.</summary>
    public const int DnsPending = 16;

    /// <summary>Bytes of the last DNS response kept until its answers are asked for.</summary>
    public const int DnsMessageBytes = 16 * 1024;

    /// <summary>Characters of a text taken from the wire.</summary>
    public const int TextCharacters = 256;

    /// <summary>Characters of a request path.</summary>
    public const int PathCharacters = 1024;

    /// <summary>All of the above.</summary>
    public static readonly IReadOnlyList<InspectionLimit> All =
    [
        new(nameof(StreamWindow), StreamWindow, "bytes", "A message that does not fit ends the inspection of its direction."),
        new(nameof(ReorderBytes), ReorderBytes, "bytes", "A gap not filled within this ends the inspection of its direction."),
        new(nameof(ReorderPieces), ReorderPieces, "pieces", "A gap not filled within this ends the inspection of its direction."),
        new(nameof(DetectionWindow), DetectionWindow, "bytes", "A protocol that cannot be told from this much of a direction is ruled out."),
        new(nameof(UndecidedBytes), UndecidedBytes, "bytes", "A stream not recognized by then is not looked at again."),
        new(nameof(UndecidedDatagrams), UndecidedDatagrams, "datagrams", "A UDP flow not recognized by then is not looked at again."),
        new(nameof(Upgrades), Upgrades, "upgrades", "A connection that changes its protocol more often is not looked at again."),
        new(nameof(TlsHandshakeBytes), TlsHandshakeBytes, "bytes", "TLS whose other hello is not seen by then is finished."),
        new(nameof(TlsListItems), TlsListItems, "items", "Further ALPN names and versions of a hello are left out."),
        new(nameof(HttpHeaderBytes), HttpHeaderBytes, "bytes", "A longer header section ends the inspection of its direction."),
        new(nameof(HttpPipeline), HttpPipeline, "requests", "Requests beyond are counted, but not matched with their responses."),
        new(nameof(HttpResyncBytes), HttpResyncBytes, "bytes", "A direction joined in the middle without a message by then is given up."),
        new(nameof(HpackTableBytes), HpackTableBytes, "bytes", "Header fields that refer to a larger table are unknown."),
        new(nameof(DnsNames), DnsNames, "names", "Further names are counted as queries only."),
        new(nameof(DnsAnswers), DnsAnswers, "answers", "Further answers are left out."),
        new(nameof(DnsPending), DnsPending, "queries", "The oldest unanswered query is forgotten: its answer has no response time."),
        new(nameof(DnsMessageBytes), DnsMessageBytes, "bytes", "Answers beyond are left out."),
        new(nameof(TextCharacters), TextCharacters, "characters", "Longer text is cut and ends with an ellipsis."),
        new(nameof(PathCharacters), PathCharacters, "characters", "A longer path is cut and ends with an ellipsis."),
    ];
}
