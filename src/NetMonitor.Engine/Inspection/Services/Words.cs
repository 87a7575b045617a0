using System.Globalization;

namespace NetMonitor.Inspection.Services;

/// <summary>Texts made from several parts.</summary>
internal static class Words
{
    /// <summary>The words that are there, with a space between.</summary>
    public static string Join(params ReadOnlySpan<string?> words)
    {
        List<string> known = [];
        foreach (string? word in words)
        {
            if (!string.IsNullOrEmpty(word))
            {
                known.Add(word);
            }
        }

        return string.Join(' ', known);
    }

    /// <summary>Bytes in hexadecimal with a separator between.</summary>
    public static string Hexadecimal(ReadOnlySpan<byte> bytes, char separator)
    {
        string[] parts = new string[bytes.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = bytes[i].ToString("x2", CultureInfo.InvariantCulture);
        }

        return string.Join(separator, parts);
    }
}
