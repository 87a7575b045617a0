using System.Buffers.Text;
using NetMonitor.Inspection.Dns;

namespace NetMonitor.Inspection.Http;

/// <content>What follows a header section: how long it is, and the DNS message it may be.</content>
internal sealed partial class HttpInspector
{
    private const int NoContent = 204;
    private const int NotModified = 304;

    /// <summary>Decides how long the body is (RFC 9112 section 6.3).</summary>
    /// <returns>Its length, or the greatest number when it lasts until the connection closes.</returns>
    private long EndHeaders(ref Direction direction)
    {
        int status = _facts.LastStatus;
        direction.Expect = Expect.StartLine;
        if (direction.IsResponse)
        {
            if (status == SwitchingProtocols)
            {
                _upgrade = new Upgrade(context, Successor());
                return 0;
            }

            if (!direction.HasContentType && !IsInterim(status) && _facts.ContentType is not null)
            {
                _facts.ContentType = null;
                Changed();
            }

            if (direction.Kind == Request.Connect && !IsInterim(status))
            {
                return EndConnect(status, ref direction);
            }

            if (IsInterim(status) || status is NoContent or NotModified || direction.Kind == Request.Head)
            {
                return 0;
            }
        }
        else
        {
            if (_asked.Count < _unanswered.Count) // Else it was answered before it ended.
            {
                _asked.Enqueue(_now);
            }

            if (_facts.EndRequest(direction.HasHost, direction.HasUserAgent))
            {
                Changed();
            }

            if (direction.Kind == Request.Connect)
            {
                direction.Expect = Expect.Answer;
                return 0;
            }
        }

        return BodyLength(ref direction);
    }

    private static long BodyLength(ref Direction direction)
    {
        if (direction.IsChunked)
        {
            direction.Expect = Expect.ChunkSize;
            return 0;
        }

        if (direction.ContentLength is { } length && !direction.HasTransferEncoding)
        {
            return BeginDns(ref direction, length) ? 0 : length;
        }

        bool untilClose = direction.IsResponse || direction.HasTransferEncoding;
        direction.Expect = untilClose ? Expect.Nothing : Expect.StartLine;
        return untilClose ? long.MaxValue : 0;
    }

    /// <summary>A 2xx to CONNECT opens a tunnel to the host and port that were asked for (RFC 9110 section 9.3.6).</summary>
    private long EndConnect(int status, ref Direction direction)
    {
        const int Success = 2;
        const int Hundred = 100;
        if (status / Hundred == Success)
        {
            ushort port = _facts.ConnectPort;
            bool originatorAsked = !_originator.IsResponse && _responder.IsResponse;
            _upgrade = new Upgrade(originatorAsked ? context with { ResponderPort = port } : context with { OriginatorPort = port });
            return 0;
        }

        // Refused: the client may ask again.
        ref Direction client = ref _originator.Expect == Expect.Answer ? ref _originator : ref _responder;
        if (client.Expect == Expect.Answer)
        {
            client.Expect = Expect.StartLine;
        }

        return BodyLength(ref direction);
    }

    /// <summary>Whether a body, or a chunk, is read because it is DNS.</summary>
    private static bool BeginDns(ref Direction direction, long length)
    {
        if (!direction.IsDns || length is < DnsMessage.HeaderSize or > InspectionLimits.DnsMessageBytes)
        {
            return false;
        }

        direction.DnsLength = (int)length;
        direction.Expect = Expect.Dns;
        return true;
    }

    private void ReadDns(ref Direction direction, ReadOnlySpan<byte> body, long timestamp)
    {
        direction.Expect = direction.IsChunked ? Expect.ChunkEnd : Expect.StartLine;
        if (HttpDns.TryAdd(ref _dns, body, timestamp))
        {
            Changed();
        }
    }

    private static long ReadChunkSize(ref Direction direction, ReadOnlySpan<byte> line)
    {
        // chunk-size in hexadecimal, perhaps with extensions behind it (RFC 9112 section 7.1)
        if (!Utf8Parser.TryParse(line, out long size, out _, 'X') || size < 0)
        {
            direction.Expect = Expect.Nothing;
            return 0;
        }

        direction.Expect = size == 0 ? Expect.Trailers : Expect.ChunkEnd;
        return BeginDns(ref direction, size) ? 0 : size;
    }

    private static bool IsInterim(int status)
    {
        const int FirstInterim = 100;
        const int FirstFinal = 200;
        return status is >= FirstInterim and < FirstFinal;
    }
}
