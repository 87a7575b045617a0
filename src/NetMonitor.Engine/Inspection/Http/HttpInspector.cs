using System.Buffers.Text;
using NetMonitor.Inspection.Dns;
using NetMonitor.Inspection.Http2;
using NetMonitor.Inspection.Ssh;

namespace NetMonitor.Inspection.Http;

/// <summary>
/// HTTP/1.0 and 1.1 (RFC 9112): every request and response of a connection, pipelined or not. Reads line by line, skips bodies unread but
/// for those of DNS (RFC 8484), and hands over after CONNECT and status 101.
/// </summary>
internal sealed partial class HttpInspector(FlowContext context) : StreamInspector
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';
    private const byte Colon = (byte)':';
    private const int SwitchingProtocols = 101;

    private enum Expect : byte
    {
        StartLine,
        Headers,
        ChunkSize,
        ChunkEnd,
        Trailers,
        Dns, // a body, or a chunk of one, that is a DNS message
        Answer, // the client after CONNECT: what comes depends on the server
        Nothing,
    }

    private enum Request : byte
    {
        Other,
        Head,
        Connect,
    }

    private struct Direction
    {
        public Expect Expect;
        public bool Synchronized;      // a message began where one was expected
        public bool IsResponse;
        public long Searched;          // bytes passed in search of a first message
        public int HeaderBytes;
        public Request Kind;           // of this request, or of the one this response answers
        public long? ContentLength;
        public bool HasTransferEncoding;
        public bool IsChunked;
        public bool HasHost;
        public bool HasUserAgent;
        public bool HasContentType;
        public bool IsDns;
        public int DnsLength;          // bytes of the message that comes
        public long Begun;             // when the first byte of the message that begins here came, or 0
    }

    private readonly HttpFacts _facts = new();
    private readonly Queue<Request> _unanswered = new();
    private readonly Queue<long> _asked = new(); // when the header sections of the first of them ended
    private long _now;
    private Direction _originator;
    private Direction _responder;
    private bool _unmatched;           // too many requests were waiting: responses can no longer be told apart
    private Upgrade? _upgrade;
    private DnsConversation? _dns;

    /// <inheritdoc/>
    public override string Application => _facts.IsDnsOverHttps ? HttpDns.Application : "HTTP";

    /// <inheritdoc/>
    internal override Side? Opener => _originator.Synchronized ? _originator.IsResponse ? Side.Responder : Side.Originator
        : !_responder.Synchronized ? null : _responder.IsResponse ? Side.Originator : Side.Responder;

    /// <inheritdoc/>
    public override Upgrade? Upgrade => _upgrade;

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        ref Direction direction = ref from == Side.Originator ? ref _originator : ref _responder;
        long consumed = 0;
        _now = timestamp;
        while (consumed < window.Length && direction.Expect is not (Expect.Nothing or Expect.Answer))
        {
            ReadOnlySpan<byte> rest = window[(int)consumed..];
            if (direction.Expect == Expect.StartLine && direction.Begun == 0)
            {
                direction.Begun = timestamp;
            }

            Match ssh = direction.Expect == Expect.StartLine && !direction.Synchronized ? SshVersionLine.Probe(rest) : Match.No;
            if (ssh == Match.Yes)
            {
                // Somebody asked an SSH server for a page: what the server says of itself is stronger.
                _upgrade = new Upgrade(context, new SshInspector(context));
                Changed();
                return new Progress(consumed, Outcome.Upgraded);
            }

            if (ssh == Match.NeedMore)
            {
                break;
            }

            if (direction.Expect == Expect.StartLine && !direction.Synchronized && !Synchronize(from, ref direction, rest, ref consumed))
            {
                break;
            }

            if (direction.Expect == Expect.Dns)
            {
                if (rest.Length < direction.DnsLength)
                {
                    break;
                }

                ReadDns(ref direction, rest[..direction.DnsLength], timestamp);
                consumed += direction.DnsLength;
                continue;
            }

            int end = rest.IndexOf(LineFeed);
            if (end < 0)
            {
                break;
            }

            consumed += end + 1;
            long skip = ReadLine(ref direction, rest[..end].TrimEnd(CarriageReturn));
            if (_upgrade is not null)
            {
                Changed();
                return new Progress(consumed, Outcome.Upgraded);
            }

            consumed = skip > long.MaxValue - consumed ? long.MaxValue : consumed + skip;
        }

        if (direction.Expect == Expect.Nothing)
        {
            consumed = long.MaxValue;
        }

        bool over = _originator.Expect == Expect.Nothing && _responder.Expect == Expect.Nothing;
        return new Progress(consumed, over ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    internal override DnsResolutions? Resolutions => _dns?.Resolutions;

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => HttpDns.Details(_dns, _facts.ToDetails());

    /// <summary>Joined in the middle of a message: passes over what is not the beginning of one.</summary>
    private bool Synchronize(Side from, ref Direction direction, ReadOnlySpan<byte> rest, ref long consumed)
    {
        Match match = HttpProbe.Probe(context, from, rest);
        if (match == Match.No || (match == Match.NeedMore && rest.Length >= InspectionLimits.DetectionWindow))
        {
            consumed += rest.Length;
            direction.Searched += rest.Length;
            direction.Begun = 0;
            if (direction.Searched > InspectionLimits.HttpResyncBytes)
            {
                direction.Expect = Expect.Nothing;
            }
        }

        direction.Synchronized = match == Match.Yes;
        return direction.Synchronized;
    }

    /// <returns>Bytes to skip behind the line.</returns>
    private long ReadLine(ref Direction direction, ReadOnlySpan<byte> line)
    {
        switch (direction.Expect)
        {
            case Expect.StartLine:
                ReadStartLine(ref direction, line);
                return 0;

            case Expect.Headers:
                direction.HeaderBytes += line.Length;
                if (direction.HeaderBytes > InspectionLimits.HttpHeaderBytes)
                {
                    direction.Expect = Expect.Nothing;
                    return 0;
                }

                if (line.IsEmpty)
                {
                    return EndHeaders(ref direction);
                }

                ReadHeader(ref direction, line);
                return 0;

            case Expect.ChunkSize:
                return ReadChunkSize(ref direction, line);

            case Expect.ChunkEnd:
                direction.Expect = line.IsEmpty ? Expect.ChunkSize : Expect.Nothing;
                return 0;

            case Expect.Trailers:
                if (line.IsEmpty)
                {
                    direction.Expect = Expect.StartLine;
                }

                return 0;

            default:
                return 0;
        }
    }

    private void ReadStartLine(ref Direction direction, ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            direction.Begun = 0;
            return;
        }

        Direction fresh = new() { Synchronized = true, Expect = Expect.Headers, HeaderBytes = line.Length };
        if (HttpProbe.TryParseStatusLine(line, out int status, out byte minorVersion))
        {
            fresh.IsResponse = true;
            bool interim = IsInterim(status);
            fresh.Kind = interim ? (_unanswered.TryPeek(out Request waiting) ? waiting : Request.Other)
                : _unanswered.TryDequeue(out Request answered) ? answered : Request.Other;
            _facts.BeginResponse(status, minorVersion, interim);
            if ((!interim || status == SwitchingProtocols) && _asked.TryDequeue(out long asked) && direction.Begun >= asked)
            {
                _facts.TimeToFirstByte = direction.Begun - asked;
            }
        }
        else if (HttpProbe.TryParseRequestLine(line, out var method, out var target, out minorVersion))
        {
            fresh.Kind = method.SequenceEqual("HEAD"u8) ? Request.Head
                : method.SequenceEqual("CONNECT"u8) ? Request.Connect : Request.Other;
            if (_unanswered.Count < InspectionLimits.HttpPipeline && !_unmatched)
            {
                _unanswered.Enqueue(fresh.Kind);
            }
            else
            {
                _unmatched = true;
                _unanswered.Clear();
                _asked.Clear();
            }

            fresh.HasHost = _facts.BeginRequest(method, target, minorVersion, fresh.Kind == Request.Connect);
        }
        else if (HttpProbe.TryParseSimpleRequest(line, out target))
        {
            fresh.Expect = Expect.Nothing; // The response has no header, and the connection ends with it.
            _facts.BeginRequest("GET"u8, target, minorVersion: 0, isConnect: false);
        }
        else
        {
            direction.Expect = Expect.Nothing;
            return;
        }

        direction = fresh;
        Changed();
    }

    private void ReadHeader(ref Direction direction, ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf(Colon);
        if (colon <= 0)
        {
            return; // obs-fold (RFC 9112 section 5.2), or nonsense: neither is among the fields that count
        }

        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        bool changed = false;
        switch (HttpField.Find(line[..colon].TrimEnd(" \t"u8)))
        {
            case HttpField.Name.Host when !direction.IsResponse && !direction.HasHost:
                direction.HasHost = true;
                changed = _facts.SetHost(value);
                break;
            case HttpField.Name.UserAgent when !direction.IsResponse && !direction.HasUserAgent:
                direction.HasUserAgent = true;
                changed = WireText.Update(ref _facts.UserAgent, value);
                break;
            case HttpField.Name.Server when direction.IsResponse:
                changed = WireText.Update(ref _facts.Server, value);
                break;
            case HttpField.Name.ContentType when !direction.HasContentType:
                direction.HasContentType = true;
                direction.IsDns = HttpDns.IsContentType(value);
                changed = (direction.IsResponse && WireText.Update(ref _facts.ContentType, value)) | IsNewDns(value);
                break;
            case HttpField.Name.Upgrade when direction.IsResponse && _facts.LastStatus == SwitchingProtocols:
                changed = WireText.Update(ref _facts.UpgradedTo, value);
                break;
            case HttpField.Name.WebSocketProtocol when direction.IsResponse:
                WireText.Update(ref _facts.WebSocketProtocol, value);
                break;
            case HttpField.Name.WebSocketExtensions when direction.IsResponse:
                WireText.Update(ref _facts.WebSocketExtensions, value);
                break;
            case HttpField.Name.ContentLength:
                direction.ContentLength = Utf8Parser.TryParse(value, out long length, out _) && length >= 0 ? length : null;
                break;
            case HttpField.Name.TransferEncoding:
                direction.HasTransferEncoding = true;
                direction.IsChunked = HttpField.EndsWith(value, "chunked"u8); // It is the last coding (RFC 9112 section 6.1).
                break;
            default:
                break;
        }

        if (changed)
        {
            Changed();
        }
    }

    /// <summary>Who follows status 101; null when the content is to tell.</summary>
    private StreamInspector? Successor() => _facts.UpgradedTo?.ToLowerInvariant() switch
    {
        "websocket" => new WebSocketInspector(_facts.WebSocketProtocol, _facts.WebSocketExtensions),
        "h2c" => new Http2Inspector(), // RFC 7540 section 3.2; RFC 9113 no longer has it
        _ => null,
    };

    private bool IsNewDns(ReadOnlySpan<byte> contentType)
    {
        bool isNew = !_facts.IsDnsOverHttps && HttpDns.IsContentType(contentType);
        _facts.IsDnsOverHttps |= isNew;
        return isNew;
    }
}
