using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace NetMonitor.Inspection.Tls.Decryption;

/// <summary>What a line of a key log is about (RFC 9850 section 2; CLIENT_RANDOM is the master secret up to TLS 1.2).</summary>
internal enum TlsSecret : byte
{
    Master,
    ClientHandshake,
    ServerHandshake,
    ClientTraffic,
    ServerTraffic,
}

/// <summary>
/// The secrets of TLS connections as key logs have them (SSLKEYLOGFILE, RFC 9850), found by the random of the connection's ClientHello. Any thread may add
/// and ask.
/// </summary>
/// <param name="refresh">Called when a secret is missing: whoever reads a log that still grows may <see cref="Add"/> what is new. Null for a log that is
/// whole.</param>
public sealed class TlsSecrets(Action? refresh = null)
{
    private const int RandomSize = ClientHello.RandomSize;
    private const int LongestSecret = 64; // bytes: those of the hash of the cipher suite, 48 for a master secret

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly record struct Key(UInt128 High, UInt128 Low, TlsSecret Secret);

    private readonly ConcurrentDictionary<Key, byte[]> _secrets = [];
    private volatile int _count;

    /// <summary>True when there are secrets, or may be later: connections are then prepared for them.</summary>
    public bool IsExpected => _count > 0 || refresh is not null;

    /// <summary>Secrets known.</summary>
    public int Count => _count;

    /// <summary>Adds the lines of a key log; what is no secret, or of another kind, is passed over.</summary>
    /// <param name="keyLog">Whole lines: label, client random and secret, the last two in hexadecimal.</param>
    public void Add(ReadOnlySpan<byte> keyLog)
    {
        foreach (Range range in keyLog.Split((byte)'\n'))
        {
            AddLine(keyLog[range].Trim("\r\t "u8));
        }
    }

    /// <summary>A secret of the connection whose ClientHello had <paramref name="clientRandom"/>, or null.</summary>
    internal byte[]? Find(TlsSecret secret, ReadOnlySpan<byte> clientRandom)
    {
        Key key = KeyOf(secret, clientRandom);
        if (_secrets.TryGetValue(key, out byte[]? found) || refresh is null)
        {
            return found;
        }

        refresh();
        return _secrets.GetValueOrDefault(key);
    }

    private static Key KeyOf(TlsSecret secret, ReadOnlySpan<byte> random) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(random), BinaryPrimitives.ReadUInt128BigEndian(random[(RandomSize / 2)..]), secret);

    private static TlsSecret? Label(ReadOnlySpan<byte> label) => Encoding.ASCII.GetString(label) switch
    {
        "CLIENT_RANDOM" => TlsSecret.Master,
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET" => TlsSecret.ClientHandshake,
        "SERVER_HANDSHAKE_TRAFFIC_SECRET" => TlsSecret.ServerHandshake,
        "CLIENT_TRAFFIC_SECRET_0" => TlsSecret.ClientTraffic,
        "SERVER_TRAFFIC_SECRET_0" => TlsSecret.ServerTraffic,
        _ => null,
    };

    private void AddLine(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf((byte)' ');
        int second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)' ') + first + 1;
        if (second <= first || line[0] == '#' || _count >= InspectionLimits.TlsSecrets)
        {
            return;
        }

        // What follows the digits is no part of the secret: some files have comments there, or quotes of a shell.
        ReadOnlySpan<byte> digits = line[(second + 1)..];
        digits = digits.IndexOfAnyExcept(HexDigits) is >= 0 and var end ? digits[..end] : digits;
        Span<byte> random = stackalloc byte[RandomSize];
        Span<byte> secret = stackalloc byte[LongestSecret];
        if (Label(line[..first]) is { } label && TryFromHex(line[(first + 1)..second], random, out int size) && size == RandomSize
            && TryFromHex(digits, secret, out size) && size > 0 && _secrets.TryAdd(KeyOf(label, random), secret[..size].ToArray()))
        {
            _count++;
        }
    }

    private static bool TryFromHex(ReadOnlySpan<byte> text, Span<byte> bytes, out int size)
    {
        size = text.Length / 2;
        if (text.Length % 2 != 0 || size > bytes.Length)
        {
            return false;
        }

        for (int i = 0; i < size; i++)
        {
            if (!byte.TryParse(text.Slice(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        return true;
    }
}
