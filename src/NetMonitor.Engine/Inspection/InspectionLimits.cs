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

    /// <summary>Secrets kept of a key log.</summary>
    public const int TlsSecrets = 1_000_000;

    /// <summary>Bytes of TLS records, or of QUIC packets, of a connection that are decrypted, or tried to be.</summary>
    public const int TlsDecryptedBytes = 64 * 1024 * 1024;

    /// <summary>Protected records of a direction that may come before one that the key log opens; QUIC packets of a connection in a row that it does not open.</summary>
    public const int TlsClosedRecords = 64;

    /// <summary>ALPN names, and versions, kept of a hello; attributes of a certificate's subject and issuer.</summary>
    public const int TlsListItems = 32;

    /// <summary>Names kept of a certificate.</summary>
    public const int TlsCertificateNames = 64;

    /// <summary>Hellos of different clients, hellos of different servers, and certificates that are remembered because connections have them in common.</summary>
    public const int SharedFacts = 1024;

    /// <summary>Texts that are remembered because connections have them in common.</summary>
    public const int SharedTexts = 4096;

    /// <summary>Bytes of fragments of DTLS handshake messages waiting for others, per direction.</summary>
    public const int DtlsFragmentBytes = 32 * 1024;

    /// <summary>Datagrams of DTLS read while the handshake is not complete.</summary>
    public const int DtlsDatagrams = 256;

    /// <summary>Bytes of one HTTP header section.</summary>
    public const int HttpHeaderBytes = 64 * 1024;

    /// <summary>HTTP requests awaiting their response.</summary>
    public const int HttpPipeline = 64;

    /// <summary>Bytes looked through for the next HTTP message when the beginning was missed.</summary>
    public const int HttpResyncBytes = 1024 * 1024;

    /// <summary>The largest dynamic table of HTTP/2 header fields that is followed, per direction.</summary>
    public const int HpackTableBytes = 64 * 1024;

    /// <summary>Streams of a decrypted HTTP/3 connection whose header section is not complete.</summary>
    public const int Http3Streams = 256;

    /// <summary>Distinct question names kept of a DNS conversation.</summary>
    public const int DnsNames = 256;

    /// <summary>Answers kept of a DNS response.</summary>
    public const int DnsAnswers = 64;

    /// <summary>DNS queries awaiting their response.</summary>
    public const int DnsPending = 256;

    /// <summary>Aliases of a name (CNAME) that are followed when the records are out of order.</summary>
    public const int DnsAliases = 8;

    /// <summary>Bytes of the last DNS response kept until its answers are asked for.</summary>
    public const int DnsMessageBytes = 16 * 1024;

    /// <summary>Handshake data of a QUIC side, per attempt to connect.</summary>
    public const int QuicCryptoBytes = 64 * 1024;

    /// <summary>Initial packets of a QUIC flow that are tried to be opened.</summary>
    public const int QuicInitials = 256;

    /// <summary>Failed authentications of Initial packets of a QUIC flow.</summary>
    public const int QuicFailures = 16;

    /// <summary>Initial packets waiting for the one that gives their keys.</summary>
    public const int QuicWaitingBytes = 8 * 1024;

    /// <summary>Datagrams with a short header after which a QUIC flow is finished, whatever is missing.</summary>
    public const int QuicShortDatagrams = 64;

    /// <summary>Media kept of a session description.</summary>
    public const int SipMedia = 8;

    /// <summary>Shares kept of an SMB connection.</summary>
    public const int SmbShares = 16;

    /// <summary>Vendor ids kept of an IKE exchange.</summary>
    public const int IkeVendorIds = 16;

    /// <summary>Distinct command names, topics and the like counted of a connection.</summary>
    public const int CountedNames = 32;

    /// <summary>Kafka requests awaiting their response.</summary>
    public const int KafkaPending = 64;

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
        new(nameof(TlsSecrets), TlsSecrets, "secrets", "Further lines of key logs are passed over."),
        new(nameof(TlsDecryptedBytes), TlsDecryptedBytes, "bytes", "What follows on the connection is not decrypted."),
        new(nameof(TlsClosedRecords), TlsClosedRecords, "records", "A direction that no secret opened by then is not decrypted."),
        new(nameof(TlsListItems), TlsListItems, "items",
            "Further ALPN names and versions of a hello, and attributes of a certificate's subject, are left out."),
        new(nameof(TlsCertificateNames), TlsCertificateNames, "names", "Further names of a certificate are left out."),
        new(nameof(SharedFacts), SharedFacts, "each of client hellos, server hellos, certificates", "Of two that want the same place the older is forgotten; it is read again."),
        new(nameof(SharedTexts), SharedTexts, "texts of at most 256 characters", "Of two that want the same place the older is forgotten; it is made again."),
        new(nameof(DtlsFragmentBytes), DtlsFragmentBytes, "bytes", "Further fragments of handshake messages are passed over."),
        new(nameof(DtlsDatagrams), DtlsDatagrams, "datagrams", "DTLS whose handshake is not complete by then is finished."),
        new(nameof(HttpHeaderBytes), HttpHeaderBytes, "bytes", "A longer header section ends the inspection of its direction."),
        new(nameof(HttpPipeline), HttpPipeline, "requests", "Requests beyond are counted, but not matched with their responses."),
        new(nameof(HttpResyncBytes), HttpResyncBytes, "bytes", "A direction joined in the middle without a message by then is given up."),
        new(nameof(HpackTableBytes), HpackTableBytes, "bytes", "Header fields that refer to a larger table are unknown."),
        new(nameof(Http3Streams), Http3Streams, "streams", "Further requests are not read."),
        new(nameof(DnsNames), DnsNames, "names", "Further names are counted as queries only."),
        new(nameof(DnsAnswers), DnsAnswers, "answers", "Further answers are left out."),
        new(nameof(DnsPending), DnsPending, "queries", "The oldest unanswered query is forgotten: its answer has no response time and names no address."),
        new(nameof(DnsAliases), DnsAliases, "aliases", "Aliases further along a chain that is out of order are not followed."),
        new(nameof(DnsMessageBytes), DnsMessageBytes, "bytes", "Answers beyond are left out."),
        new(nameof(QuicCryptoBytes), QuicCryptoBytes, "bytes", "Handshake data beyond is left out."),
        new(nameof(QuicInitials), QuicInitials, "packets", "Later Initial packets of the flow are not opened."),
        new(nameof(QuicFailures), QuicFailures, "packets", "Later Initial packets of the flow are not opened."),
        new(nameof(QuicWaitingBytes), QuicWaitingBytes, "bytes", "Further Initial packets do not wait for the one that gives their keys."),
        new(nameof(QuicShortDatagrams), QuicShortDatagrams, "datagrams", "A connected QUIC flow whose handshake is not known by then is finished."),
        new(nameof(SipMedia), SipMedia, "media", "Further media of a session description are left out."),
        new(nameof(SmbShares), SmbShares, "shares", "Further shares are left out."),
        new(nameof(IkeVendorIds), IkeVendorIds, "ids", "Further vendor ids are left out."),
        new(nameof(CountedNames), CountedNames, "names", "Further command names, topics and subjects are counted in the total only."),
        new(nameof(KafkaPending), KafkaPending, "requests", "The oldest unanswered request is forgotten: its response is not counted."),
        new(nameof(TextCharacters), TextCharacters, "characters", "Longer text is cut and ends with an ellipsis."),
        new(nameof(PathCharacters), PathCharacters, "characters", "A longer path is cut and ends with an ellipsis."),
    ];
}
