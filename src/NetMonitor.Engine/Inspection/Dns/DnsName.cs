using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace NetMonitor.Inspection.Dns;

/// <summary>Domain names on the wire (RFC 1035 section 3.1) with compression (section 4.1.4). A pointer must point before the name it is
/// in, so every name ends.</summary>
internal static class DnsName
{
    /// <summary>Characters that hold any name: of its 255 bytes each may become an escape of four.</summary>
    public const int LongestText = 255 * 4;

    private const int LongestWire = 255; // bytes, RFC 1035 section 2.3.4
    private const int MostPointers = LongestWire / 2; // one for each label that a name can have
    private const byte PointerBits = 0xC0;
    private const int PointerMask = 0x3FFF;
    private const int PointerSize = 2;
    private const char EscapeCharacter = '\\';
    private const char Dot = '.';
    private const byte FirstPrintable = 0x21;
    private const byte LastPrintable = 0x7E;

    /// <summary>Goes past the name at <paramref name="at"/>, checking all of it.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="at">Where the name starts; afterwards, what follows it.</param>
    /// <param name="printable">True to take names of visible ASCII only.</param>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int at, bool printable = false) =>
        TryWalk(message, ref at, printable, default, out _, unicode: false);

    /// <summary>Writes the name at <paramref name="at"/> in presentation format.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="at">Where the name starts; afterwards, what follows it.</param>
    /// <param name="text">Room for <see cref="LongestText"/> characters.</param>
    /// <param name="length">Characters written.</param>
    /// <param name="unicode">True where labels are UTF-8 and may hold spaces (RFC 6762 section 16, RFC 4795 section 2.1).</param>
    public static bool TryFormat(ReadOnlySpan<byte> message, ref int at, Span<char> text, out int length, bool unicode) =>
        TryWalk(message, ref at, printable: false, text, out length, unicode);

    /// <summary>The name at <paramref name="at"/>, or null when it is damaged.</summary>
    public static string? Read(ReadOnlySpan<byte> message, ref int at, bool unicode)
    {
        Span<char> text = stackalloc char[LongestText];
        return TryFormat(message, ref at, text, out int length, unicode) ? RecentText.Of(text[..length]) : null;
    }

    private static bool TryWalk(ReadOnlySpan<byte> message, ref int at, bool printable, Span<char> text, out int length, bool unicode)
    {
        bool writes = !text.IsEmpty;
        int position = at;
        int? after = null;   // what follows the name, once a pointer was met
        int before = at;     // pointers must go before here
        int wire = 1;        // the root label
        int pointers = 0;
        length = 0;
        while (position < message.Length)
        {
            byte labelLength = message[position];
            if (labelLength == 0)
            {
                at = after ?? position + 1;
                if (writes && length == 0)
                {
                    text[length++] = Dot;
                }

                return true;
            }

            if ((labelLength & PointerBits) == PointerBits)
            {
                if (position + PointerSize > message.Length)
                {
                    return false;
                }

                int target = BinaryPrimitives.ReadUInt16BigEndian(message[position..]) & PointerMask;
                after ??= position + PointerSize;
                if (target >= before || ++pointers > MostPointers)
                {
                    return false;
                }

                position = before = target;
                continue;
            }

            // The other two combinations of high bits are reserved (RFC 6891 section 5).
            wire += 1 + labelLength;
            if ((labelLength & PointerBits) != 0 || wire > LongestWire || position + 1 + labelLength > message.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> label = message.Slice(position + 1, labelLength);
            if (printable && label.ContainsAnyExceptInRange(FirstPrintable, LastPrintable))
            {
                return false;
            }

            if (writes)
            {
                if (length > 0)
                {
                    text[length++] = Dot;
                }

                length += Write(label, text[length..], unicode);
            }

            position += 1 + labelLength;
        }

        return false;
    }

    private static int Write(ReadOnlySpan<byte> label, Span<char> text, bool unicode)
    {
        int length = 0;
        if (unicode && Utf8.IsValid(label))
        {
            length = Encoding.UTF8.GetChars(label, text);
            if (!text[..length].ContainsAny(Dot, EscapeCharacter) && !ContainsUnsafe(text[..length]))
            {
                return length;
            }

            length = 0;
        }

        foreach (byte value in label)
        {
            if (value is (byte)Dot or (byte)EscapeCharacter)
            {
                text[length++] = EscapeCharacter;
                text[length++] = (char)value;
            }
            else if (value is >= FirstPrintable and <= LastPrintable || (unicode && value == ' '))
            {
                text[length++] = (char)value;
            }
            else
            {
                text[length++] = EscapeCharacter;
                value.TryFormat(text[length..], out int digits, "D3", System.Globalization.CultureInfo.InvariantCulture);
                length += digits;
            }
        }

        return length;
    }

    private static bool ContainsUnsafe(ReadOnlySpan<char> text)
    {
        foreach (char character in text)
        {
            if (WireText.IsUnsafe(character))
            {
                return true;
            }
        }

        return false;
    }
}
