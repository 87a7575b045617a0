using System.Runtime.InteropServices;
using System.Text;

namespace NetMonitor.Inspection;

/// <summary>
/// The strings made lately, so that what many connections say (a name, a program, a method) is one string. Of two that want the same place the later one
/// takes it, so the memory is bounded; what is gone is made again. Any thread may use it.
/// </summary>
internal static class RecentText
{
    /// <summary>Longer ones are seldom said twice.</summary>
    private const int Longest = 256; // characters

    private static readonly string?[] Texts = new string?[InspectionLimits.SharedTexts];
    private static readonly ulong Seed = KeyedHash.NewSeed();

    /// <summary>The string of some bytes of ASCII.</summary>
    public static string Of(ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length > Longest)
        {
            return Encoding.ASCII.GetString(ascii);
        }

        ref string? place = ref PlaceOf(ascii);
        string? text = place; // One read and one write of a reference: others see the old string or the new one.
        return text is not null && Ascii.Equals(ascii, text) ? text : place = Encoding.ASCII.GetString(ascii);
    }

    /// <summary>The string of some characters.</summary>
    public static string Of(ReadOnlySpan<char> characters)
    {
        if (characters.Length > Longest)
        {
            return new string(characters);
        }

        ref string? place = ref PlaceOf(MemoryMarshal.AsBytes(characters));
        string? text = place;
        return text is not null && characters.SequenceEqual(text) ? text : place = new string(characters);
    }

    private static ref string? PlaceOf(ReadOnlySpan<byte> key) => ref Texts[KeyedHash.Of(key, Seed) % (uint)Texts.Length];
}
