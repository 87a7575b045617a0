using System.Text;

namespace NetMonitor.Inspection.Tls;

/// <summary>All that a handshake told, in few bytes: what the connection shares with others stays shared, the name stays bytes, and the words for
/// numbers are found when somebody asks.</summary>
internal readonly struct TlsSummary
{
    private const long Unknown = -1;
    private const byte Retried = 1;
    private const byte Resumed = 2;
    private const byte NotResumed = 4;
    private const byte HasAlert = 8;
    private const byte Answered = 16;

    private readonly byte[]? _sni; // UTF-8
    private readonly TlsClientShape _client;
    private readonly TlsServerShape? _server;
    private readonly TlsCertificate? _certificate;
    private readonly string? _encryptedAlpn;
    private readonly long _serverHelloTime; // nanoseconds, or Unknown
    private readonly ushort _group;
    private readonly byte _alert;
    private readonly byte _flags;

    /// <param name="sni">The name sent, as UTF-8, or null.</param>
    /// <param name="client">What the client's hello said besides.</param>
    /// <param name="server">What the server's hello said, or its demand for another one; null before either.</param>
    /// <param name="answered">It was its hello.</param>
    /// <param name="certificate">The server's, or null.</param>
    /// <param name="group">Of the key exchange, or 0.</param>
    /// <param name="alert">Description of the last alert, or null.</param>
    /// <param name="retried">The server asked for another hello.</param>
    /// <param name="resumed">It resumed a session; null for unknown.</param>
    /// <param name="encryptedAlpn">The application protocol chosen where that is encrypted and was decrypted, or null.</param>
    /// <param name="serverHelloTime">From the client's hello to the server's, nanoseconds, or null.</param>
    public TlsSummary(
        byte[]? sni,
        TlsClientShape client,
        TlsServerShape? server,
        bool answered,
        TlsCertificate? certificate,
        ushort group,
        byte? alert,
        bool retried,
        bool? resumed,
        string? encryptedAlpn,
        long? serverHelloTime)
    {
        _sni = sni;
        _client = client;
        _server = server;
        _certificate = certificate;
        _encryptedAlpn = encryptedAlpn;
        _serverHelloTime = serverHelloTime ?? Unknown;
        _group = group;
        _alert = alert ?? 0;
        _flags = (byte)((retried ? Retried : 0) | (resumed is true ? Resumed : 0) | (resumed is false ? NotResumed : 0)
            | (alert is null ? 0 : HasAlert) | (answered ? Answered : 0));
    }

    public TlsDetails ToDetails() => new()
    {
        Sni = _sni is null ? null : Encoding.UTF8.GetString(_sni),
        Alpn = _encryptedAlpn ?? (Is(Answered) ? _server!.Alpn : null),
        AlpnOffered = _client.AlpnOffered,
        Version = _server is null or { Version: 0 } ? null : TlsNames.Version(_server.Version),
        VersionsOffered = _client.VersionsOffered,
        CipherSuite = _server is null or { Version: 0 } ? null : TlsCipherSuites.NameOf(_server.CipherSuite),
        Group = _group == 0 ? null : TlsNames.Group(_group),
        Resumed = Is(Resumed) ? true : Is(NotResumed) ? false : null,
        EchOffered = _client.EchOffered,
        HelloRetried = Is(Retried),
        Alert = Is(HasAlert) ? TlsNames.Alert(_alert) : null,
        Certificate = _certificate,
        Ja4 = _client.Ja4,
        Ja3 = _client.Ja3,
        Ja3s = Is(Answered) ? _server!.Ja3s : null,
        ServerHelloTime = _serverHelloTime == Unknown ? null : TimeSpan.FromTicks(_serverHelloTime / TimeSpan.NanosecondsPerTick),
    };

    private bool Is(byte flag) => (_flags & flag) != 0;
}

/// <summary>A TLS connection whose handshake has been read: only what it told is left.</summary>
internal sealed class SettledTls : Inspector
{
    private readonly TlsSummary _summary;

    public SettledTls(Inspector from, in TlsSummary summary)
        : base(from)
    {
        Application = from.Application;
        Confidence = from.Confidence;
        _summary = summary;
    }

    /// <inheritdoc/>
    public override string Application { get; }

    /// <inheritdoc/>
    public override Confidence Confidence { get; }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _summary.ToDetails();
}
