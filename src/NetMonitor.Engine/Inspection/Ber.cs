using System.Globalization;
using System.Text;

namespace NetMonitor.Inspection;

/// <summary>Reads the values at the front of a span in the Basic Encoding Rules (ITU-T X.690 section 8), as far as SNMP, LDAP and Kerberos
/// use them: tags of one byte, definite lengths. A read that does not fit returns false and moves nothing.</summary>
internal ref struct BerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Integer = 0x02;
    public const byte OctetString = 0x04;
    public const byte ObjectIdentifier = 0x06;
    public const byte Enumerated = 0x0A;
    public const byte Sequence = 0x30;

    private const byte LongForm = 0x80;      // X.690 section 8.1.3.5
    private const int MostLengthBytes = 4;
    private const byte HighTagNumber = 0x1F; // X.690 section 8.1.2.4: the number follows
    private const byte Continues = 0x80;     // X.690 section 8.19.2
    private const int MostArcs = 64;         // of an object identifier; RFC 2578 section 3.5 allows 128

    /// <summary>What has not been read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public readonly bool IsEmpty => Rest.IsEmpty;

    /// <summary>The tag that comes next, or 0.</summary>
    public readonly byte NextTag => Rest.IsEmpty ? (byte)0 : Rest[0];

    /// <summary>Reads tag and length.</summary>
    /// <param name="bytes">From the tag on.</param>
    /// <param name="header">Bytes before the content.</param>
    /// <param name="length">Bytes of the content, which need not be there.</param>
    public static Match Measure(ReadOnlySpan<byte> bytes, out int header, out long length)
    {
        const int LengthAt = 1;
        (header, length) = (LengthAt + 1, 0);
        if (bytes.Length <= LengthAt)
        {
            return bytes.IsEmpty || (bytes[0] & HighTagNumber) != HighTagNumber ? Match.NeedMore : Match.No;
        }

        if ((bytes[0] & HighTagNumber) == HighTagNumber)
        {
            return Match.No;
        }

        if (bytes[LengthAt] < LongForm)
        {
            length = bytes[LengthAt];
            return Match.Yes;
        }

        int count = bytes[LengthAt] & ~LongForm;
        if (count is 0 or > MostLengthBytes)
        {
            return Match.No; // Indefinite, which these protocols forbid, or beyond reason.
        }

        header += count;
        if (bytes.Length < header)
        {
            return Match.NeedMore;
        }

        foreach (byte part in bytes[(LengthAt + 1)..header])
        {
            length = (length << 8) | part;
        }

        return Match.Yes;
    }

    /// <summary>Reads a value that is there as a whole.</summary>
    public bool TryRead(out byte tag, out ReadOnlySpan<byte> content)
    {
        tag = NextTag;
        content = default;
        if (Measure(Rest, out int header, out long length) != Match.Yes || Rest.Length - header < length)
        {
            return false;
        }

        content = Rest.Slice(header, (int)length);
        Rest = Rest[(header + (int)length)..];
        return true;
    }

    /// <summary>Reads a value of the given tag that is there as a whole.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        return NextTag == tag && TryRead(out _, out content);
    }

    /// <summary>Reads into a constructed value, whose end may be cut off.</summary>
    public bool TryEnter(byte tag, out BerReader inner)
    {
        inner = default;
        if (NextTag != tag || Measure(Rest, out int header, out long length) != Match.Yes)
        {
            return false;
        }

        int size = (int)Math.Min(length, Rest.Length - header);
        inner = new BerReader(Rest.Slice(header, size));
        Rest = Rest[(header + size)..];
        return true;
    }

    /// <summary>Reads an integer of at most 64 bits (X.690 section 8.3).</summary>
    public bool TryReadInteger(out long value, byte tag = Integer)
    {
        BerReader before = this;
        if (TryRead(tag, out ReadOnlySpan<byte> content) && content.Length is > 0 and <= sizeof(long))
        {
            value = (sbyte)content[0];
            foreach (byte part in content[1..])
            {
                value = (value << 8) | part;
            }

            return true;
        }

        this = before;
        value = 0;
        return false;
    }

    /// <summary>An object identifier's content in dotted form (X.690 section 8.19), or null.</summary>
    public static string? FormatObjectIdentifier(ReadOnlySpan<byte> content)
    {
        const uint ArcsBelowFirst = 40;
        if (content.IsEmpty || (content[^1] & Continues) != 0)
        {
            return null;
        }

        StringBuilder text = new();
        uint arc = 0;
        int arcs = 0;
        foreach (byte part in content)
        {
            arc = (arc << 7) | (uint)(part & ~Continues);
            if ((part & Continues) != 0)
            {
                continue;
            }

            if (arcs == 0)
            {
                uint first = Math.Min(arc / ArcsBelowFirst, 2);
                text.Append(CultureInfo.InvariantCulture, $"{first}.{arc - (first * ArcsBelowFirst)}");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $".{arc}");
            }

            arc = 0;
            if (++arcs == MostArcs)
            {
                break;
            }
        }

        return text.ToString();
    }
}
