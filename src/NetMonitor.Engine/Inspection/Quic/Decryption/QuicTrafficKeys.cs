using System.Buffers.Binary;
using System.Security.Cryptography;
using NetMonitor.Inspection.Tls.Decryption;

namespace NetMonitor.Inspection.Quic.Decryption;

/// <summary>Opens the 1-RTT packets of one side (RFC 9001 sections 5 and 6).</summary>
internal sealed class QuicTrafficKeys : IDisposable
{
    private const int IvSize = 12;
    private const int TagSize = 16;
    private const int SampleSize = 16;
    private const int LongestNumber = 4;      // bytes of a packet number
    private const byte NumberLengthMask = 0x03;
    private const byte KeyPhase = 0x04;
    private const byte ReservedBits = 0x18;
    private const byte ProtectedBits = 0x1F;  // of a short header's first byte

    private readonly TlsCipher _cipher;
    private readonly string _prefix;
    private readonly Aes _header;
    private byte[] _secret;
    private bool _phase;
    private long _largest = -1;
    private AesGcm _gcm;
    private byte[] _iv;

    private QuicTrafficKeys(TlsCipher cipher, bool isVersion2, byte[] secret)
    {
        _cipher = cipher;
        _prefix = isVersion2 ? "quicv2 " : "quic ";
        _secret = secret;
        _header = Aes.Create();
        _header.SetKey(Expand(secret, "hp", cipher.KeySize));
        (_gcm, _iv) = KeysOf(secret);
    }

    /// <summary>The keys that follow from a traffic secret; null for a cipher that is not opened.</summary>
    public static QuicTrafficKeys? Of(TlsCipher cipher, bool isVersion2, byte[] secret) =>
        cipher.Bulk == TlsBulk.AesGcm ? new QuicTrafficKeys(cipher, isVersion2, secret) : null;

    /// <summary>Opens a packet.</summary>
    /// <param name="packet">From its first byte to the end of the datagram.</param>
    /// <param name="idSize">Bytes of the receiver's connection id.</param>
    /// <param name="buffer">Room for as many bytes.</param>
    /// <param name="frames">Its payload, within the buffer.</param>
    public bool TryOpen(ReadOnlySpan<byte> packet, int idSize, Span<byte> buffer, out ReadOnlySpan<byte> frames)
    {
        frames = default;
        int at = 1 + idSize;
        if (packet.Length < at + LongestNumber + SampleSize)
        {
            return false;
        }

        Span<byte> mask = stackalloc byte[SampleSize];
        _header.EncryptEcb(packet.Slice(at + LongestNumber, SampleSize), mask, PaddingMode.None);
        byte first = (byte)(packet[0] ^ (mask[0] & ProtectedBits));
        int numberSize = (first & NumberLengthMask) + 1;
        int bodyAt = at + numberSize;
        int bodySize = packet.Length - bodyAt - TagSize;
        if ((first & ReservedBits) != 0 || bodySize < 0)
        {
            return false;
        }

        Span<byte> associated = buffer[..bodyAt];
        packet[..bodyAt].CopyTo(associated);
        associated[0] = first;
        long sent = 0;
        for (int i = 0; i < numberSize; i++)
        {
            associated[at + i] ^= mask[1 + i];
            sent = sent << 8 | associated[at + i];
        }

        long number = Number(sent, numberSize);
        Span<byte> plain = buffer.Slice(bodyAt, bodySize);
        bool isNext = (first & KeyPhase) != 0 != _phase;
        if (!(isNext ? TryNext(number, packet[bodyAt..], plain, associated) : TryDecrypt(_gcm, _iv, number, packet[bodyAt..], plain, associated)))
        {
            return false;
        }

        _largest = Math.Max(_largest, number);
        frames = plain;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gcm.Dispose();
        _header.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private static bool TryDecrypt(AesGcm gcm, byte[] iv, long number, ReadOnlySpan<byte> body, Span<byte> plain, ReadOnlySpan<byte> associated)
    {
        Span<byte> nonce = stackalloc byte[IvSize];
        iv.CopyTo(nonce);
        Span<byte> low = nonce[^sizeof(ulong)..];
        BinaryPrimitives.WriteInt64BigEndian(low, BinaryPrimitives.ReadInt64BigEndian(low) ^ number);
        try
        {
            gcm.Decrypt(nonce, body[..^TagSize], body[^TagSize..], plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>The whole packet number (RFC 9000 appendix A.3).</summary>
    private long Number(long sent, int size)
    {
        long expected = _largest + 1;
        long window = 1L << (8 * size);
        long candidate = (expected & ~(window - 1)) | sent;
        return candidate <= expected - (window / 2) ? candidate + window
            : candidate > expected + (window / 2) && candidate >= window ? candidate - window
            : candidate;
    }

    /// <summary>The other key phase: the next keys, or what came late of the last ones, which stays closed.</summary>
    private bool TryNext(long number, ReadOnlySpan<byte> body, Span<byte> plain, ReadOnlySpan<byte> associated)
    {
        byte[] secret = Expand(_secret, "ku", _secret.Length);
        (AesGcm gcm, byte[] iv) = KeysOf(secret);
        if (!TryDecrypt(gcm, iv, number, body, plain, associated))
        {
            gcm.Dispose();
            return false;
        }

        _gcm.Dispose();
        (_gcm, _iv, _secret, _phase) = (gcm, iv, secret, !_phase);
        return true;
    }

    private (AesGcm Gcm, byte[] Iv) KeysOf(byte[] secret) => (new AesGcm(Expand(secret, "key", _cipher.KeySize), TagSize), Expand(secret, "iv", IvSize));

    private byte[] Expand(byte[] secret, string label, int length) => TlsCipher.ExpandLabel(_cipher.Hash, secret, _prefix + label, length);
}
