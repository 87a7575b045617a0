using System.Buffers;
using System.Buffers.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>
/// A message of SIP (RFC 3261 section 7) or RTSP (RFC 7826 section 5) over the bytes it was read from: a start line, header fields, an
/// empty line, a body.
/// </summary>
internal readonly ref struct TextMessage
{
    private const int StatusSize = 3; // digits
    private const int LongestMethod = 20;
    private static readonly SearchValues<byte> Upper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"u8);

    private TextMessage(ReadOnlySpan<byte> startLine, ReadOnlySpan<byte> headers, int bodyAt)
    {
        StartLine = startLine;
        Headers = headers;
        BodyAt = bodyAt;
    }

    public ReadOnlySpan<byte> StartLine { get; }

    /// <summary>The lines between it and the empty one.</summary>
    public ReadOnlySpan<byte> Headers { get; }

    /// <summary>Where the body begins.</summary>
    public int BodyAt { get; }

    /// <summary>Reads the message at the front. False while the empty line is missing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TextMessage message)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        message = end < 0 ? default : From(bytes[..(end + 2)], end + 4);
        return end >= 0;
    }

    /// <summary>Reads what there is of a message that will not be more: a datagram.</summary>
    public static TextMessage Read(ReadOnlySpan<byte> bytes) =>
        TryRead(bytes, out TextMessage message) ? message : From(bytes, bytes.Length);

    /// <summary>Takes the next header field off the front; lines that go on with one (folding, obsolete) are passed over.</summary>
    public static bool TryReadField(scoped ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (TextLines.TryRead(ref headers, out var line))
        {
            int colon = line.IndexOf((byte)':');
            if (colon > 0 && line[0] is not ((byte)' ' or (byte)'\t'))
            {
                name = line[..colon].TrimEnd(" \t"u8);
                value = line[(colon + 1)..].Trim(" \t"u8);
                return true;
            }
        }

        name = value = default;
        return false;
    }

    /// <summary>A number of digits only, or -1.</summary>
    public static long Number(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out uint number, out int used) && used == value.Length ? number : -1;

    /// <summary>"VERSION status reason".</summary>
    public static bool TryReadStatus(ReadOnlySpan<byte> line, ReadOnlySpan<byte> version, out int status)
    {
        status = 0;
        int at = version.Length + 1;
        return line.Length >= at + StatusSize && line.StartsWith(version) && line[at - 1] == ' '
            && (line.Length == at + StatusSize || line[at + StatusSize] == ' ')
            && Utf8Parser.TryParse(line.Slice(at, StatusSize), out status, out int used) && used == StatusSize && status >= 100;
    }

    /// <summary>"METHOD target VERSION".</summary>
    public static bool TryReadRequest(
        ReadOnlySpan<byte> line, ReadOnlySpan<byte> version, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target)
    {
        int methodEnd = line.IndexOf((byte)' ');
        int targetEnd = line.LastIndexOf((byte)' ');
        bool fits = methodEnd is > 0 and <= LongestMethod && targetEnd > methodEnd && line[(targetEnd + 1)..].SequenceEqual(version)
            && !line[..methodEnd].ContainsAnyExcept(Upper);
        method = fits ? line[..methodEnd] : default;
        target = fits ? line[(methodEnd + 1)..targetEnd].Trim((byte)' ') : default;
        return fits && !target.IsEmpty;
    }

    /// <summary>Whether the bytes begin with a start line of the version.</summary>
    public static Match Probe(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> version)
    {
        bytes = bytes.TrimStart("\r\n"u8); // Keep-alives may come first (RFC 3261 section 7.5).
        if (bytes.IsEmpty)
        {
            return Match.NeedMore;
        }

        Match response = TextLines.Prefix(bytes, version);
        if (response == Match.No)
        {
            int methodEnd = bytes.IndexOfAnyExcept(Upper);
            if (methodEnd < 0 ? bytes.Length > LongestMethod : methodEnd is 0 or > LongestMethod || bytes[methodEnd] != ' ')
            {
                return Match.No;
            }
        }

        Match whole = TextLines.Probe(bytes, out var line);
        if (whole != Match.Yes)
        {
            return whole;
        }

        return TryReadStatus(line, version, out _) || TryReadRequest(line, version, out _, out _) ? Match.Yes : Match.No;
    }

    private static TextMessage From(ReadOnlySpan<byte> head, int bodyAt)
    {
        ReadOnlySpan<byte> headers = head;
        return TextLines.TryRead(ref headers, out var startLine)
            ? new TextMessage(startLine, headers, bodyAt)
            : new TextMessage(head, default, bodyAt);
    }
}
