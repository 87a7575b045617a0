using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetMonitor.Inspection.Tls;

/// <summary>JA3 and JA3S, the older fingerprints that many tools still know (https://github.com/salesforce/ja3): MD5 of decimal numbers in
/// the order of the hello. GREASE does not count.</summary>
internal static class Ja3
{
    private static readonly bool HasMd5 = FindMd5();

    /// <summary>Version, cipher suites, extensions, groups, point formats of a ClientHello that is whole; null where the system forbids
    /// MD5.</summary>
    public static string? Compute(in ClientHello hello)
    {
        StringBuilder text = new();
        Append(text, hello.LegacyVersion);
        AppendPairs(text.Append(','), hello.CipherSuites);
        AppendTypes(text.Append(','), hello.Extensions);
        AppendPairs(text.Append(','), hello.SupportedGroups);
        text.Append(',');
        for (int i = 0; i < hello.PointFormats.Length; i++)
        {
            Append(i == 0 ? text : text.Append('-'), hello.PointFormats[i]);
        }

        return Hash(text);
    }

    /// <summary>Version, cipher suite, extensions of a ServerHello (JA3S); null where the system forbids MD5.</summary>
    public static string? Compute(in ServerHello hello)
    {
        StringBuilder text = new();
        Append(text, hello.LegacyVersion);
        Append(text.Append(','), hello.CipherSuite);
        AppendTypes(text.Append(','), hello.Extensions);
        return Hash(text);
    }

    private static void Append(StringBuilder text, int number) => text.Append(CultureInfo.InvariantCulture, $"{number}");

    private static void AppendPairs(StringBuilder text, ReadOnlySpan<byte> list)
    {
        bool first = true;
        WireReader reader = new(list);
        while (reader.TryReadUInt16(out ushort value))
        {
            AppendItem(text, value, ref first);
        }
    }

    private static void AppendTypes(StringBuilder text, ReadOnlySpan<byte> extensions)
    {
        bool first = true;
        WireReader reader = new(extensions);
        while (reader.TryReadUInt16(out ushort type) && reader.TryReadVector16(out _))
        {
            AppendItem(text, type, ref first);
        }
    }

    private static void AppendItem(StringBuilder text, ushort value, ref bool first)
    {
        if (!ClientHello.IsGrease(value))
        {
            Append(first ? text : text.Append('-'), value);
            first = false;
        }
    }

    private static string? Hash(StringBuilder text) =>
        HasMd5 ? Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text.ToString()))) : null;

    /// <summary>A system in FIPS mode may refuse it.</summary>
    private static bool FindMd5()
    {
        try
        {
            return MD5.HashData([]).Length > 0;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }
}
