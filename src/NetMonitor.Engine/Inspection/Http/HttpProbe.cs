using System.Buffers;

namespace NetMonitor.Inspection.Http;

/// <summary>The first line of an HTTP/1.x message (RFC 9112 sections 3 and 4), as far as it is there.</summary>
internal static class HttpProbe
{
    private const ushort HttpPort = 80;
    private const int LongestMethod = 32;   // bytes; RFC 9110 section 9 sets no limit, the longest registered one has 17
    private const int StatusCodeSize = 3;   // digits
    private const byte Space = (byte)' ';
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';
    private const byte Delete = 0x7F;

    /// <summary>"HTTP/1.": the digit after it is the minor version.</summary>
    public static ReadOnlySpan<byte> VersionPrefix => "HTTP/1."u8;

    private static readonly SearchValues<byte> MethodBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"u8);
    private static readonly SearchValues<byte> TargetControls = SearchValues.Create(
        [.. Enumerable.Range(0, Space).Where(b => b is not (LineFeed or CarriageReturn)).Select(b => (byte)b), Delete]);

    /// <summary>A request line that ends in HTTP/1.x, or a status line that begins so. RTSP and SIP have lines alike but for that (RFC
    /// 2326 section 6.1,
    /// RFC 3261 section 7.1).</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        // Empty lines before a request are ignored (RFC 9112 section 2.2).
        bytes = bytes.TrimStart("\r\n"u8);
        if (bytes.IsEmpty)
        {
            return Match.NeedMore;
        }

        Match response = ProbeStatusLine(bytes);
        return response == Match.No ? ProbeRequestLine(bytes, context.Uses(HttpPort)) : response;
    }

    /// <summary>The whole request of HTTP/0.9: "GET" and a path (RFC 1945 section 4.1).</summary>
    public static bool TryParseSimpleRequest(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> target)
    {
        ReadOnlySpan<byte> method = "GET "u8;
        target = line.StartsWith(method) ? line[method.Length..].Trim(Space) : default;
        return !target.IsEmpty && target[0] == '/' && !target.ContainsAny(TargetControls) && !target.Contains(Space);
    }

    /// <summary>Splits a request line without its line end.</summary>
    public static bool TryParseRequestLine(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out byte minorVersion)
    {
        method = target = default;
        minorVersion = 0;
        int methodEnd = line.IndexOf(Space);
        int targetEnd = line.LastIndexOf(Space);
        if (methodEnd is <= 0 or > LongestMethod || targetEnd <= methodEnd || line[..methodEnd].ContainsAnyExcept(MethodBytes))
        {
            return false;
        }

        ReadOnlySpan<byte> version = line[(targetEnd + 1)..];
        target = line[(methodEnd + 1)..targetEnd].Trim(Space);
        if (target.IsEmpty || !version.StartsWith(VersionPrefix) || version.Length != VersionPrefix.Length + 1
            || !char.IsAsciiDigit((char)version[^1]))
        {
            return false;
        }

        method = line[..methodEnd];
        minorVersion = version[^1];
        return true;
    }

    /// <summary>Splits a status line without its line end.</summary>
    public static bool TryParseStatusLine(ReadOnlySpan<byte> line, out int status, out byte minorVersion)
    {
        int codeAt = VersionPrefix.Length + 2;
        if (ProbeStatusLine(line) == Match.Yes)
        {
            minorVersion = line[VersionPrefix.Length];
            return int.TryParse(line.Slice(codeAt, StatusCodeSize), out status);
        }

        status = 0;
        minorVersion = 0;
        return false;
    }

    private static Match ProbeStatusLine(ReadOnlySpan<byte> bytes)
    {
        int codeAt = VersionPrefix.Length + 2; // behind the digit and the space
        int size = codeAt + StatusCodeSize;
        int there = Math.Min(bytes.Length, VersionPrefix.Length);
        if (!bytes[..there].SequenceEqual(VersionPrefix[..there]))
        {
            return Match.No;
        }

        for (int i = VersionPrefix.Length; i < Math.Min(bytes.Length, size); i++)
        {
            if (i == codeAt - 1 ? bytes[i] != Space : !char.IsAsciiDigit((char)bytes[i]))
            {
                return Match.No;
            }
        }

        return bytes.Length < size ? Match.NeedMore : Match.Yes;
    }

    private static Match ProbeRequestLine(ReadOnlySpan<byte> bytes, bool isHome)
    {
        int methodEnd = bytes.IndexOfAnyExcept(MethodBytes);
        if (methodEnd < 0)
        {
            return bytes.Length <= LongestMethod ? Match.NeedMore : Match.No;
        }

        if (methodEnd is 0 or > LongestMethod || bytes[methodEnd] != Space)
        {
            return Match.No;
        }

        int end = bytes.IndexOf(LineFeed);
        ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end].TrimEnd(CarriageReturn);
        if (line.ContainsAny(TargetControls))
        {
            return Match.No;
        }

        if (end < 0)
        {
            return Match.NeedMore;
        }

        // A request without a version is too little anywhere else.
        return (TryParseRequestLine(line, out _, out var target, out _) && IsTarget(target)) || (isHome && TryParseSimpleRequest(line, out _))
            ? Match.Yes : Match.No;
    }

    /// <summary>origin-form, absolute-form, authority-form or asterisk-form begin so (RFC 9112 section 3.2).</summary>
    private static bool IsTarget(ReadOnlySpan<byte> target) =>
        target[0] is (byte)'/' or (byte)'*' or (byte)'[' or (byte)'?' or (byte)'%' or (byte)'.' or (byte)'_' or > Delete
        || char.IsAsciiLetterOrDigit((char)target[0]);
}
