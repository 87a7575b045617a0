using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Quic;

/// <summary>A QUIC endpoint's packets built by hand: headers, frames, and the protection of Initial packets (RFC 9001 section 5).</summary>
internal sealed record QuicBytes
{
    public const uint Version1 = 1;
    public const uint Version2 = 0x6B3343CF;
    private const int TagSize = 16;

    /// <summary>The connection ids of RFC 9001 appendix A: the client's first choice for the server, the server's own.</summary>
    public static readonly byte[] FirstId = Convert.FromHexString("8394C8F03E515708");
    public static readonly byte[] ServerId = Convert.FromHexString("F067A5502A4262B5");

    public uint Version { get; init; } = Version1;

    public string Salt { get; init; } = "38762CF7F55934B34D179AE6A4C80CADCCBB7F0A";

    public string LabelPrefix { get; init; } = "quic";

    /// <summary>The id that the keys follow from.</summary>
    public byte[] KeyId { get; init; } = FirstId;

    public static QuicBytes V2 => new() { Version = Version2, Salt = "0DEDE3DEF700A6DB819381BE6E269DCBF9BD2ED9", LabelPrefix = "quicv2" };

    public static byte[] VarInt(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        (int size, int prefix) = value switch { < 1 << 6 => (1, 0), < 1 << 14 => (2, 0x40), < 1 << 30 => (4, 0x80), _ => (8, 0xC0) };
        bytes = bytes[^size..];
        bytes[0] |= (byte)prefix;
        return bytes;
    }

    public static byte[] Crypto(int offset, byte[] data) => Bytes(6, VarInt(offset), VarInt(data.Length), data);

    public static byte[] Ack => Bytes(2, VarInt(0), VarInt(0), VarInt(0), VarInt(0));

    /// <summary>A CONNECTION_CLOSE of the transport.</summary>
    public static byte[] Close(int code, string reason) => Bytes(0x1C, VarInt(code), VarInt(6), VarInt(reason.Length), reason);

    /// <summary>A client's Initial packet, padded so that its datagram has 1,200 bytes.</summary>
    public byte[] Client(byte[] frames, byte[]? destination = null, byte[]? source = null, byte[]? token = null, uint number = 0) =>
        Initial(byClient: true, frames, destination ?? KeyId, source ?? [], token ?? [], number, 1, pad: 1200);

    /// <summary>A server's Initial packet.</summary>
    public byte[] Server(byte[] frames, byte[]? destination = null, byte[]? source = null) =>
        Initial(byClient: false, frames, destination ?? [], source ?? ServerId, [], 1, 2);

    public byte[] Initial(
        bool byClient, byte[] frames, byte[] destination, byte[] source, byte[] token, uint number, int numberSize, int pad = 0)
    {
        // First byte, version, ids, token, a length of two bytes.
        int headerSize = 1 + 4 + 1 + destination.Length + 1 + source.Length + VarInt(token.Length).Length + token.Length + 2 + numberSize;
        byte[] plain = [.. frames, .. new byte[Math.Max(0, pad - headerSize - TagSize - frames.Length)]];
        int length = numberSize + plain.Length + TagSize;
        byte[] number4 = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number4, number);
        byte[] header = Bytes(First(0) | (numberSize - 1), Version, Vector8(destination), Vector8(source), VarInt(token.Length), token,
            U16(0x4000 | length), number4[^numberSize..]);
        return Protect(byClient, header, numberSize, number, plain);
    }

    /// <summary>A packet of another type, whose protection nobody can remove.</summary>
    public byte[] Handshake(byte[] destination, byte[] source) => Protected(2, destination, source);

    public byte[] ZeroRtt(byte[] destination) => Protected(1, destination, []);

    public byte[] Retry(byte[] destination, byte[] source, byte[] token) =>
        Bytes(First(3), Version, Vector8(destination), Vector8(source), token, new byte[16]);

    public static byte[] Negotiation(byte[] destination, byte[] source, params uint[] versions) =>
        Bytes(0x80, 0u, Vector8(destination), Vector8(source), versions.SelectMany(version => Bytes(version)).ToArray());

    /// <summary>A packet with a short header; its protected bits and all after look random.</summary>
    public static byte[] Short(int seed)
    {
        byte[] packet = new byte[40];
        new Random(seed).NextBytes(packet);
        packet[0] = (byte)(0x40 | (packet[0] & 0x3F));
        return packet;
    }

    private int First(int type) => 0xC0 | ((Version == Version2 ? (type + 1) & 3 : type) << 4);

    private byte[] Protected(int type, byte[] destination, byte[] source) =>
        Bytes(First(type), Version, Vector8(destination), Vector8(source), U16(0x4000 | 60), Enumerable.Repeat((byte)0x77, 60).ToArray());

    private byte[] Protect(bool byClient, byte[] header, int numberSize, uint number, byte[] plain)
    {
        byte[] initial = HKDF.Extract(HashAlgorithmName.SHA256, KeyId, Convert.FromHexString(Salt));
        byte[] secret = Expand(initial, byClient ? "client in" : "server in", 32);
        byte[] nonce = Expand(secret, LabelPrefix + " iv", 12);
        for (int i = 0; i < 4; i++)
        {
            nonce[8 + i] ^= (byte)(number >> (24 - (8 * i)));
        }

        byte[] body = new byte[plain.Length];
        byte[] tag = new byte[TagSize];
        using AesGcm gcm = new(Expand(secret, LabelPrefix + " key", 16), TagSize);
        gcm.Encrypt(nonce, plain, body, tag, header);
        byte[] packet = [.. header, .. body, .. tag];

        using Aes aes = Aes.Create();
        aes.Key = Expand(secret, LabelPrefix + " hp", 16);
        int numberAt = header.Length - numberSize;
        byte[] mask = aes.EncryptEcb(packet.AsSpan(numberAt + 4, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x0F);
        for (int i = 0; i < numberSize; i++)
        {
            packet[numberAt + i] ^= mask[1 + i];
        }

        return packet;
    }

    private static byte[] Expand(byte[] secret, string label, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, length, Bytes(U16(length), Vector8(Encoding.ASCII.GetBytes("tls13 " + label)), 0));
}
