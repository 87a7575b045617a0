namespace NetMonitor.Inspection.Http2;

/// <summary>
/// The Huffman code of HPACK (RFC 7541 section 5.2 and appendix B). It is canonical: codes of a length follow each other in the order of
/// their symbols, so the lengths are all there is to know.
/// </summary>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int ShortestCode = 5;  // bits
    private const int LongestCode = 30;
    private const int LongestPadding = 7; // bits of ones behind the last symbol

    // Appendix B: bits of the code for each byte, then of EOS.
    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly ushort[] Symbols = [.. Enumerable.Range(0, EndOfString + 1).OrderBy(symbol => Lengths[symbol]).Select(symbol => (ushort)symbol)];
    private static readonly int[] Counts = [.. Enumerable.Range(0, LongestCode + 1).Select(CountOf)];

    /// <summary>Decodes a string.</summary>
    /// <param name="bytes">Its octets.</param>
    /// <param name="text">Takes as much of the string as it has room for.</param>
    /// <param name="length">The length of all of it.</param>
    /// <returns>False when it is not of this code.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Span<byte> text, out int length)
    {
        length = 0;
        int code = 0;      // bits since the last symbol
        int bits = 0;
        int first = 0;     // the first code of this length
        int index = 0;     // of its symbol
        foreach (byte octet in bytes)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((octet >> bit) & 1);
                first <<= 1;
                bits++;
                if (bits > LongestCode)
                {
                    return false;
                }

                int count = Counts[bits];
                if (code - first < count)
                {
                    int symbol = Symbols[index + code - first];
                    if (symbol == EndOfString)
                    {
                        return false;
                    }

                    if (length < text.Length)
                    {
                        text[length] = (byte)symbol;
                    }

                    length++;
                    code = first = index = bits = 0;
                    continue;
                }

                first += count;
                index += count;
            }
        }

        return bits <= LongestPadding && code == (1 << bits) - 1;
    }

    private static int CountOf(int length) => length < ShortestCode ? 0 : Lengths.Count((byte)length);
}
