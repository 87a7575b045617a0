namespace NetMonitor;

/// <summary>The text form of a connection's 64-bit id: base 36, always 13 characters.</summary>
internal static class ConnectionId
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const int Length = 13; // 36^13 > 2^64

    public static string Format(ulong value) => string.Create(Length, value, static (text, rest) =>
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            (rest, ulong digit) = Math.DivRem(rest, (ulong)Digits.Length);
            text[i] = Digits[(int)digit];
        }
    });
}
