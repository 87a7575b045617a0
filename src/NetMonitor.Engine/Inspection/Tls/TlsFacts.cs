namespace NetMonitor.Inspection.Tls;

/// <summary>What reading a handshake message gave.</summary>
internal enum TlsReading : byte
{
    /// <summary>Nothing that counts.</summary>
    Nothing,

    /// <summary>Something new.</summary>
    Learned,

    /// <summary>It is not a hello, though it says so.</summary>
    Damaged,
}

/// <summary>
/// What the handshake messages of a connection said so far, in whatever order they come: those of TLS records, of DTLS, or of QUIC's CRYPTO
/// frames. The first hello of each side counts; a HelloRetryRequest is not the server's last word.
/// </summary>
/// <param name="transport">What carries the handshake, as <see cref="Ja4"/> calls it.</param>
internal sealed class TlsFacts(char transport = Ja4.Tcp)
{
    private const int LongestSharedCertificate = 2048; // bytes

    private static readonly SharedFacts<TlsCertificate> Certificates = new();

    private readonly char _transport = transport;

    private byte[] _sni = [];            // UTF-8, clean; empty for none
    private TlsClientShape _client = TlsClientShape.None;
    private TlsServerShape? _server;     // of a retry, until the ServerHello comes
    private TlsSessionId _sessionId;     // of the hello that came first
    private bool _repeatedSessionId;
    private TlsKeyExchange _keyExchange;
    private TlsCertificate? _certificate;
    private bool _serverIsTor;
    private bool _serverAuthenticated;   // it sent what only a full handshake has
    private bool _serverEncrypts;
    private string? _encryptedAlpn;      // of TLS 1.3, where it could be decrypted

    /// <summary>Who the client is, once a hello said so.</summary>
    public Side? Client { get; private set; }

    public bool SawClientHello { get; private set; }

    /// <summary>From the first ClientHello to the ServerHello, nanoseconds.</summary>
    public long? ServerHelloTime { get; set; }

    /// <summary>True after a ServerHello that is not a retry.</summary>
    public bool SawServerHello { get; private set; }

    public bool HelloRetried { get; private set; }

    public bool SawHello => SawClientHello || SawServerHello || HelloRetried;

    /// <summary>True after ServerHelloDone: up to TLS 1.2 the server has said all it says in the clear.</summary>
    public bool SawServerHelloDone { get; private set; }

    /// <summary>True when the server's side has nothing more to tell: encrypted all that follows its hello in TLS 1.3.</summary>
    public bool IsServerDone => SawServerHello && (TlsNames.IsTls13(_server!.Version) || SawServerHelloDone || _serverEncrypts);

    /// <summary>True when the server's certificate looks like a Tor relay's, which offers no ALPN.</summary>
    public bool LooksLikeTor => _serverIsTor && Alpn is null;

    public string? Alpn => _encryptedAlpn ?? (SawServerHello ? _server!.Alpn : null);

    public IReadOnlyList<string> AlpnOffered => _client.AlpnOffered;

    /// <summary>The cipher suite the server chose, by its name; null before it did.</summary>
    public string? CipherSuiteName => SawServerHello ? TlsCipherSuites.NameOf(_server!.CipherSuite) : null;

    /// <summary>Description of the last alert in the clear.</summary>
    public byte? Alert { get; set; }

    /// <summary>True for a message that could still tell something: others need not be put together.</summary>
    public bool Wants(TlsHandshakeType type) => type switch
    {
        TlsHandshakeType.ClientHello => !SawClientHello,
        TlsHandshakeType.ServerHello => !SawServerHello,
        TlsHandshakeType.HelloVerifyRequest => !HelloRetried,
        TlsHandshakeType.Certificate => !_serverAuthenticated || _certificate is null,
        TlsHandshakeType.ServerKeyExchange => _keyExchange.IsEmpty,
        TlsHandshakeType.ServerHelloDone => !SawServerHelloDone,
        _ => false,
    };

    /// <summary>Reads a handshake message.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="type">Its type.</param>
    /// <param name="body">What follows its header.</param>
    public TlsReading Read(Side from, TlsHandshakeType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case TlsHandshakeType.ClientHello:
                bool isDtls = _transport == Ja4.Dtls;
                if (!(isDtls ? ClientHello.TryParseDtls(body, out ClientHello client) : ClientHello.TryParse(body, out client)))
                {
                    return TlsReading.Damaged;
                }

                Read(from, client);
                return TlsReading.Learned;

            case TlsHandshakeType.ServerHello:
                if (!ServerHello.TryParse(body, out ServerHello server))
                {
                    return TlsReading.Damaged;
                }

                Read(from, server);
                return TlsReading.Learned;

            case TlsHandshakeType.HelloVerifyRequest when _transport == Ja4.Dtls && !HelloRetried:
                Client ??= Other(from);
                HelloRetried = true;
                return TlsReading.Learned;

            case TlsHandshakeType.Certificate or TlsHandshakeType.ServerKeyExchange or TlsHandshakeType.ServerHelloDone:
                Client ??= Other(from); // The hellos of DTLS may come later. A client's certificate comes after all of these.
                return from != Client && ReadServer(type, body) ? TlsReading.Learned : TlsReading.Nothing;

            default:
                return TlsReading.Nothing;
        }
    }

    public void Read(Side from, in ClientHello hello)
    {
        if (!SawHello)
        {
            Client = from;
        }

        if (SawClientHello)
        {
            return; // The second one, after a retry, repeats the first but for key share and cookie (RFC 8446 section 4.1.2).
        }

        SawClientHello = true;
        _sni = WireText.CleanUtf8(hello.ServerName);
        _client = TlsClientShape.Of(hello, _transport);
        if (SawServerHello)
        {
            _repeatedSessionId = _sessionId.Equals(hello.SessionId);
        }
        else
        {
            _sessionId.Set(hello.SessionId);
        }
    }

    public void Read(Side from, in Ssl2ClientHello hello)
    {
        Client ??= from;
        SawClientHello = true;
        _client = TlsClientShape.Of(hello);
    }

    public void Read(Side from, in ServerHello hello)
    {
        Client ??= Other(from);
        if (SawServerHello)
        {
            return;
        }

        _server = TlsServerShape.Of(hello);
        if (hello.IsRetry)
        {
            HelloRetried = true;
            return;
        }

        SawServerHello = true;
        if (SawClientHello)
        {
            _repeatedSessionId = _sessionId.Equals(hello.SessionId);
        }
        else
        {
            _sessionId.Set(hello.SessionId);
        }
    }

    /// <summary>A side encrypts from here on.</summary>
    /// <returns>True when that says something new.</returns>
    public bool ChangedCipher(Side from)
    {
        bool isNews = Client is { } client && client != from && !_serverEncrypts;
        _serverEncrypts |= isNews;
        return isNews;
    }

    /// <summary>The extensions that TLS 1.3 sends encrypted (RFC 8446 section 4.3.1): among them the protocol the server chose.</summary>
    /// <returns>True when they say something new.</returns>
    public bool ReadEncryptedExtensions(ReadOnlySpan<byte> body)
    {
        WireReader message = new(body);
        message.TryReadVector16(out var list);
        WireReader extensions = new(list);
        while (extensions.TryReadUInt16(out ushort type) && extensions.TryReadVector16(out var data))
        {
            WireReader content = new(data);
            if ((TlsExtension)type == TlsExtension.Alpn && content.TryReadVector16(out var names))
            {
                WireReader first = new(names);
                _encryptedAlpn ??= first.TryReadVector8(out var name) ? WireText.Clean(name) : null;
                return _encryptedAlpn is not null;
            }
        }

        return false;
    }

    /// <summary>The server's certificate as TLS 1.3 sends it (RFC 8446 section 4.4.2: a context, then certificates with extensions).</summary>
    /// <returns>True when it says something new.</returns>
    public bool ReadEncryptedCertificate(ReadOnlySpan<byte> body)
    {
        WireReader message = new(body);
        if (_certificate is not null || !message.TryReadVector8(out _) || !message.TryReadVector24(out var list))
        {
            return false;
        }

        WireReader certificates = new(list);
        _certificate = certificates.TryReadVector24(out var first) && !first.IsEmpty ? CertificateOf(first) : null;
        return _certificate is not null;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        (_sni, _client, _server, _certificate, _encryptedAlpn) = ([], TlsClientShape.None, null, null, null);
        (_sessionId, _keyExchange) = (default, default);
        _repeatedSessionId = _serverIsTor = _serverAuthenticated = _serverEncrypts = false;
        SawClientHello = SawServerHello = HelloRetried = SawServerHelloDone = false;
        (Client, ServerHelloTime, Alert) = (null, null, null);
    }

    /// <summary>All that was told, in words.</summary>
    public TlsDetails ToDetails() => SettledTls.Complete(Summarize().ToDetails(), _sni, ServerHelloTime);

    /// <summary>All that was told, in few bytes.</summary>
    /// <param name="application">What the connection is called.</param>
    /// <param name="confidence">How sure that is.</param>
    public SettledTls Settle(string application, Confidence confidence) => SettledTls.Of(TlsOutcome.Of(Summarize(), application, confidence), _sni, ServerHelloTime);

    private TlsSummary Summarize() => new()
    {
        Client = _client,
        Server = _server,
        Answered = SawServerHello,
        Certificate = _certificate,
        Group = Group,
        Alert = Alert,
        Retried = HelloRetried,
        Resumed = IsResumed,
        EncryptedAlpn = _encryptedAlpn,
    };

    private ushort Group => _server is null ? (ushort)0
        : _server.Group != 0 ? _server.Group
        : SawServerHello ? _keyExchange.GroupFor(TlsCipherSuites.NameOf(_server.CipherSuite)) : (ushort)0;

    /// <summary>
    /// TLS 1.3 says so by accepting a pre-shared key. Before, a server that resumes encrypts at once (RFC 5246 section 7.3), having repeated
    /// the client's session id (section 7.4.1.3); one that authenticates does not resume.
    /// </summary>
    private bool? IsResumed
    {
        get
        {
            if (!SawServerHello)
            {
                return null;
            }

            if (TlsNames.IsTls13(_server!.Version))
            {
                return _server.HasPreSharedKey;
            }

            if (_serverAuthenticated || _serverEncrypts)
            {
                return !_serverAuthenticated;
            }

            return SawClientHello ? _repeatedSessionId : null;
        }
    }

    private static Side Other(Side side) => side == Side.Originator ? Side.Responder : Side.Originator;

    private bool ReadServer(TlsHandshakeType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case TlsHandshakeType.Certificate when !_serverAuthenticated || _certificate is null:
                _serverAuthenticated = true;
                _certificate = FirstCertificate(body) is { IsEmpty: false } der ? CertificateOf(der) : null;
                _serverIsTor = TorCertificate.Is(_certificate);
                return true;
            case TlsHandshakeType.ServerKeyExchange when _keyExchange.IsEmpty:
                _serverAuthenticated = true;
                _keyExchange = new TlsKeyExchange(body);
                return true;
            case TlsHandshakeType.ServerHelloDone when !SawServerHelloDone:
                SawServerHelloDone = _serverAuthenticated = true;
                return true;
            default:
                return false;
        }
    }

    /// <summary>A server shows the same certificate on each of its connections.</summary>
    private static TlsCertificate? CertificateOf(ReadOnlySpan<byte> der)
    {
        if (der.Length > LongestSharedCertificate)
        {
            return X509Certificate.Read(der);
        }

        if (Certificates.Find(der, out int place) is { } known)
        {
            return known;
        }

        return X509Certificate.Read(der) is { } certificate ? Certificates.Keep(der, place, certificate) : null;
    }

    /// <summary>opaque ASN.1Cert&lt;1..2^24-1&gt;; ASN.1Cert certificate_list&lt;0..2^24-1&gt;; the server's own first (RFC 5246 section
    /// 7.4.2).</summary>
    private static ReadOnlySpan<byte> FirstCertificate(ReadOnlySpan<byte> body)
    {
        WireReader message = new(body);
        if (!message.TryReadVector24(out var list))
        {
            return default;
        }

        WireReader certificates = new(list);
        return certificates.TryReadVector24(out var first) ? first : default;
    }
}
