using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace NetMonitor.Inspection;

/// <summary>
/// The one place where bytes from the wire become text. What could move a terminal's cursor or reorder what is read (C0, DEL, C1,
/// bidirectional controls, line separators) becomes U+FFFD.
/// </summary>
internal static class WireText
{
    private const char Replacement = '\uFFFD';
    private const char Ellipsis = '\u2026';

    /// <summary>At most this many bytes make one character of UTF-8 (RFC 3629 section 3).</summary>
    private const int Utf8BytesPerCharacter = 4;

    // Unicode 15 "Bidi_Control", and the separators that break lines.
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c))
        + "\u061C\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF");

    private static readonly SearchValues<byte> PrintableAscii = SearchValues.Create(
        Enumerable.Range(0x20, 0x5F).Select(b => (byte)b).ToArray());

    /// <summary>UTF-8 where the bytes are, Latin-1 where they are not; cleaned and cut to <paramref name="limit"/> characters.</summary>
    public static string Clean(ReadOnlySpan<byte> bytes, int limit = InspectionLimits.TextCharacters)
    {
        bool cut = bytes.Length > limit * Utf8BytesPerCharacter;
        if (cut)
        {
            bytes = bytes[..WholeUtf8(bytes, limit * Utf8BytesPerCharacter)];
        }

        if (!bytes.ContainsAnyExcept(PrintableAscii))
        {
            return Cut(RecentText.Of(bytes), limit, cut);
        }

        string text = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
        return Cut(Clean(text), limit, cut);
    }

    /// <summary>The same as UTF-8, for text that is kept for long and seldom asked for.</summary>
    public static byte[] CleanUtf8(ReadOnlySpan<byte> bytes, int limit = InspectionLimits.TextCharacters) =>
        bytes.Length <= limit && !bytes.ContainsAnyExcept(PrintableAscii) ? bytes.ToArray() : Encoding.UTF8.GetBytes(Clean(bytes, limit));

    /// <summary>True for UTF-8 whose last character may be cut.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        for (int cut = 0; cut < Utf8BytesPerCharacter && cut <= bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes[..^cut]) && (cut == 0 || Rune.DecodeFromUtf8(bytes[^cut..], out _, out _) == OperationStatus.NeedMoreData))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Text that was put together elsewhere, cleaned.</summary>
    public static string Clean(string text) => text.AsSpan().ContainsAny(Unsafe)
        ? string.Create(text.Length, text, static (to, from) => from.AsSpan().ReplaceAny(to, Unsafe, Replacement))
        : text;

    /// <summary>True for a character that <see cref="Clean(string)"/> would replace.</summary>
    public static bool IsUnsafe(char character) => Unsafe.Contains(character);

    /// <summary>Sets <paramref name="text"/>, without allocating when it says the same already.</summary>
    /// <returns>True when it changed.</returns>
    public static bool Update(ref string? text, ReadOnlySpan<byte> bytes, int limit = InspectionLimits.TextCharacters)
    {
        if (text is not null && Ascii.Equals(bytes, text))
        {
            return false;
        }

        string now = Clean(bytes, limit);
        bool changed = now != text;
        text = now;
        return changed;
    }

    private static string Cut(string text, int limit, bool wasCut)
    {
        if (text.Length <= limit && !wasCut)
        {
            return text;
        }

        int length = Math.Min(text.Length, limit - 1);
        if (length > 0 && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        return string.Concat(text.AsSpan(0, length), [Ellipsis]);
    }

    /// <summary>The greatest length up to <paramref name="length"/> that does not end inside a UTF-8 sequence.</summary>
    private static int WholeUtf8(ReadOnlySpan<byte> bytes, int length)
    {
        const byte ContinuationMask = 0xC0;
        const byte Continuation = 0x80;
        int whole = length;
        while (whole > 0 && length - whole < Utf8BytesPerCharacter && (bytes[whole] & ContinuationMask) == Continuation)
        {
            whole--;
        }

        return whole;
    }
}
