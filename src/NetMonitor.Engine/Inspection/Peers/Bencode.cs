namespace NetMonitor.Inspection.Peers;

/// <summary>Bencoding (BEP 3): integers i…e, strings length:bytes, lists l…e, dictionaries d…e with strings as keys. Reads in one pass,
/// without recursion.</summary>
internal static class Bencode
{
    private const byte End = (byte)'e';
    private const byte Integer = (byte)'i';
    private const byte List = (byte)'l';
    private const byte Dictionary = (byte)'d';
    private const byte Minus = (byte)'-';
    private const byte Colon = (byte)':';
    private const int LongestLength = 5;   // digits: a datagram has at most 65,535 bytes
    private const int LongestInteger = 20; // digits of a 64-bit number and its sign

    /// <summary>Finds the value of a key of a dictionary.</summary>
    /// <param name="dictionary">Begins with its "d"; may go on behind its end.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value, still encoded.</param>
    /// <returns>False without it, or when the bytes before it are not bencoded.</returns>
    public static bool TryFind(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (dictionary.IsEmpty || dictionary[0] != Dictionary)
        {
            return false;
        }

        int at = 1;
        while (at < dictionary.Length && dictionary[at] != End)
        {
            if (!TryReadString(dictionary, ref at, out ReadOnlySpan<byte> name))
            {
                return false;
            }

            int from = at;
            if (!TrySkip(dictionary, ref at))
            {
                return false;
            }

            if (name.SequenceEqual(key))
            {
                value = dictionary[from..at];
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of a key that is a string.</summary>
    public static bool TryFindString(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> text)
    {
        text = default;
        int at = 0;
        return TryFind(dictionary, key, out ReadOnlySpan<byte> value) && TryReadString(value, ref at, out text);
    }

    private static bool TryReadString(ReadOnlySpan<byte> bytes, scoped ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        int length = 0;
        int from = at;
        for (; at < bytes.Length && char.IsAsciiDigit((char)bytes[at]) && at - from < LongestLength; at++)
        {
            length = (length * 10) + (bytes[at] - '0');
        }

        if (at == from || at >= bytes.Length || bytes[at] != Colon || length > bytes.Length - at - 1)
        {
            return false;
        }

        text = bytes.Slice(at + 1, length);
        at += 1 + length;
        return true;
    }

    private static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at)
    {
        int depth = 0;
        do
        {
            if (at >= bytes.Length)
            {
                return false;
            }

            switch (bytes[at])
            {
                case List or Dictionary:
                    depth++;
                    at++;
                    break;
                case End when depth > 0:
                    depth--;
                    at++;
                    break;
                case Integer:
                    if (!TrySkipInteger(bytes, ref at))
                    {
                        return false;
                    }

                    break;
                default:
                    if (!TryReadString(bytes, ref at, out _))
                    {
                        return false;
                    }

                    break;
            }
        }
        while (depth > 0);
        return true;
    }

    private static bool TrySkipInteger(ReadOnlySpan<byte> bytes, ref int at)
    {
        int from = ++at;
        while (at < bytes.Length && at - from <= LongestInteger && (char.IsAsciiDigit((char)bytes[at]) || (at == from && bytes[at] == Minus)))
        {
            at++;
        }

        return at > from && at < bytes.Length && bytes[at++] == End;
    }
}
