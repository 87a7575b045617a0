namespace NetMonitor.Inspection.Http2;

/// <summary>Takes the header fields of a block, one by one.</summary>
internal interface IHpackSink
{
    /// <summary>A field whose value is a text already.</summary>
    void Field(Http2Field field, string value);

    /// <summary>A field whose value is not in the table: its bytes, cut to the longest that is kept.</summary>
    void Field(Http2Field field, ReadOnlySpan<byte> value);
}

/// <summary>Reads header blocks (RFC 7541 section 6) and keeps the dynamic table of their direction.</summary>
internal sealed class HpackReader
{
    private const int LongestValue = 4 * InspectionLimits.PathCharacters;
    private const int LengthBits = 7;     // of a string literal
    private const int LongestName = 32;   // bytes; no name that is read is longer

    private readonly HpackTable _table = new();

    /// <summary>Reads a whole header block.</summary>
    /// <returns>False when it is malformed: the table can no longer be followed.</returns>
    public bool TryRead<TSink>(ReadOnlySpan<byte> block, TSink sink)
        where TSink : IHpackSink
    {
        // The first bits of a representation (section 6).
        const byte Indexed = 0x80;
        const byte LiteralIndexed = 0x40;
        const byte SizeUpdate = 0x20;
        const int IndexedBits = 7;
        const int LiteralIndexedBits = 6;
        const int SizeUpdateBits = 5;
        const int LiteralBits = 4;

        Span<byte> value = stackalloc byte[LongestValue];
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & Indexed) != 0)
            {
                if (!TryReadInteger(ref block, IndexedBits, out int index) || index == 0)
                {
                    return false;
                }

                HpackEntry entry = _table[index];
                if (entry is { Field: not Http2Field.Other, Value: { } known })
                {
                    sink.Field(entry.Field, known);
                }
            }
            else if ((first & LiteralIndexed) != 0)
            {
                if (!TryReadLiteral(ref block, LiteralIndexedBits, value, out Http2Field field, out int nameLength, out int length))
                {
                    return false;
                }

                ReadOnlySpan<byte> text = Kept(field, value, length);
                string? kept = field == Http2Field.Other ? null : WireText.Clean(text, InspectionLimits.PathCharacters);
                _table.Add(new HpackEntry(field, kept, nameLength, length));
                if (kept is not null)
                {
                    sink.Field(field, kept);
                }
            }
            else if ((first & SizeUpdate) != 0)
            {
                if (!TryReadInteger(ref block, SizeUpdateBits, out int limit))
                {
                    return false;
                }

                _table.Resize(limit);
            }
            else
            {
                if (!TryReadLiteral(ref block, LiteralBits, value, out Http2Field field, out _, out int length))
                {
                    return false;
                }

                if (field != Http2Field.Other)
                {
                    sink.Field(field, Kept(field, value, length));
                }
            }
        }

        return true;
    }

    /// <summary>What of a value may be kept: of a path nothing from the query on, of an authority no user information.</summary>
    internal static ReadOnlySpan<byte> Kept(Http2Field field, ReadOnlySpan<byte> value, int length)
    {
        value = value[..Math.Min(value.Length, length)];
        switch (field)
        {
            case Http2Field.Path when value.IndexOfAny((byte)'?', (byte)'#') is >= 0 and var query:
                return value[..query];
            case Http2Field.Authority:
                return value[(value.LastIndexOf((byte)'@') + 1)..];
            default:
                return value;
        }
    }

    private bool TryReadLiteral(ref ReadOnlySpan<byte> block, int prefix, scoped Span<byte> value, out Http2Field field, out int nameLength, out int length)
    {
        field = Http2Field.Other;
        nameLength = length = 0;
        if (!TryReadInteger(ref block, prefix, out int index))
        {
            return false;
        }

        if (index > 0)
        {
            HpackEntry entry = _table[index];
            field = entry.Field;
            nameLength = entry.NameLength;
        }
        else
        {
            Span<byte> name = stackalloc byte[LongestName];
            if (!TryReadString(ref block, name, out nameLength))
            {
                return false;
            }

            field = nameLength <= name.Length ? HpackTable.Find(name[..nameLength]) : Http2Field.Other;
        }

        return TryReadString(ref block, value, out length);
    }

    /// <summary>A string literal (section 5.2); the bit before its length says whether it is coded. In QPACK other bits come before that one (RFC 9204 section
    /// 4.1.2).</summary>
    internal static bool TryReadString(ref ReadOnlySpan<byte> block, scoped Span<byte> text, out int length, int prefix = LengthBits)
    {
        length = 0;
        bool isCoded = !block.IsEmpty && (block[0] & (1 << prefix)) != 0;
        if (!TryReadInteger(ref block, prefix, out int size) || size > block.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> octets = block[..size];
        block = block[size..];
        if (isCoded)
        {
            return HpackHuffman.TryDecode(octets, text, out length);
        }

        octets[..Math.Min(size, text.Length)].CopyTo(text);
        length = size;
        return true;
    }

    /// <summary>An integer whose first bits share an octet (section 5.1).</summary>
    internal static bool TryReadInteger(ref ReadOnlySpan<byte> block, int prefix, out int value)
    {
        const int Group = 7;        // bits of a continuation octet
        const byte More = 0x80;
        value = 0;
        if (block.IsEmpty)
        {
            return false;
        }

        int most = (1 << prefix) - 1;
        value = block[0] & most;
        block = block[1..];
        if (value < most)
        {
            return true;
        }

        for (int shift = 0; shift < 4 * Group; shift += Group)
        {
            if (block.IsEmpty)
            {
                return false;
            }

            byte octet = block[0];
            block = block[1..];
            value += (octet & (More - 1)) << shift;
            if ((octet & More) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
