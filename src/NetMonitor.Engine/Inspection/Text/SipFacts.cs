using System.Buffers.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>What the messages of a SIP flow said, whichever transport they came on.</summary>
internal sealed class SipFacts
{
    private string? _method;
    private string? _from;
    private string? _to;
    private string? _callId;
    private string? _userAgent;
    private string? _server;
    private int? _status;
    private int _requests;
    private int _responses;
    private AnnouncedMedia[] _media = [];

    /// <summary>"SIP/2.0".</summary>
    public static ReadOnlySpan<byte> Version => "SIP/2.0"u8;

    /// <summary>Length of the body as the head says, or -1.</summary>
    public static long BodyLength(in TextMessage message)
    {
        ReadOnlySpan<byte> headers = message.Headers;
        while (TextMessage.TryReadField(ref headers, out var name, out var value))
        {
            if (Is(name, "Content-Length"u8, (byte)'l'))
            {
                return TextMessage.Number(value);
            }
        }

        return -1;
    }

    /// <summary>Takes what is to be known from a message.</summary>
    /// <returns>False when it is none.</returns>
    public bool Read(in TextMessage message, ReadOnlySpan<byte> body)
    {
        if (TextMessage.TryReadStatus(message.StartLine, Version, out int status))
        {
            _status = status;
            _responses++;
        }
        else if (TextMessage.TryReadRequest(message.StartLine, Version, out var method, out _))
        {
            WireText.Update(ref _method, method);
            _requests++;
        }
        else
        {
            return false;
        }

        ReadOnlySpan<byte> headers = message.Headers;
        bool describes = false;
        while (TextMessage.TryReadField(ref headers, out var name, out var value))
        {
            describes |= ReadField(name, value);
        }

        if (describes)
        {
            ReadDescription(body);
        }

        return true;
    }

    public SipDetails ToDetails() => new()
    {
        Method = _method,
        From = _from,
        To = _to,
        CallId = _callId,
        Status = _status,
        UserAgent = _userAgent,
        Server = _server,
        Requests = _requests,
        Responses = _responses,
        Media = _media,
    };

    /// <summary>A field by its name or its compact form (RFC 3261 section 7.3.3).</summary>
    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> full, byte compact) =>
        (compact != 0 && name.Length == 1 && (name[0] | 0x20) == compact) || TextLines.Is(name, full);

    /// <returns>True when it says that the body is a session description.</returns>
    private bool ReadField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Is(name, "From"u8, (byte)'f'))
        {
            TextUri.UpdateAddress(ref _from, value);
        }
        else if (Is(name, "To"u8, (byte)'t'))
        {
            TextUri.UpdateAddress(ref _to, value);
        }
        else if (Is(name, "Call-ID"u8, (byte)'i'))
        {
            WireText.Update(ref _callId, value);
        }
        else if (Is(name, "User-Agent"u8, 0))
        {
            WireText.Update(ref _userAgent, value);
        }
        else if (Is(name, "Server"u8, 0))
        {
            WireText.Update(ref _server, value);
        }
        else
        {
            return Is(name, "Content-Type"u8, (byte)'c') && TextLines.StartsWith(value, "application/sdp"u8);
        }

        return false;
    }

    /// <summary>"c=IN IP4 192.0.2.1" and "m=audio 49170 RTP/AVP 0" (RFC 8866 sections 5.7 and 5.14). A c= behind an m= is that
    /// medium's.</summary>
    private void ReadDescription(ReadOnlySpan<byte> body)
    {
        string? address = null;
        List<AnnouncedMedia> media = [];
        while (TextLines.TryRead(ref body, out var line) && media.Count <= InspectionLimits.SipMedia)
        {
            if (line.StartsWith("c="u8))
            {
                line = line["c="u8.Length..];
                _ = TextLines.Word(ref line);
                _ = TextLines.Word(ref line);
                string text = WireText.Clean(TextLines.Word(ref line));
                if (media.Count == 0)
                {
                    address = text;
                }
                else
                {
                    media[^1] = media[^1] with { Address = text };
                }
            }
            else if (line.StartsWith("m="u8) && media.Count < InspectionLimits.SipMedia)
            {
                line = line["m="u8.Length..];
                ReadOnlySpan<byte> kind = TextLines.Word(ref line);
                if (Utf8Parser.TryParse(TextLines.Word(ref line), out ushort port, out _))
                {
                    media.Add(new AnnouncedMedia(WireText.Clean(kind), address, port));
                }
            }
        }

        _media = [.. media];
    }
}
