using System.Text;

namespace NetMonitor.Inspection.Services;

/// <summary>SSDP, the discovery of UPnP (UPnP Device Architecture 2.0 section 1): HTTP's header format in a datagram.</summary>
internal sealed class Ssdp : Messages
{
    private const ushort Port = 1900;

    private string? _method;
    private string? _target;
    private string? _usn;
    private string? _server;
    private string? _agent;
    private string? _location;

    private static ReadOnlySpan<byte> Search => "M-SEARCH * HTTP/1."u8;

    private static ReadOnlySpan<byte> Notify => "NOTIFY * HTTP/1."u8;

    private static ReadOnlySpan<byte> Response => "HTTP/1.1 200"u8;

    /// <inheritdoc/>
    public override string Application => "SSDP";

    /// <summary>A request line of its own, or a response that names what was searched for.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool response = bytes.StartsWith(Response) && (context.Uses(Port) || HasField(bytes, "ST"u8) && HasField(bytes, "USN"u8));
        return response || bytes.StartsWith(Search) || bytes.StartsWith(Notify) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        string? method = message.StartsWith(Search) ? "M-SEARCH"
            : message.StartsWith(Notify) ? "NOTIFY"
            : message.StartsWith(Response) ? "response" : null;
        if (method is null)
        {
            return Reading.Reject;
        }

        bool learned = Set(ref _method, method);
        NextLine(ref message);
        while (NextLine(ref message) is { IsEmpty: false } line)
        {
            int colon = line.IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
            if (value.IsEmpty)
            {
                continue;
            }

            learned |= Is(name, "ST"u8) || Is(name, "NT"u8) ? WireText.Update(ref _target, value)
                : Is(name, "USN"u8) ? WireText.Update(ref _usn, value)
                : Is(name, "SERVER"u8) ? WireText.Update(ref _server, value)
                : Is(name, "USER-AGENT"u8) ? WireText.Update(ref _agent, value)
                : Is(name, "LOCATION"u8) && WireText.Update(ref _location, HostOf(value));
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new SsdpDetails
    {
        Method = _method,
        Target = _target,
        UniqueName = _usn,
        Server = _server,
        UserAgent = _agent,
        LocationHost = string.IsNullOrEmpty(_location) ? null : _location,
    };

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name.Trim(" \t"u8), expected);

    private static bool HasField(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        NextLine(ref message);
        while (NextLine(ref message) is { IsEmpty: false } line)
        {
            int colon = line.IndexOf((byte)':');
            if (colon > 0 && Is(line[..colon], name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a line off the front.</summary>
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }

    /// <summary>"192.0.2.1:49152" of "http://user@192.0.2.1:49152/path?query".</summary>
    private static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> url)
    {
        int scheme = url.IndexOf("://"u8);
        if (scheme < 0)
        {
            return default;
        }

        ReadOnlySpan<byte> authority = url[(scheme + 3)..];
        int end = authority.IndexOfAny("/?#"u8);
        authority = end < 0 ? authority : authority[..end];
        return authority[(authority.LastIndexOf((byte)'@') + 1)..];
    }
}
