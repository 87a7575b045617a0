using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetMonitor.Inspection.Quic;

/// <summary>
/// The keys of both sides' Initial packets, which anyone who saw the client's first connection id can derive (RFC 9001 section 5.2, RFC
/// 9369 section 3.3). A side's are derived when its first packet comes, and its cipher is used for all of them.
/// </summary>
internal sealed class QuicInitialKeys : IDisposable
{
    private const int SecretSize = SHA256.HashSizeInBytes;
    private const int KeySize = 16;           // AES-128
    private const int IvSize = 12;
    private const int TagSize = 16;
    private const int SampleSize = 16;        // RFC 9001 section 5.4.2
    private const int LongestNumber = 4;      // bytes of a packet number
    private const byte NumberLengthMask = 0x03;
    private const byte ReservedBits = 0x0C;   // 0 before protection (RFC 9000 section 17.2)
    private const byte ProtectedBits = 0x0F;  // of a long header's first byte (RFC 9001 section 5.4.1)

    private static readonly byte[] ClientIn = Info("client in", SecretSize);
    private static readonly byte[] ServerIn = Info("server in", SecretSize);
    private static readonly Labels Version1 = new(Info("quic key", KeySize), Info("quic iv", IvSize), Info("quic hp", KeySize));
    private static readonly Labels Version2 = new(Info("quicv2 key", KeySize), Info("quicv2 iv", IvSize), Info("quicv2 hp", KeySize));

    [ThreadStatic]
    private static Aes? t_headerCipher; // Setting a key is much cheaper than making one.

    private readonly bool _checksReservedBits;
    private readonly Labels _labels;
    private readonly byte[] _initial = new byte[SecretSize];
    private SideKeys? _client;
    private SideKeys? _server;

    /// <param name="version">A version that protects its Initial packets.</param>
    /// <param name="destinationId">Destination connection id of the client's first packet, or of its first after a Retry.</param>
    public QuicInitialKeys(QuicVersion version, ReadOnlySpan<byte> destinationId)
    {
        _checksReservedBits = version.Format == QuicFormat.Ietf;
        _labels = version.IsVersion2 ? Version2 : Version1;
        HMACSHA256.HashData(version.Salt, destinationId, _initial); // HKDF-Extract (RFC 5869 section 2.2)
    }

    private sealed record Labels(byte[] Key, byte[] Iv, byte[] HeaderProtection);

    /// <summary>What one side protects its packets with.</summary>
    private sealed class SideKeys : IDisposable
    {
        private readonly byte[] _keys = new byte[IvSize + KeySize]; // iv, hp

        public SideKeys(ReadOnlySpan<byte> initial, byte[] side, Labels labels)
        {
            Span<byte> secret = stackalloc byte[SecretSize];
            Span<byte> block = stackalloc byte[SecretSize];
            HMACSHA256.HashData(initial, side, secret);
            HMACSHA256.HashData(secret, labels.Iv, block);
            block[..IvSize].CopyTo(_keys);
            HMACSHA256.HashData(secret, labels.HeaderProtection, block);
            block[..KeySize].CopyTo(_keys.AsSpan(IvSize));
            HMACSHA256.HashData(secret, labels.Key, block);
            Cipher = new AesGcm(block[..KeySize], TagSize);
        }

        public AesGcm Cipher { get; }

        public ReadOnlySpan<byte> Iv => _keys.AsSpan(0, IvSize);

        public ReadOnlySpan<byte> HeaderProtection => _keys.AsSpan(IvSize);

        public void Dispose() => Cipher.Dispose();
    }

    /// <summary>Gives the ciphers back. Keys that are needed again are derived again.</summary>
    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
        _client = _server = null;
    }

    /// <summary>Removes the protection of an Initial packet (RFC 9001 sections 5.3 and 5.4).</summary>
    /// <param name="byClient">Whether the client sent it.</param>
    /// <param name="header">The packet; whole.</param>
    /// <param name="buffer">Room for the packet.</param>
    /// <param name="frames">Its payload, within the buffer.</param>
    /// <param name="authenticated">False when the dear part, authentication, was tried and failed.</param>
    public bool TryOpen(bool byClient, in QuicLongHeader header, Span<byte> buffer, out ReadOnlySpan<byte> frames, out bool authenticated)
    {
        frames = default;
        authenticated = true;
        ReadOnlySpan<byte> packet = header.Packet;
        int at = header.PayloadAt;
        if (packet.Length < at + LongestNumber + SampleSize)
        {
            return false;
        }

        SideKeys keys = byClient ? _client ??= new SideKeys(_initial, ClientIn, _labels) : _server ??= new SideKeys(_initial, ServerIn, _labels);
        Span<byte> mask = stackalloc byte[SampleSize];
        Aes cipher = t_headerCipher ??= Aes.Create();
        cipher.SetKey(keys.HeaderProtection);
        cipher.EncryptEcb(packet.Slice(at + LongestNumber, SampleSize), mask, PaddingMode.None);

        byte first = (byte)(packet[0] ^ (mask[0] & ProtectedBits));
        int numberSize = (first & NumberLengthMask) + 1;
        if (_checksReservedBits && (first & ReservedBits) != 0)
        {
            return false; // Wrong keys, in three of four cases: spares the failed authentication.
        }

        int bodyAt = at + numberSize;
        int bodySize = packet.Length - bodyAt - TagSize;
        if (bodySize < 0)
        {
            return false;
        }

        Span<byte> associated = buffer[..bodyAt];
        packet[..bodyAt].CopyTo(associated);
        associated[0] = first;
        uint number = 0;
        for (int i = 0; i < numberSize; i++)
        {
            associated[at + i] ^= mask[1 + i];
            number = number << 8 | associated[at + i];
        }

        // Initial packets are few, so their numbers are not longer than what is sent of them.
        Span<byte> nonce = stackalloc byte[IvSize];
        keys.Iv.CopyTo(nonce);
        Span<byte> low = nonce[^sizeof(uint)..];
        BinaryPrimitives.WriteUInt32BigEndian(low, BinaryPrimitives.ReadUInt32BigEndian(low) ^ number);

        Span<byte> plain = buffer.Slice(bodyAt, bodySize);
        authenticated = TryDecrypt(keys.Cipher, nonce, packet[bodyAt..], plain, associated);
        frames = plain;
        return authenticated;
    }

    private static bool TryDecrypt(
        AesGcm cipher, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> body, Span<byte> plain, ReadOnlySpan<byte> associated)
    {
        try
        {
            cipher.Decrypt(nonce, body[..^TagSize], body[^TagSize..], plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>
    /// What HKDF-Expand-Label hashes for an output of one block: HkdfLabel (RFC 8446 section 7.1: uint16 length, "tls13 " and the label, an
    /// empty context), then the number of the block (RFC 5869 section 2.3).
    /// </summary>
    private static byte[] Info(string label, byte length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        return [0, length, (byte)name.Length, .. name, 0, 1];
    }
}
