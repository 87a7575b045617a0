using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>Reads lines of text from the front of a span. A line ends in CR LF or in LF alone, and is given without its end.</summary>
internal static class TextLines
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';
    private const int CodeSize = 3; // digits of a reply code (RFC 5321 section 4.2, RFC 959 section 4.2)

    /// <summary>Lines that several protocols have, after which a probe gives up: it reads them again with each segment.</summary>
    public const int MostUndecided = 8;

    // Everything that text of these protocols does not have: C0 but for tab, line ends, and what IRC formats with (0x01 to 0x1F).
    private static readonly SearchValues<byte> Binary = SearchValues.Create([0x00, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0B, 0x0C, 0x7F]);

    /// <summary>Takes a line off the front; false when its end is not there.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        int end = bytes.IndexOf(LineFeed);
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = bytes[..end].TrimEnd(CarriageReturn);
        bytes = bytes[(end + 1)..];
        return true;
    }

    /// <summary>The first line for a probe: NeedMore while its end is missing, No when it has bytes that text has not.</summary>
    public static Match Probe(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        bool whole = TryRead(ref bytes, out line);
        if ((whole ? line : bytes).ContainsAny(Binary))
        {
            return Match.No;
        }

        return whole ? Match.Yes : Match.NeedMore;
    }

    /// <summary>Takes a word off the front, with the spaces around it.</summary>
    public static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart((byte)' ');
        int end = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..].Trim((byte)' ');
        return word;
    }

    /// <summary>A reply: three digits, then a space, or a hyphen when more lines of it follow (RFC 5321 section 4.2.1).</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> line, out int code, out bool isLast, out ReadOnlySpan<byte> text)
    {
        code = 0;
        isLast = line.Length == CodeSize || (line.Length > CodeSize && line[CodeSize] == ' ');
        text = line.Length > CodeSize ? line[(CodeSize + 1)..].Trim((byte)' ') : default;
        return (isLast || (line.Length > CodeSize && line[CodeSize] == '-'))
            && Utf8Parser.TryParse(line[..CodeSize], out code, out int used) && used == CodeSize && code > 0;
    }

    /// <summary>True when <paramref name="bytes"/> are the text, in any case.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text) => Ascii.EqualsIgnoreCase(bytes, text);

    /// <summary>True when <paramref name="bytes"/> begin with the text, in any case.</summary>
    public static bool StartsWith(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text) =>
        bytes.Length >= text.Length && Ascii.EqualsIgnoreCase(bytes[..text.Length], text);

    /// <summary>Yes when the bytes begin with the text, NeedMore when they are a part of its beginning; case counts.</summary>
    public static Match Prefix(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text) =>
        bytes.StartsWith(text) ? Match.Yes : text.StartsWith(bytes) ? Match.NeedMore : Match.No;

    /// <summary>True when the text occurs in <paramref name="bytes"/>, in any case.</summary>
    public static bool Contains(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text)
    {
        for (; bytes.Length >= text.Length; bytes = bytes[1..])
        {
            if (Ascii.EqualsIgnoreCase(bytes[..text.Length], text))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Words that a line may begin with, in any case.</summary>
internal sealed class WordSet
{
    private readonly byte[][] _words;

    public WordSet(params string[] words) => _words = [.. words.Select(Encoding.ASCII.GetBytes)];

    public WordSet(WordSet[] parts, params string[] words) =>
        _words = [.. parts.SelectMany(part => part._words), .. words.Select(Encoding.ASCII.GetBytes)];

    public bool Contains(ReadOnlySpan<byte> word)
    {
        foreach (byte[] candidate in _words)
        {
            if (TextLines.Is(word, candidate))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the first word of the bytes, which a space or a line end follows, is one of these.</summary>
    public Match Probe(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOfAny(" \r\n"u8);
        if (length >= 0)
        {
            return Contains(bytes[..length]) ? Match.Yes : Match.No;
        }

        foreach (byte[] candidate in _words)
        {
            if (candidate.Length >= bytes.Length && TextLines.Is(bytes, candidate.AsSpan(0, bytes.Length)))
            {
                return Match.NeedMore;
            }
        }

        return Match.No;
    }
}
