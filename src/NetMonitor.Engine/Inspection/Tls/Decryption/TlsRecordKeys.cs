using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetMonitor.Inspection.Tls.Decryption;

/// <summary>Opens the records of one direction under one key, in order.</summary>
internal sealed class TlsRecordKeys : IDisposable
{
    private const int IvSize = 12;
    private const int SaltSize = 4;               // of the nonce of AES-GCM and AES-CCM in TLS 1.2 (RFC 5288 section 3, RFC 6655)
    private const int ExplicitNonceSize = 8;      // the rest of it, sent with each record
    private const int BlockSize = 16;             // of AES
    private const int AdditionalSize = 13;        // seq_num, type, version, length (RFC 5246 section 6.2.3.3)

    private readonly TlsCipher _cipher;
    private readonly bool _isTls13;
    private readonly bool _encryptThenMac;
    private readonly byte[] _iv;
    private readonly byte[] _macKey;
    private readonly AesGcm? _gcm;
    private readonly AesCcm? _ccm;
    private readonly ChaCha20Poly1305? _chacha;
    private readonly Aes? _cbc;

    private TlsRecordKeys(TlsCipher cipher, bool isTls13, bool encryptThenMac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey)
    {
        _cipher = cipher;
        _isTls13 = isTls13;
        _encryptThenMac = encryptThenMac;
        _iv = iv.ToArray();
        _macKey = macKey.ToArray();
        switch (cipher.Bulk)
        {
            case TlsBulk.AesGcm:
                _gcm = new AesGcm(key, cipher.TagSize);
                break;
            case TlsBulk.AesCcm:
                _ccm = new AesCcm(key);
                break;
            case TlsBulk.ChaCha20Poly1305:
                _chacha = new ChaCha20Poly1305(key);
                break;
            default:
                _cbc = Aes.Create();
                _cbc.SetKey(key);
                break;
        }
    }

    /// <summary>Number of the next record.</summary>
    public ulong Sequence { get; set; }

    /// <summary>The keys that follow from a traffic secret of TLS 1.3 (RFC 8446 section 7.3).</summary>
    public static TlsRecordKeys Tls13(TlsCipher cipher, ReadOnlySpan<byte> secret) => new(
        cipher, isTls13: true, encryptThenMac: false, TlsCipher.ExpandLabel(cipher.Hash, secret, "key", cipher.KeySize),
        TlsCipher.ExpandLabel(cipher.Hash, secret, "iv", IvSize), []);

    /// <summary>The keys of one side of TLS 1.2 (RFC 5246 section 6.3).</summary>
    public static TlsRecordKeys Tls12(
        TlsCipher cipher, bool encryptThenMac, ReadOnlySpan<byte> master, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom, bool ofClient)
    {
        int mac = cipher.Bulk == TlsBulk.AesCbc ? cipher.MacSize : 0;
        int iv = cipher.Bulk switch { TlsBulk.AesCbc => 0, TlsBulk.ChaCha20Poly1305 => IvSize, _ => SaltSize };
        byte[] block = TlsCipher.Expand12(
            cipher.Hash, master, "key expansion", (byte[])[.. serverRandom, .. clientRandom], 2 * (mac + cipher.KeySize + iv));
        int side = ofClient ? 0 : 1;
        return new TlsRecordKeys(
            cipher, isTls13: false, encryptThenMac,
            block.AsSpan((2 * mac) + (side * cipher.KeySize), cipher.KeySize),
            block.AsSpan((2 * (mac + cipher.KeySize)) + (side * iv), iv),
            block.AsSpan(side * mac, mac));
    }

    /// <summary>Opens the next record.</summary>
    /// <param name="record">The record, header included.</param>
    /// <param name="buffer">Room for as many bytes.</param>
    /// <param name="content">What it protects, within the buffer; in TLS 1.3 with its type and padding.</param>
    /// <returns>False when it is not authentic: of another key, or records are missing.</returns>
    public bool TryOpen(ReadOnlySpan<byte> record, Span<byte> buffer, out ReadOnlySpan<byte> content)
    {
        content = default;
        ReadOnlySpan<byte> body = record[TlsRecord.HeaderSize..];
        bool opened = _cbc is null ? TryOpenAead(record, body, buffer, out int length) : TryOpenCbc(record, body, buffer, out length);
        if (opened)
        {
            Sequence++;
            content = buffer[..length];
        }

        return opened;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gcm?.Dispose();
        _ccm?.Dispose();
        _chacha?.Dispose();
        _cbc?.Dispose();
        CryptographicOperations.ZeroMemory(_macKey);
    }

    private bool TryOpenAead(ReadOnlySpan<byte> record, ReadOnlySpan<byte> body, Span<byte> buffer, out int length)
    {
        Span<byte> nonce = stackalloc byte[IvSize];
        if (_iv.Length == IvSize)
        {
            _iv.CopyTo(nonce);
            Span<byte> low = nonce[^sizeof(ulong)..];
            BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ Sequence);
        }
        else
        {
            length = 0;
            if (body.Length < ExplicitNonceSize)
            {
                return false;
            }

            _iv.CopyTo(nonce);
            body[..ExplicitNonceSize].CopyTo(nonce[SaltSize..]);
            body = body[ExplicitNonceSize..];
        }

        length = body.Length - _cipher.TagSize;
        if (length < 0)
        {
            return false;
        }

        Span<byte> additional = stackalloc byte[AdditionalSize];
        additional = _isTls13 ? additional[..TlsRecord.HeaderSize] : additional;
        if (_isTls13)
        {
            record[..TlsRecord.HeaderSize].CopyTo(additional);
        }
        else
        {
            WriteAdditional(additional, record, length);
        }

        try
        {
            ReadOnlySpan<byte> sealedBytes = body[..length];
            ReadOnlySpan<byte> tag = body[length..];
            _gcm?.Decrypt(nonce, sealedBytes, tag, buffer[..length], additional);
            _ccm?.Decrypt(nonce, sealedBytes, tag, buffer[..length], additional);
            _chacha?.Decrypt(nonce, sealedBytes, tag, buffer[..length], additional);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>GenericBlockCipher with an explicit IV (RFC 5246 section 6.2.3.2), the MAC inside, or outside after RFC 7366.</summary>
    private bool TryOpenCbc(ReadOnlySpan<byte> record, ReadOnlySpan<byte> body, Span<byte> buffer, out int length)
    {
        int mac = _cipher.MacSize;
        length = 0;
        if (_encryptThenMac)
        {
            if (body.Length < mac || !IsAuthentic(record, body[..^mac], body[^mac..]))
            {
                return false;
            }

            body = body[..^mac];
        }

        if (body.Length < 2 * BlockSize || body.Length % BlockSize != 0)
        {
            return false;
        }

        int plain = _cbc!.DecryptCbc(body[BlockSize..], body[..BlockSize], buffer, PaddingMode.None);
        int padding = buffer[plain - 1] + 1;
        length = plain - padding - (_encryptThenMac ? 0 : mac);
        return length >= 0 && (_encryptThenMac || IsAuthentic(record, buffer[..length], buffer.Slice(length, mac)));
    }

    private bool IsAuthentic(ReadOnlySpan<byte> record, ReadOnlySpan<byte> content, ReadOnlySpan<byte> mac)
    {
        Span<byte> additional = stackalloc byte[AdditionalSize];
        WriteAdditional(additional, record, content.Length);
        using var hmac = IncrementalHash.CreateHMAC(_cipher.Mac, _macKey);
        hmac.AppendData(additional);
        hmac.AppendData(content);
        return mac.SequenceEqual(hmac.GetHashAndReset());
    }

    private void WriteAdditional(Span<byte> additional, ReadOnlySpan<byte> record, int length)
    {
        BinaryPrimitives.WriteUInt64BigEndian(additional, Sequence);
        record[..(TlsRecord.HeaderSize - sizeof(ushort))].CopyTo(additional[sizeof(ulong)..]);
        BinaryPrimitives.WriteUInt16BigEndian(additional[^sizeof(ushort)..], (ushort)length);
    }
}
