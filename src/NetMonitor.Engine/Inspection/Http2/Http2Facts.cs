using System.Globalization;
using NetMonitor.Inspection.Http;

namespace NetMonitor.Inspection.Http2;

/// <summary>The header fields of the block that one direction sent last. Texts stay from block to block, so that what is repeated costs nothing.</summary>
internal sealed class Http2Block : IHpackSink
{
    private readonly string?[] _values = new string?[Enum.GetValues<Http2Field>().Length];
    private int _seen;

    /// <summary>A field of the block, or null.</summary>
    public string? this[Http2Field field] => (_seen & (1 << (int)field)) != 0 ? _values[(int)field] : null;

    /// <summary>Forgets what the last block had.</summary>
    public void Begin() => _seen = 0;

    /// <inheritdoc/>
    public void Field(Http2Field field, string value)
    {
        _values[(int)field] = value;
        _seen |= 1 << (int)field;
    }

    /// <inheritdoc/>
    public void Field(Http2Field field, ReadOnlySpan<byte> value)
    {
        WireText.Update(ref _values[(int)field], value, InspectionLimits.PathCharacters);
        _seen |= 1 << (int)field;
    }
}

/// <summary>What the requests and responses of an HTTP/2 connection said.</summary>
internal sealed class Http2Facts
{
    private const int FirstFinalStatus = 200;

    private string? _method;
    private string? _path;
    private string? _host;
    private string? _userAgent;
    private int? _status;
    private string? _server;
    private string? _contentType;
    private int _requests;
    private int _responses;
    private string? _firstMethod;
    private string? _firstPath;
    private string? _firstHost;
    private string? _firstCall;
    private string? _lastCall;
    private int? _callStatus;
    private int _calls;

    /// <summary>Error code of the last GOAWAY.</summary>
    public long? ErrorCode { get; set; }

    /// <summary>Nanoseconds from a request to the first byte of its response.</summary>
    public long? TimeToFirstByte { get; set; }

    /// <summary>True when one was a gRPC call.</summary>
    public bool IsGrpc => _calls > 0;

    /// <summary>True when one carried DNS.</summary>
    public bool IsDnsOverHttps { get; private set; }

    /// <summary>Takes a block.</summary>
    /// <returns>True when it said something.</returns>
    public bool Read(Http2Block block)
    {
        if (block[Http2Field.Method] is { } method)
        {
            ReadRequest(method, block);
        }
        else if (int.TryParse(block[Http2Field.Status], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            if (status < FirstFinalStatus)
            {
                return false;
            }

            _status = status;
            _responses++;
            _server = block[Http2Field.Server] ?? _server;
            _contentType = block[Http2Field.ContentType];
            IsDnsOverHttps |= HttpDns.IsContentType(_contentType);
            ReadCallStatus(block);
        }
        else
        {
            return ReadCallStatus(block); // Trailers; the beginning of the response may have been missed too.
        }

        return true;
    }

    public ApplicationDetails ToDetails()
    {
        Http2Details http = new()
        {
            Method = _method,
            Path = _path,
            Host = _host,
            UserAgent = _userAgent,
            Status = _status,
            Server = _server,
            ContentType = _contentType,
            Requests = _requests,
            Responses = _responses,
            FirstMethod = _firstMethod,
            FirstPath = _firstPath,
            FirstHost = _firstHost,
            ErrorCode = ErrorCode,
            IsDnsOverHttps = IsDnsOverHttps,
            TimeToFirstByte = TimeToFirstByte is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
        };
        if (!IsGrpc)
        {
            return http;
        }

        (string? service, string? method) = Call(_lastCall);
        (string? firstService, string? firstMethod) = Call(_firstCall);
        return new GrpcDetails
        {
            Service = service,
            Method = method,
            FirstService = firstService,
            FirstMethod = firstMethod,
            Status = _callStatus,
            Calls = _calls,
            Outer = http,
        };
    }

    /// <summary>A path is "/" service "/" method.</summary>
    private static (string? Service, string? Method) Call(string? path)
    {
        int slash = path?.LastIndexOf('/') ?? -1;
        return slash <= 0 ? (path, null) : (path![..slash].TrimStart('/'), path[(slash + 1)..]);
    }

    private void ReadRequest(string method, Http2Block block)
    {
        _method = method;
        _path = block[Http2Field.Path];
        _host = HttpHost.Of(block[Http2Field.Authority] ?? block[Http2Field.Host]); // RFC 9113 section 8.3.1
        _userAgent = block[Http2Field.UserAgent];
        _requests++;
        if (_requests == 1)
        {
            (_firstMethod, _firstPath, _firstHost) = (_method, _path, _host);
        }

        string? content = block[Http2Field.ContentType];
        IsDnsOverHttps |= HttpDns.IsContentType(content) || HttpDns.IsPath(_path);

        // "application/grpc", perhaps with "+proto" behind it
        if (content?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true)
        {
            _calls++;
            _lastCall = _path;
            _firstCall ??= _path;
        }
    }

    private bool ReadCallStatus(Http2Block block)
    {
        if (!int.TryParse(block[Http2Field.GrpcStatus], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            return false;
        }

        _callStatus = status;
        return true;
    }
}
