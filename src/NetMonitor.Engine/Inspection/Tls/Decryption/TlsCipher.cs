using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetMonitor.Inspection.Tls.Decryption;

/// <summary>How a cipher suite protects records.</summary>
internal enum TlsBulk : byte
{
    AesGcm,
    AesCcm,
    ChaCha20Poly1305,
    AesCbc,
}

/// <summary>The parameters of a cipher suite, which its IANA name spells out ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256").</summary>
/// <param name="Bulk">How records are protected.</param>
/// <param name="KeySize">Bytes of a key.</param>
/// <param name="TagSize">Bytes of an authentication tag (AEAD).</param>
/// <param name="Hash">The hash of the key schedule.</param>
/// <param name="Mac">The hash of CBC's message authentication code.</param>
internal sealed record TlsCipher(TlsBulk Bulk, int KeySize, int TagSize, HashAlgorithmName Hash, HashAlgorithmName Mac)
{
    private const int FullTag = 16;
    private const int ShortTag = 8; // CCM_8, RFC 6655
    private const int Aes128 = 16;
    private const int Aes256 = 32;

    /// <summary>Bytes of <see cref="Mac"/>.</summary>
    public int MacSize => Mac == HashAlgorithmName.SHA384 ? SHA384.HashSizeInBytes : Mac == HashAlgorithmName.SHA1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes;

    /// <summary>The cipher of a suite; null for one that is not known, or not offered by this system.</summary>
    public static TlsCipher? Of(string suite)
    {
        bool long384 = suite.EndsWith("_SHA384", StringComparison.Ordinal);
        HashAlgorithmName hash = long384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        HashAlgorithmName mac = long384 || suite.EndsWith("_SHA256", StringComparison.Ordinal) ? hash : HashAlgorithmName.SHA1;
        int key = suite.Contains("AES_256_", StringComparison.Ordinal) ? Aes256 : suite.Contains("AES_128_", StringComparison.Ordinal) ? Aes128 : 0;
        if (suite.Contains("CHACHA20_POLY1305", StringComparison.Ordinal))
        {
            return ChaCha20Poly1305.IsSupported ? new TlsCipher(TlsBulk.ChaCha20Poly1305, Aes256, FullTag, hash, mac) : null;
        }

        return key == 0 ? null
            : suite.Contains("_GCM", StringComparison.Ordinal) ? AesGcm.IsSupported ? new TlsCipher(TlsBulk.AesGcm, key, FullTag, hash, mac) : null
            : suite.Contains("_CCM", StringComparison.Ordinal)
                ? AesCcm.IsSupported ? new TlsCipher(TlsBulk.AesCcm, key, suite.Contains("CCM_8", StringComparison.Ordinal) ? ShortTag : FullTag, hash, mac) : null
            : suite.Contains("_CBC", StringComparison.Ordinal) ? new TlsCipher(TlsBulk.AesCbc, key, 0, hash, mac)
            : null;
    }

    /// <summary>HKDF-Expand-Label with an empty context (RFC 8446 section 7.1).</summary>
    public static byte[] ExpandLabel(HashAlgorithmName hash, ReadOnlySpan<byte> secret, string label, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        byte[] info = new byte[sizeof(ushort) + 1 + name.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        info[sizeof(ushort)] = (byte)name.Length;
        name.CopyTo(info, sizeof(ushort) + 1);
        byte[] output = new byte[length];
        HKDF.Expand(hash, secret, output, info);
        return output;
    }

    /// <summary>The PRF of TLS 1.2 (RFC 5246 section 5).</summary>
    public static byte[] Expand12(HashAlgorithmName hash, ReadOnlySpan<byte> secret, string label, ReadOnlySpan<byte> seed, int length)
    {
        byte[] labelled = [.. Encoding.ASCII.GetBytes(label), .. seed];
        byte[] output = new byte[length];
        byte[] a = labelled;
        for (int at = 0; at < length;)
        {
            a = CryptographicOperations.HmacData(hash, secret, a);
            byte[] block = CryptographicOperations.HmacData(hash, secret, (byte[])[.. a, .. labelled]);
            int part = Math.Min(block.Length, length - at);
            block.AsSpan(0, part).CopyTo(output.AsSpan(at));
            at += part;
        }

        return output;
    }
}
