using System.Collections.Frozen;
using NetMonitor.Inspection.Http2;

namespace NetMonitor.Inspection.Http3;

/// <summary>Reads field sections of HTTP/3 (RFC 9204 section 4.5): literals and the static table. What refers to the dynamic table is passed over.</summary>
internal static class QpackReader
{
    private const int LongestValue = 4 * InspectionLimits.PathCharacters;
    private const int LongestName = 32; // bytes; no name that is read is longer

    // Appendix A, the entries that are read.
    private static readonly FrozenDictionary<int, (Http2Field Field, string Value)> Static = new Dictionary<int, (Http2Field, string)>
    {
        [0] = (Http2Field.Authority, ""),
        [1] = (Http2Field.Path, "/"),
        [15] = (Http2Field.Method, "CONNECT"),
        [16] = (Http2Field.Method, "DELETE"),
        [17] = (Http2Field.Method, "GET"),
        [18] = (Http2Field.Method, "HEAD"),
        [19] = (Http2Field.Method, "OPTIONS"),
        [20] = (Http2Field.Method, "POST"),
        [21] = (Http2Field.Method, "PUT"),
        [24] = (Http2Field.Status, "103"),
        [25] = (Http2Field.Status, "200"),
        [26] = (Http2Field.Status, "304"),
        [27] = (Http2Field.Status, "404"),
        [28] = (Http2Field.Status, "503"),
        [44] = (Http2Field.ContentType, "application/dns-message"),
        [45] = (Http2Field.ContentType, "application/javascript"),
        [46] = (Http2Field.ContentType, "application/json"),
        [47] = (Http2Field.ContentType, "application/x-www-form-urlencoded"),
        [48] = (Http2Field.ContentType, "image/gif"),
        [49] = (Http2Field.ContentType, "image/jpeg"),
        [50] = (Http2Field.ContentType, "image/png"),
        [51] = (Http2Field.ContentType, "text/css"),
        [52] = (Http2Field.ContentType, "text/html; charset=utf-8"),
        [53] = (Http2Field.ContentType, "text/plain"),
        [54] = (Http2Field.ContentType, "text/plain;charset=utf-8"),
        [63] = (Http2Field.Status, "100"),
        [64] = (Http2Field.Status, "204"),
        [65] = (Http2Field.Status, "206"),
        [66] = (Http2Field.Status, "302"),
        [67] = (Http2Field.Status, "400"),
        [68] = (Http2Field.Status, "403"),
        [69] = (Http2Field.Status, "421"),
        [70] = (Http2Field.Status, "425"),
        [71] = (Http2Field.Status, "500"),
        [92] = (Http2Field.Server, ""),
        [95] = (Http2Field.UserAgent, ""),
    }.ToFrozenDictionary();

    /// <summary>Reads a whole field section.</summary>
    /// <returns>False when it is malformed.</returns>
    public static bool TryRead<TSink>(ReadOnlySpan<byte> section, TSink sink)
        where TSink : IHpackSink
    {
        // The first bits of a representation.
        const byte Indexed = 0x80;
        const byte IndexedStatic = 0x40;
        const byte NameReference = 0x40;
        const byte ReferenceStatic = 0x10;
        const byte LiteralName = 0x20;
        const byte PostBaseIndexed = 0x10;

        // Required Insert Count, then a sign and Delta Base.
        if (!HpackReader.TryReadInteger(ref section, 8, out _) || !HpackReader.TryReadInteger(ref section, 7, out _))
        {
            return false;
        }

        Span<byte> value = stackalloc byte[LongestValue];
        while (!section.IsEmpty)
        {
            byte first = section[0];
            Http2Field field = Http2Field.Other;
            if ((first & Indexed) != 0)
            {
                if (!HpackReader.TryReadInteger(ref section, 6, out int index))
                {
                    return false;
                }

                if ((first & IndexedStatic) != 0 && Static.TryGetValue(index, out (Http2Field Field, string Value) entry))
                {
                    sink.Field(entry.Field, entry.Value);
                }

                continue;
            }

            if ((first & (NameReference | LiteralName | PostBaseIndexed)) == PostBaseIndexed)
            {
                if (!HpackReader.TryReadInteger(ref section, 4, out _))
                {
                    return false;
                }

                continue;
            }

            if ((first & NameReference) != 0)
            {
                if (!HpackReader.TryReadInteger(ref section, 4, out int index))
                {
                    return false;
                }

                field = (first & ReferenceStatic) != 0 && Static.TryGetValue(index, out (Http2Field Field, string Value) entry) ? entry.Field : Http2Field.Other;
            }
            else if ((first & LiteralName) != 0)
            {
                Span<byte> name = value[..LongestName];
                if (!HpackReader.TryReadString(ref section, name, out int size, prefix: 3))
                {
                    return false;
                }

                field = size <= LongestName ? HpackTable.Find(name[..size]) : Http2Field.Other;
            }
            else if (!HpackReader.TryReadInteger(ref section, 3, out _))
            {
                return false; // A name of the dynamic table.
            }

            if (!HpackReader.TryReadString(ref section, value, out int length))
            {
                return false;
            }

            if (field != Http2Field.Other)
            {
                sink.Field(field, HpackReader.Kept(field, value, length));
            }
        }

        return true;
    }
}
