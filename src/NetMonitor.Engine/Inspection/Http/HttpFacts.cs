using System.Buffers.Text;
using System.Globalization;

namespace NetMonitor.Inspection.Http;

/// <summary>What the messages of a connection said: the last request and response, the first request, and how many there were.</summary>
internal sealed class HttpFacts
{
    private static readonly string[] Versions =
        [.. Enumerable.Range(0, 10).Select(minor => string.Create(CultureInfo.InvariantCulture, $"1.{minor}"))];

    // Set by the inspector as header fields come in.
    public string? UserAgent;
    public string? Server;
    public string? ContentType;
    public string? UpgradedTo;
    public string? WebSocketProtocol;
    public string? WebSocketExtensions;

    private string? _method;
    private string? _path;
    private string? _host;
    private string? _version;
    private int? _status;
    private int _requests;
    private int _responses;
    private string? _firstMethod;
    private string? _firstPath;
    private string? _firstHost;

    /// <summary>Status of the response being read, interim ones included.</summary>
    public int LastStatus { get; private set; }

    /// <summary>True when a request or response carried DNS messages.</summary>
    public bool IsDnsOverHttps { get; set; }

    /// <summary>Nanoseconds from the last answered request to its response.</summary>
    public long? TimeToFirstByte { get; set; }

    /// <summary>Port asked for by the last CONNECT, or 0.</summary>
    public ushort ConnectPort { get; private set; }

    /// <returns>True when the target names the host: then the Host header is to be ignored (RFC 9112 section 3.2.2).</returns>
    public bool BeginRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, byte minorVersion, bool isConnect)
    {
        ReadOnlySpan<byte> authority = SplitTarget(ref target, isConnect);
        WireText.Update(ref _method, method);
        WireText.Update(ref _path, target, InspectionLimits.PathCharacters);
        IsDnsOverHttps |= HttpDns.IsPath(_path);
        SetVersion(minorVersion);
        _requests++;
        if (_requests == 1)
        {
            _firstMethod = _method;
            _firstPath = _path;
        }

        if (authority.IsEmpty)
        {
            return false;
        }

        if (isConnect)
        {
            ConnectPort = PortOf(authority);
        }

        SetHost(authority);
        return true;
    }

    public void BeginResponse(int status, byte minorVersion, bool interim)
    {
        LastStatus = status;
        SetVersion(minorVersion);
        if (!interim || status == (int)System.Net.HttpStatusCode.SwitchingProtocols)
        {
            _status = status;
            _responses++;
        }
    }

    /// <summary>Sets the host from "host", "host:port" or "[address]:port".</summary>
    /// <returns>True when it changed.</returns>
    public bool SetHost(ReadOnlySpan<byte> authority)
    {
        ReadOnlySpan<byte> host = HttpHost.Of(authority);
        if (host.IsEmpty)
        {
            bool had = _host is not null;
            _host = null;
            return had;
        }

        bool changed = WireText.Update(ref _host, host);
        if (_requests == 1)
        {
            _firstHost = _host;
        }

        return changed;
    }

    /// <summary>What the last request did not say does not stay from the one before.</summary>
    /// <returns>True when something went.</returns>
    public bool EndRequest(bool hasHost, bool hasUserAgent)
    {
        bool changed = (!hasHost && _host is not null) || (!hasUserAgent && UserAgent is not null);
        _host = hasHost ? _host : null;
        UserAgent = hasUserAgent ? UserAgent : null;
        return changed;
    }

    public HttpDetails ToDetails() => new()
    {
        Method = _method,
        Path = _path,
        Host = _host,
        UserAgent = UserAgent,
        Version = _version,
        Status = _status,
        Server = Server,
        ContentType = ContentType,
        Requests = _requests,
        Responses = _responses,
        FirstMethod = _firstMethod,
        FirstPath = _firstPath,
        FirstHost = _firstHost,
        UpgradedTo = UpgradedTo,
        IsDnsOverHttps = IsDnsOverHttps,
        TimeToFirstByte = TimeToFirstByte is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    /// <summary>Sets it from its last digit; 0 is that of HTTP/0.9, which has none.</summary>
    private void SetVersion(byte minorVersion) => _version = minorVersion == 0 ? "0.9" : Versions[minorVersion - '0'];

    /// <summary>Leaves the path in <paramref name="target"/>: no scheme, authority, query or fragment.</summary>
    /// <returns>The authority, or empty.</returns>
    private static ReadOnlySpan<byte> SplitTarget(ref ReadOnlySpan<byte> target, bool isConnect)
    {
        int secret = target.IndexOfAny((byte)'?', (byte)'#');
        target = secret < 0 ? target : target[..secret];
        if (isConnect)
        {
            target = target[(target.LastIndexOf((byte)'@') + 1)..];
            return target;
        }

        int scheme = target[..Math.Min(target.Length, InspectionLimits.TextCharacters)].IndexOf("://"u8);
        if (scheme <= 0 || target[0] == '/')
        {
            return default;
        }

        ReadOnlySpan<byte> behind = target[(scheme + "://"u8.Length)..];
        int slash = behind.IndexOf((byte)'/');
        target = slash < 0 ? "/"u8 : behind[slash..];
        return slash < 0 ? behind : behind[..slash];
    }

    private static ushort PortOf(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        return colon >= 0 && Utf8Parser.TryParse(authority[(colon + 1)..], out ushort port, out _) ? port : (ushort)0;
    }
}
