namespace NetMonitor;

/// <summary>The text form of a connection's 64-bit id: base 36, always 13 characters.</summary>
internal static class ConnectionId
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    public const int Length = 13; // 36^13 > 2^64

    public static string Format(ulong value) => string.Create(Length, value, static (text, rest) => Write(rest, text));

    /// <summary>Writes the <see cref="Length"/> characters of an id.</summary>
    public static void Write(ulong value, Span<char> text)
    {
        for (int i = Length - 1; i >= 0; i--)
        {
            (value, ulong digit) = Math.DivRem(value, (ulong)Digits.Length);
            text[i] = Digits[(int)digit];
        }
    }
}
