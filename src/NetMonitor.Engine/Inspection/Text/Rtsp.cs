using System.Buffers.Binary;

namespace NetMonitor.Inspection.Text;

/// <summary>RTSP 1.0 (RFC 2326) and 2.0 (RFC 7826) over TCP, with media interleaved (section 14 of the latter), which is skipped.</summary>
internal sealed class Rtsp : StreamInspector
{
    private const byte Interleaved = (byte)'$';
    private const int FrameLengthAt = 2;
    private const int FrameHeaderSize = 4; // bytes: '$', channel, length

    private string? _method;
    private string? _path;
    private string? _userAgent;
    private string? _server;
    private int? _status;
    private int _requests;

    private static ReadOnlySpan<byte> Version1 => "RTSP/1.0"u8;

    private static ReadOnlySpan<byte> Version2 => "RTSP/2.0"u8;

    /// <inheritdoc/>
    public override string Application => "RTSP";

    /// <summary>A start line of either version.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match match = TextMessage.Probe(bytes, Version1);
        return match == Match.No ? TextMessage.Probe(bytes, Version2) : match;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        long consumed = 0;
        while (consumed < window.Length)
        {
            ReadOnlySpan<byte> rest = window[(int)consumed..];
            if (rest[0] == Interleaved)
            {
                if (rest.Length < FrameHeaderSize)
                {
                    break;
                }

                consumed += FrameHeaderSize + BinaryPrimitives.ReadUInt16BigEndian(rest[FrameLengthAt..]);
                continue;
            }

            int blank = rest.IndexOfAnyExcept("\r\n"u8);
            if (blank != 0)
            {
                consumed += blank < 0 ? rest.Length : blank;
                continue;
            }

            if (!TextMessage.TryRead(rest, out TextMessage message))
            {
                break;
            }

            consumed += message.BodyAt + Math.Max(Read(message), 0);
        }

        return new Progress(consumed, Outcome.More);
    }

    /// <inheritdoc/>
    public override void End(Side from, ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty && rest[0] != Interleaved)
        {
            Read(TextMessage.Read(rest.TrimStart("\r\n"u8)));
        }
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() =>
        new RtspDetails
        {
            Method = _method,
            Path = _path,
            UserAgent = _userAgent,
            Server = _server,
            Status = _status,
            Requests = _requests,
        };

    /// <returns>Length of the body, or less than 1 when there is none.</returns>
    private long Read(in TextMessage message)
    {
        bool isRequest = false;
        if (TextMessage.TryReadStatus(message.StartLine, Version1, out int status)
            || TextMessage.TryReadStatus(message.StartLine, Version2, out status))
        {
            _status = status;
        }
        else if (TextMessage.TryReadRequest(message.StartLine, Version1, out var method, out var target)
            || TextMessage.TryReadRequest(message.StartLine, Version2, out method, out target))
        {
            isRequest = true;
            _requests++;
            WireText.Update(ref _method, method);
            if (_path is null && target.Length > 1)
            {
                TextUri.UpdatePath(ref _path, target);
            }
        }
        else
        {
            return 0;
        }

        long length = 0;
        ReadOnlySpan<byte> headers = message.Headers;
        while (TextMessage.TryReadField(ref headers, out var name, out var value))
        {
            if (TextLines.Is(name, "Content-Length"u8))
            {
                length = TextMessage.Number(value);
            }
            else if (isRequest && TextLines.Is(name, "User-Agent"u8))
            {
                WireText.Update(ref _userAgent, value);
            }
            else if (!isRequest && TextLines.Is(name, "Server"u8))
            {
                WireText.Update(ref _server, value);
            }
        }

        Changed();
        return length;
    }
}
