using System.Buffers;
using System.Security.Cryptography;

namespace NetMonitor.Inspection.Tls;

/// <summary>
/// JA4, the TLS client fingerprint (https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md; BSD 3-Clause, unlike the rest of
/// JA4+): the same program gives the same one, whatever the order of its extensions.
/// </summary>
/// <remarks>
/// "t13d1516h2_8daaf6152771_e5627efa2ab1": transport, highest version, whether a name was sent, numbers of cipher suites and extensions, ends
/// of the first ALPN name; hash of the sorted suites; hash of the sorted extensions and the signature algorithms. GREASE never counts.
/// </remarks>
internal static class Ja4
{
    /// <summary>TLS over TCP.</summary>
    public const char Tcp = 't';

    /// <summary>QUIC.</summary>
    public const char Quic = 'q';

    /// <summary>DTLS.</summary>
    public const char Dtls = 'd';

    private const int MostCounted = 99;
    private const int HashCharacters = 12;
    private const int ItemCharacters = 5; // four digits and a comma or an underscore
    private const string NoItems = "000000000000";

    /// <summary>The fingerprint of a ClientHello that is whole.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="transport"><see cref="Tcp"/>, <see cref="Quic"/> or <see cref="Dtls"/>.</param>
    public static string Compute(in ClientHello hello, char transport)
    {
        int items = (hello.CipherSuites.Length + hello.Extensions.Length) / sizeof(ushort);
        ushort[] values = ArrayPool<ushort>.Shared.Rent(items);
        Span<ushort> ciphers = values.AsSpan(0, CopyWithoutGrease(hello.CipherSuites, values));
        ciphers.Sort();
        string cipherHash = Hash(ciphers, default);
        int cipherCount = ciphers.Length;

        int extensionCount = CopyTypes(hello.Extensions, values, out bool hasServerName);
        Span<ushort> extensions = values.AsSpan(0, extensionCount);
        extensions.Sort();
        int kept = 0;
        foreach (ushort type in extensions)
        {
            if ((TlsExtension)type is not (TlsExtension.ServerName or TlsExtension.Alpn))
            {
                values[kept++] = type;
            }
        }

        string extensionHash = Hash(values.AsSpan(0, kept), hello.SignatureAlgorithms);
        ArrayPool<ushort>.Shared.Return(values);
        return $"{transport}{VersionOf(hello)}{(hasServerName ? 'd' : 'i')}{Math.Min(cipherCount, MostCounted):D2}"
            + $"{Math.Min(extensionCount, MostCounted):D2}{EndsOf(hello.Alpn)}_{cipherHash}_{extensionHash}";
    }

    /// <summary>The highest version offered. DTLS counts downwards.</summary>
    private static string VersionOf(in ClientHello hello)
    {
        ushort best = 0;
        WireReader reader = new(hello.SupportedVersions);
        while (reader.TryReadUInt16(out ushort version))
        {
            if (!ClientHello.IsGrease(version) && (best == 0 || TlsNames.IsHigher(version, best)))
            {
                best = version;
            }
        }

        return (hello.SupportedVersions.IsEmpty ? hello.LegacyVersion : best) switch
        {
            TlsNames.Tls13 => "13",
            TlsNames.Tls12 => "12",
            TlsNames.Tls11 => "11",
            TlsNames.Tls10 => "10",
            TlsNames.Ssl3 => "s3",
            TlsNames.Ssl2 => "s2",
            TlsNames.Dtls13 => "d3",
            TlsNames.Dtls12 => "d2",
            TlsNames.Dtls10 => "d1",
            _ => "00",
        };
    }

    /// <summary>First and last character of the first name; of its hexadecimal form when either is not alphanumeric.</summary>
    private static string EndsOf(ReadOnlySpan<byte> alpn)
    {
        WireReader reader = new(alpn);
        if (!reader.TryReadVector8(out var name) || name.IsEmpty)
        {
            return "00";
        }

        byte first = name[0];
        byte last = name[^1];
        return char.IsAsciiLetterOrDigit((char)first) && char.IsAsciiLetterOrDigit((char)last)
            ? $"{(char)first}{(char)last}"
            : $"{first:x2}"[..1] + $"{last:x2}"[1..];
    }

    private static string Hash(ReadOnlySpan<ushort> sorted, ReadOnlySpan<byte> algorithms)
    {
        if (sorted.IsEmpty)
        {
            return NoItems;
        }

        byte[] text = ArrayPool<byte>.Shared.Rent((sorted.Length + (algorithms.Length / sizeof(ushort))) * ItemCharacters);
        int length = 0;
        foreach (ushort value in sorted)
        {
            Append(text, ref length, value, (byte)',');
        }

        byte separator = (byte)'_';
        WireReader reader = new(algorithms);
        while (reader.TryReadUInt16(out ushort algorithm))
        {
            if (!ClientHello.IsGrease(algorithm))
            {
                Append(text, ref length, algorithm, separator);
                separator = (byte)',';
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(text);
        return Convert.ToHexStringLower(hash[..(HashCharacters / 2)]);
    }

    private static void Append(Span<byte> text, ref int length, ushort value, byte separator)
    {
        const int Digits = 4;
        if (length > 0)
        {
            text[length++] = separator;
        }

        value.TryFormat(text[length..], out _, "x4");
        length += Digits;
    }

    private static int CopyWithoutGrease(ReadOnlySpan<byte> list, Span<ushort> values)
    {
        int count = 0;
        WireReader reader = new(list);
        while (reader.TryReadUInt16(out ushort value))
        {
            if (!ClientHello.IsGrease(value))
            {
                values[count++] = value;
            }
        }

        return count;
    }

    private static int CopyTypes(ReadOnlySpan<byte> extensions, Span<ushort> values, out bool hasServerName)
    {
        int count = 0;
        hasServerName = false;
        WireReader reader = new(extensions);
        while (reader.TryReadUInt16(out ushort type) && reader.TryReadVector16(out _))
        {
            if (!ClientHello.IsGrease(type))
            {
                values[count++] = type;
                hasServerName |= (TlsExtension)type == TlsExtension.ServerName;
            }
        }

        return count;
    }
}
