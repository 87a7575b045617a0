using System.Text;

namespace NetMonitor.Inspection.Http2;

/// <summary>The header fields of HTTP/2 that are read (RFC 9113 section 8.3, RFC 9110). Values of all others, cookies and credentials among
/// them, are never kept.</summary>
internal enum Http2Field : byte
{
    Other,
    Authority,
    Host,
    Method,
    Path,
    Status,
    UserAgent,
    Server,
    ContentType,
    GrpcStatus,
    Protocol, // extended CONNECT (RFC 8441)
}

/// <summary>A header field as far as it is kept.</summary>
/// <param name="Field">Which.</param>
/// <param name="Value">Its value, cleaned; null when it is not read.</param>
/// <param name="NameLength">Bytes of its name.</param>
/// <param name="ValueLength">Bytes of its value.</param>
internal readonly record struct HpackEntry(Http2Field Field, string? Value, int NameLength, int ValueLength)
{
    /// <summary>What an entry counts besides its name and value (RFC 7541 section 4.1).</summary>
    private const int Overhead = 32;

    /// <summary>What it counts in the table.</summary>
    public long Size => (long)NameLength + ValueLength + Overhead;
}

/// <summary>The static table and one direction's dynamic table of HPACK (RFC 7541 sections 2.3, 4 and appendix A).</summary>
internal sealed class HpackTable
{
    private const int DefaultSize = 4096; // SETTINGS_HEADER_TABLE_SIZE at the start (RFC 9113 section 6.5.2)

    // Appendix A.
    private static readonly HpackEntry[] Static = BuildStatic();

    private readonly List<HpackEntry> _entries = []; // oldest first
    private long _size;
    private int _limit = DefaultSize;

    /// <summary>True when the sender's table is larger than is followed: from then on, what refers to it is unknown.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The entry of an index (section 2.3.3); an unread one when there is none.</summary>
    public HpackEntry this[int index]
    {
        get
        {
            if (index < Static.Length)
            {
                return Static[index];
            }

            int at = _entries.Count - 1 - (index - Static.Length);
            return at >= 0 && !IsLost ? _entries[at] : default;
        }
    }

    /// <summary>A field by its name, which is lower case (RFC 9113 section 8.2).</summary>
    public static Http2Field Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("host"u8) => Http2Field.Host,
        5 when name.SequenceEqual(":path"u8) => Http2Field.Path,
        6 when name.SequenceEqual("server"u8) => Http2Field.Server,
        7 when name.SequenceEqual(":method"u8) => Http2Field.Method,
        7 when name.SequenceEqual(":status"u8) => Http2Field.Status,
        9 when name.SequenceEqual(":protocol"u8) => Http2Field.Protocol,
        10 when name.SequenceEqual(":authority"u8) => Http2Field.Authority,
        10 when name.SequenceEqual("user-agent"u8) => Http2Field.UserAgent,
        11 when name.SequenceEqual("grpc-status"u8) => Http2Field.GrpcStatus,
        12 when name.SequenceEqual("content-type"u8) => Http2Field.ContentType,
        _ => Http2Field.Other,
    };

    /// <summary>Takes a new entry; the oldest go to make room (section 4.4).</summary>
    public void Add(in HpackEntry entry)
    {
        Shrink(_limit - entry.Size);
        if (entry.Size <= _limit)
        {
            _entries.Add(entry);
            _size += entry.Size;
        }
    }

    /// <summary>A dynamic table size update (section 6.3).</summary>
    public void Resize(int limit)
    {
        IsLost |= limit > InspectionLimits.HpackTableBytes;
        _limit = Math.Min(limit, InspectionLimits.HpackTableBytes);
        Shrink(_limit);
    }

    private void Shrink(long size)
    {
        int gone = 0;
        for (; gone < _entries.Count && _size > size; gone++)
        {
            _size -= _entries[gone].Size;
        }

        _entries.RemoveRange(0, gone);
    }

    private static HpackEntry[] BuildStatic()
    {
        // Every name counts by its length where an entry is made from it; values only where they are read.
        (string Name, string? Value)[] rows =
        [
            (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", null),
            (":scheme", null), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
            (":status", "404"), (":status", "500"), ("accept-charset", null), ("accept-encoding", null), ("accept-language", null),
            ("accept-ranges", null), ("accept", null), ("access-control-allow-origin", null), ("age", null), ("allow", null),
            ("authorization", null), ("cache-control", null), ("content-disposition", null), ("content-encoding", null),
            ("content-language", null), ("content-length", null), ("content-location", null), ("content-range", null), ("content-type", ""),
            ("cookie", null), ("date", null), ("etag", null), ("expect", null), ("expires", null), ("from", null), ("host", null),
            ("if-match", null), ("if-modified-since", null), ("if-none-match", null), ("if-range", null), ("if-unmodified-since", null),
            ("last-modified", null), ("link", null), ("location", null), ("max-forwards", null), ("proxy-authenticate", null),
            ("proxy-authorization", null), ("range", null), ("referer", null), ("refresh", null), ("retry-after", null), ("server", ""),
            ("set-cookie", null), ("strict-transport-security", null), ("transfer-encoding", null), ("user-agent", ""), ("vary", null),
            ("via", null), ("www-authenticate", null),
        ];
        return
        [
            default, // Indices begin at 1.
            .. rows.Select(row => new HpackEntry(Find(Encoding.ASCII.GetBytes(row.Name)), row.Value, row.Name.Length, row.Value?.Length ?? 0)),
        ];
    }
}
