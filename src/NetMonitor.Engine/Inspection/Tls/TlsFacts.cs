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
    private string? _sni;
    private IReadOnlyList<string> _versionsOffered = [];
    private byte[] _sessionId = [];
    private bool _echOffered;
    private string? _ja4;
    private string? _ja3;
    private string? _ja3s;
    private ushort _version;
    private ushort _cipherSuite;
    private ushort _group;
    private bool _hasPreSharedKey;
    private byte[] _echoedSessionId = [];
    private TlsKeyExchange _keyExchange;
    private TlsCertificate? _certificate;
    private bool _serverAuthenticated;   // it sent what only a full handshake has
    private bool _serverEncrypts;

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
    public bool IsServerDone => SawServerHello && (TlsNames.IsTls13(_version) || SawServerHelloDone || _serverEncrypts);

    public string? Alpn { get; private set; }

    public IReadOnlyList<string> AlpnOffered { get; private set; } = [];

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
                bool isDtls = transport == Ja4.Dtls;
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

            case TlsHandshakeType.HelloVerifyRequest when transport == Ja4.Dtls && !HelloRetried:
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
        _sni = hello.ServerName.IsEmpty ? null : WireText.Clean(hello.ServerName);
        AlpnOffered = Names(hello.Alpn);
        _versionsOffered = Versions(hello);
        _sessionId = hello.SessionId.ToArray();
        _echOffered = hello.OffersEch;
        if (hello.IsWhole)
        {
            _ja4 = Ja4.Compute(hello, transport);
            _ja3 = Ja3.Compute(hello);
        }
    }

    public void Read(Side from, in Ssl2ClientHello hello)
    {
        Client ??= from;
        SawClientHello = true;
        _versionsOffered = [TlsNames.Version(hello.Version)];
    }

    public void Read(Side from, in ServerHello hello)
    {
        Client ??= Other(from);
        if (SawServerHello)
        {
            return;
        }

        _version = hello.Version;
        _cipherSuite = hello.CipherSuite;
        _group = hello.Group;
        if (hello.IsRetry)
        {
            HelloRetried = true;
            return;
        }

        SawServerHello = true;
        Alpn = hello.Alpn.IsEmpty ? null : WireText.Clean(hello.Alpn);
        _echoedSessionId = hello.SessionId.ToArray();
        _hasPreSharedKey = hello.HasPreSharedKey;
        _ja3s = Ja3.Compute(hello);
    }

    /// <summary>A side encrypts from here on.</summary>
    /// <returns>True when that says something new.</returns>
    public bool ChangedCipher(Side from)
    {
        bool isNews = Client is { } client && client != from && !_serverEncrypts;
        _serverEncrypts |= isNews;
        return isNews;
    }

    public TlsDetails ToDetails() => new()
    {
        Sni = _sni,
        Alpn = Alpn,
        AlpnOffered = AlpnOffered,
        Version = _version == 0 ? null : TlsNames.Version(_version),
        VersionsOffered = _versionsOffered,
        CipherSuite = _version == 0 ? null : TlsCipherSuites.NameOf(_cipherSuite),
        Group = Group is var group && group == 0 ? null : TlsNames.Group(group),
        Resumed = IsResumed,
        EchOffered = _echOffered,
        HelloRetried = HelloRetried,
        Alert = Alert is { } alert ? TlsNames.Alert(alert) : null,
        Certificate = _certificate,
        Ja4 = _ja4,
        Ja3 = _ja3,
        Ja3s = _ja3s,
        ServerHelloTime = ServerHelloTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    private ushort Group => _group != 0 ? _group : SawServerHello ? _keyExchange.GroupFor(TlsCipherSuites.NameOf(_cipherSuite)) : (ushort)0;

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

            if (TlsNames.IsTls13(_version))
            {
                return _hasPreSharedKey;
            }

            if (_serverAuthenticated || _serverEncrypts)
            {
                return !_serverAuthenticated;
            }

            return SawClientHello ? _sessionId.Length > 0 && _sessionId.AsSpan().SequenceEqual(_echoedSessionId) : null;
        }
    }

    private static Side Other(Side side) => side == Side.Originator ? Side.Responder : Side.Originator;

    private bool ReadServer(TlsHandshakeType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case TlsHandshakeType.Certificate when !_serverAuthenticated || _certificate is null:
                _serverAuthenticated = true;
                _certificate = FirstCertificate(body) is { IsEmpty: false } der ? X509Certificate.Read(der) : null;
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

    private static List<string> Names(ReadOnlySpan<byte> list)
    {
        const int PairSize = 2; // bytes
        List<string> names = [];
        WireReader reader = new(list);
        while (names.Count < InspectionLimits.TlsListItems && reader.TryReadVector8(out var name))
        {
            bool grease = name.Length == PairSize && ClientHello.IsGrease(ClientHello.Item(name, 0));
            if (!name.IsEmpty && !grease)
            {
                names.Add(WireText.Clean(name));
            }
        }

        return names;
    }

    private static List<string> Versions(in ClientHello hello)
    {
        List<string> versions = [];
        WireReader reader = new(hello.SupportedVersions);
        while (versions.Count < InspectionLimits.TlsListItems && reader.TryReadUInt16(out ushort version))
        {
            if (!ClientHello.IsGrease(version))
            {
                versions.Add(TlsNames.Version(version));
            }
        }

        return versions.Count > 0 ? versions : [TlsNames.Version(hello.LegacyVersion)];
    }
}
