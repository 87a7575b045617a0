using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace NetMonitor.Bench.Generation;

/// <summary>TLS 1.3 records as a modern client and server send them (RFC 8446 sections 4.1.2, 4.1.3, 4.2, 5.1). Keys are made up; nothing is encrypted.</summary>
internal static class TlsMessages
{
    private const byte ContentHandshake = 22;
    private const byte ContentChangeCipherSpec = 20;
    private const byte ContentApplicationData = 23;
    private const byte HandshakeClientHello = 1;
    private const byte HandshakeServerHello = 2;
    private const int RecordHeader = 5;
    private const int HandshakeHeader = 4;
    private const int KeyShare = 32; // X25519
    private const int Random = 32;
    private const int SessionId = 32;

    private static readonly byte[] CipherSuites = [0x13, 0x01, 0x13, 0x02, 0x13, 0x03, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x2C, 0xC0, 0x30, 0xCC, 0xA9, 0xCC, 0xA8];

    /// <summary>The server name of connection <paramref name="number"/>.</summary>
    public static string ServerName(int number) => string.Create(CultureInfo.InvariantCulture, $"host-{number:D8}.bench.example");

    /// <summary>Writes a ClientHello in one record.</summary>
    /// <param name="to">Receives it.</param>
    /// <param name="number">Of the connection, from which its name and random bytes are made.</param>
    /// <param name="scratch">For the name.</param>
    /// <returns>Its length.</returns>
    public static int ClientHello(Span<byte> to, int number, Span<byte> scratch)
    {
        int name = Encoding.ASCII.GetBytes(ServerName(number), scratch);
        Cursor at = new(to[(RecordHeader + HandshakeHeader)..]);
        at.U16(0x0303);
        at.Pattern(Random, number);
        at.U8(SessionId);
        at.Pattern(SessionId, number + 1);
        at.U16(CipherSuites.Length);
        at.Bytes(CipherSuites);
        at.U16(0x0100); // one compression method: none

        int extensions = at.Mark16();
        int serverName = at.Extension(0); // RFC 6066 section 3
        at.U16(name + 3);
        at.U8(0);
        at.U16(name);
        at.Bytes(scratch[..name]);
        at.Close16(serverName);
        int groups = at.Extension(10);
        at.U16(4);
        at.U16(29); // x25519
        at.U16(23); // secp256r1
        at.Close16(groups);
        int signatures = at.Extension(13);
        at.U16(4);
        at.U16(0x0403);
        at.U16(0x0804);
        at.Close16(signatures);
        int alpn = at.Extension(16); // RFC 7301 section 3.1
        at.U16(12);
        at.Prefixed("h2"u8);
        at.Prefixed("http/1.1"u8);
        at.Close16(alpn);
        int versions = at.Extension(43);
        at.U8(4);
        at.U16(0x0304);
        at.U16(0x0303);
        at.Close16(versions);
        int share = at.Extension(51);
        at.U16(KeyShare + 4);
        at.U16(29);
        at.U16(KeyShare);
        at.Pattern(KeyShare, number + 2);
        at.Close16(share);
        at.Close16(extensions);
        return Close(to, HandshakeClientHello, at.Length, legacyVersion: 0x0301);
    }

    /// <summary>Writes a ServerHello, a ChangeCipherSpec and the first encrypted record.</summary>
    /// <returns>Their length.</returns>
    public static int ServerHello(Span<byte> to, int number)
    {
        const int Encrypted = 700; // certificate and the like

        Cursor at = new(to[(RecordHeader + HandshakeHeader)..]);
        at.U16(0x0303);
        at.Pattern(Random, number + 3);
        at.U8(SessionId);
        at.Pattern(SessionId, number + 1);
        at.U16(0x1301);
        at.U8(0);
        int extensions = at.Mark16();
        int versions = at.Extension(43);
        at.U16(0x0304);
        at.Close16(versions);
        int share = at.Extension(51);
        at.U16(29);
        at.U16(KeyShare);
        at.Pattern(KeyShare, number + 4);
        at.Close16(share);
        at.Close16(extensions);

        int length = Close(to, HandshakeServerHello, at.Length, legacyVersion: 0x0303);
        WriteRecordHeader(to[length..], ContentChangeCipherSpec, 0x0303, 1);
        to[length + RecordHeader] = 1;
        length += RecordHeader + 1;
        int body = ApplicationData(to[length..], Encrypted);
        to.Slice(length + RecordHeader, Encrypted).Fill(0xA5);
        return length + body;
    }

    /// <summary>Writes the header of a record of <paramref name="size"/> encrypted bytes, which follow it.</summary>
    /// <returns>The record's length.</returns>
    public static int ApplicationData(Span<byte> to, int size)
    {
        WriteRecordHeader(to, ContentApplicationData, 0x0303, size);
        return RecordHeader + size;
    }

    private static int Close(Span<byte> to, byte type, int body, ushort legacyVersion)
    {
        WriteRecordHeader(to, ContentHandshake, legacyVersion, HandshakeHeader + body);
        BinaryPrimitives.WriteUInt32BigEndian(to[RecordHeader..], ((uint)type << 24) | (uint)body);
        return RecordHeader + HandshakeHeader + body;
    }

    private static void WriteRecordHeader(Span<byte> to, byte content, ushort version, int length)
    {
        to[0] = content;
        BinaryPrimitives.WriteUInt16BigEndian(to[1..], version);
        BinaryPrimitives.WriteUInt16BigEndian(to[3..], (ushort)length);
    }

    /// <summary>Writes on and on, and lengths afterwards.</summary>
    private ref struct Cursor(Span<byte> to)
    {
        private readonly Span<byte> _to = to;

        public int Length { get; private set; }

        public void U8(byte value) => _to[Length++] = value;

        public void U16(int value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_to[Length..], (ushort)value);
            Length += sizeof(ushort);
        }

        public void Bytes(ReadOnlySpan<byte> value)
        {
            value.CopyTo(_to[Length..]);
            Length += value.Length;
        }

        public void Prefixed(ReadOnlySpan<byte> value)
        {
            U8((byte)value.Length);
            Bytes(value);
        }

        /// <summary>Bytes that look random and depend on <paramref name="seed"/> only.</summary>
        public void Pattern(int count, int seed)
        {
            Prng prng = new((ulong)seed);
            for (int end = Length + count; Length < end; Length += sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(_to[Length..], prng.Next());
            }
        }

        /// <summary>Leaves room for a length; <see cref="Close16"/> fills it.</summary>
        public int Mark16()
        {
            Length += sizeof(ushort);
            return Length;
        }

        public int Extension(ushort type)
        {
            U16(type);
            return Mark16();
        }

        public readonly void Close16(int mark) => BinaryPrimitives.WriteUInt16BigEndian(_to[(mark - sizeof(ushort))..], (ushort)(Length - mark));
    }
}
