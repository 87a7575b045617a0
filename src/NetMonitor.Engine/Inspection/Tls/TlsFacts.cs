namespace NetMonitor.Inspection.Tls;

/// <summary>What the hellos of a connection said so far. The first hello of each side counts; a HelloRetryRequest is not the server's last word.</summary>
internal sealed class TlsFacts
{
    private string? _sni;
    private IReadOnlyList<string> _versionsOffered = [];
    private byte[] _sessionId = [];
    private bool _echOffered;
    private ushort _version;
    private ushort _cipherSuite;
    private ushort _group;
    private bool? _resumed;
    private byte[] _echoedSessionId = [];

    /// <summary>Who the client is, once a hello said so.</summary>
    public Side? Client { get; private set; }

    public bool SawClientHello { get; private set; }

    /// <summary>True after a ServerHello that is not a retry.</summary>
    public bool SawServerHello { get; private set; }

    public bool HelloRetried { get; private set; }

    public bool SawHello => SawClientHello || SawServerHello || HelloRetried;

    public string? Alpn { get; private set; }

    public IReadOnlyList<string> AlpnOffered { get; private set; } = [];

    /// <summary>Description of the last alert in the clear.</summary>
    public byte? Alert { get; set; }

    public void Read(Side from, in ClientHello hello)
    {
        Client ??= from;
        if (SawClientHello)
        {
            return; // The second one, after a retry, repeats the first but for the key share (RFC 8446 section 4.1.2).
        }

        SawClientHello = true;
        _sni = hello.ServerName.IsEmpty ? null : WireText.Clean(hello.ServerName);
        AlpnOffered = Names(hello.Alpn);
        _versionsOffered = Versions(hello);
        _sessionId = hello.SessionId.ToArray();
        _echOffered = hello.OffersEch;
        SetResumed();
    }

    public void Read(Side from, in Ssl2ClientHello hello)
    {
        Client ??= from;
        SawClientHello = true;
        _versionsOffered = [TlsNames.Version(hello.Version)];
    }

    public void Read(Side from, in ServerHello hello)
    {
        Client ??= from == Side.Originator ? Side.Responder : Side.Originator;
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
        _resumed = TlsNames.IsTls13(_version) ? hello.HasPreSharedKey : null;
        SetResumed();
    }

    public TlsDetails ToDetails() => new()
    {
        Sni = _sni,
        Alpn = Alpn,
        AlpnOffered = AlpnOffered,
        Version = _version == 0 ? null : TlsNames.Version(_version),
        VersionsOffered = _versionsOffered,
        CipherSuite = _version == 0 ? null : TlsCipherSuites.NameOf(_cipherSuite),
        Group = _group == 0 ? null : TlsNames.Group(_group),
        Resumed = _resumed,
        EchOffered = _echOffered,
        HelloRetried = HelloRetried,
        Alert = Alert is { } alert ? TlsNames.Alert(alert) : null,
    };

    /// <summary>Up to TLS 1.2 a server that resumes repeats the client's session id (RFC 5246 section 7.4.1.3, RFC 5077 section 3.4).</summary>
    private void SetResumed()
    {
        if (SawClientHello && SawServerHello && !TlsNames.IsTls13(_version))
        {
            _resumed = _sessionId.Length > 0 && _sessionId.AsSpan().SequenceEqual(_echoedSessionId);
        }
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
