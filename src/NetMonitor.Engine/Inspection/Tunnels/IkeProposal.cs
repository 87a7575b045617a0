using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>The first proposal of a security association payload as text (RFC 7296 section 3.3; RFC 2408 section 3.4 and RFC 2409 appendix A).</summary>
internal static class IkeProposal
{
    private const int ProposalHeaderSize = 8;
    private const int SpiSizeAt = 6;
    private const int TransformHeaderSize = 8;
    private const int TransformTypeAt = 4;
    private const int TransformIdAt = 6;
    private const int AttributeSize = 4;          // type and value in two bytes each
    private const ushort ShortAttribute = 0x8000;
    private const ushort KeyLength = 14;          // in bits, in both versions
    private const int SituationSize1 = 8;         // domain of interpretation, situation: version 1 has them in front

    /// <summary>The text, or null when there is no whole transform.</summary>
    public static string? Read(ReadOnlySpan<byte> body, byte version)
    {
        bool isFirst = version == IkeMessage.Version1;
        if (isFirst)
        {
            body = body.Length > SituationSize1 ? body[SituationSize1..] : default;
        }

        if (body.Length < ProposalHeaderSize)
        {
            return null;
        }

        int length = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(body[2..]), body.Length);
        int at = ProposalHeaderSize + body[SpiSizeAt];
        Span<string?> words = new string?[5];
        while (at + TransformHeaderSize <= length)
        {
            int size = BinaryPrimitives.ReadUInt16BigEndian(body[(at + 2)..]);
            if (size < TransformHeaderSize || at + size > length)
            {
                break;
            }

            ReadOnlySpan<byte> transform = body.Slice(at, size);
            if (isFirst)
            {
                ReadAttributes1(transform[TransformHeaderSize..], words);
                break; // Each transform of version 1 is a whole suite: the first is preferred.
            }

            ReadTransform2(transform, words);
            at += size;
        }

        string text = string.Join('/', words.ToArray().OfType<string>());
        return text.Length > 0 ? text : null;
    }

    private static void ReadTransform2(ReadOnlySpan<byte> transform, Span<string?> words)
    {
        int type = transform[TransformTypeAt];
        int id = BinaryPrimitives.ReadUInt16BigEndian(transform[TransformIdAt..]);
        ReadOnlySpan<byte> attributes = transform[TransformHeaderSize..];
        int bits = attributes.Length >= AttributeSize && BinaryPrimitives.ReadUInt16BigEndian(attributes) == (ShortAttribute | KeyLength)
            ? BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]) : 0;

        // Encryption, integrity, PRF, group: the first of each is preferred.
        switch (type)
        {
            case 1:
                words[0] ??= WithBits(Cipher(id), bits);
                break;
            case 2:
                words[2] ??= "PRF-" + Prf(id);
                break;
            case 3 when id != 0:
                words[1] ??= Integrity(id);
                break;
            case 4 when id != 0:
                words[3] ??= Group(id);
                break;
            default:
                break;
        }
    }

    private static void ReadAttributes1(ReadOnlySpan<byte> attributes, Span<string?> words)
    {
        int bits = 0;
        while (attributes.Length >= AttributeSize)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(attributes);
            int value = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            if ((type & ShortAttribute) == 0)
            {
                attributes = attributes[Math.Min(attributes.Length, AttributeSize + value)..];
                continue;
            }

            attributes = attributes[AttributeSize..];
            switch (type & ~ShortAttribute)
            {
                case 1:
                    words[0] = value switch { 1 => "DES-CBC", 5 => "3DES-CBC", 7 => "AES-CBC", 8 => "CAMELLIA-CBC", _ => $"ENCR{value}" };
                    break;
                case 2:
                    words[1] = value switch { 1 => "MD5", 2 => "SHA1", 4 => "SHA2-256", 5 => "SHA2-384", 6 => "SHA2-512", _ => $"HASH{value}" };
                    break;
                case 3:
                    words[2] = value switch { 1 => "PSK", 2 => "DSS", 3 => "RSA-SIG", 65001 => "XAUTH-PSK", 65005 => "XAUTH-RSA-SIG", _ => $"AUTH{value}" };
                    break;
                case 4:
                    words[3] = Group(value);
                    break;
                case KeyLength:
                    bits = value;
                    break;
                default:
                    break;
            }
        }

        words[0] = words[0] is { } cipher ? WithBits(cipher, bits) : null;
    }

    private static string WithBits(string cipher, int bits) => bits == 0 ? cipher : $"{cipher}-{bits}";

    // IANA "Internet Key Exchange Version 2 (IKEv2) Parameters".
    private static string Cipher(int id) => id switch
    {
        2 => "DES-CBC",
        3 => "3DES-CBC",
        11 => "NULL",
        12 => "AES-CBC",
        13 => "AES-CTR",
        14 => "AES-CCM-8",
        16 => "AES-CCM-16",
        18 => "AES-GCM-8",
        19 => "AES-GCM-12",
        20 => "AES-GCM-16",
        23 => "CAMELLIA-CBC",
        28 => "CHACHA20-POLY1305",
        _ => $"ENCR{id}",
    };

    private static string Prf(int id) => id switch
    {
        1 => "MD5",
        2 => "SHA1",
        4 => "AES-XCBC",
        5 => "SHA2-256",
        6 => "SHA2-384",
        7 => "SHA2-512",
        8 => "AES-CMAC",
        _ => $"{id}",
    };

    private static string Integrity(int id) => id switch
    {
        1 => "MD5-96",
        2 => "SHA1-96",
        5 => "AES-XCBC-96",
        12 => "SHA2-256-128",
        13 => "SHA2-384-192",
        14 => "SHA2-512-256",
        _ => $"AUTH{id}",
    };

    private static string Group(int id) => id switch
    {
        1 => "MODP768",
        2 => "MODP1024",
        5 => "MODP1536",
        14 => "MODP2048",
        15 => "MODP3072",
        16 => "MODP4096",
        17 => "MODP6144",
        18 => "MODP8192",
        19 => "ECP256",
        20 => "ECP384",
        21 => "ECP521",
        31 => "CURVE25519",
        32 => "CURVE448",
        35 => "ML-KEM-512",
        36 => "ML-KEM-768",
        37 => "ML-KEM-1024",
        _ => $"GROUP{id}",
    };
}
