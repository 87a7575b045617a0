using System.Buffers.Binary;

namespace NetMonitor.Inspection.Ssh;

/// <summary>
/// What the sizes of a server's encrypted packets tell. SSH_MSG_USERAUTH_SUCCESS is the only message of a single byte before a connection
/// is established (RFC 4252 section 5.1), so it fills the smallest packet there is; every other answer names services, methods or keys.
/// </summary>
/// <remarks>Where the length of a packet is sent in the clear (AES-GCM, RFC 5647 section 7.2; encrypt-then-MAC) packets are told apart exactly,
/// elsewhere by turns: each answer waits for the other side, so what came since the client spoke is one packet when a segment ends.</remarks>
internal struct SshSealed
{
    private const int LengthSize = sizeof(uint);
    private const int LongestPacket = 256 * 1024; // bytes; section 6.1 asks for 35,000, OpenSSH takes this

    private int _smallest;        // bytes of the smallest packet without its tag; 0 when the algorithms are not known
    private int _tag;             // bytes of the MAC
    private bool _lengthIsClear;
    private int _packets;         // since the keys were taken into use
    private int _answer;          // bytes since the client spoke

    /// <summary>Sets the algorithms of the direction.</summary>
    public void Use(string? cipher, string? mac)
    {
        const int LargeBlock = 16;
        const int SmallBlock = 8;
        const int CipherTag = 16; // of AES-GCM and Poly1305
        if (cipher is null)
        {
            return;
        }

        int block = cipher.StartsWith("aes", StringComparison.Ordinal) || cipher.Contains("rijndael", StringComparison.Ordinal) ? LargeBlock : SmallBlock;
        bool isPoly = cipher.StartsWith("chacha20-poly1305", StringComparison.Ordinal);
        bool isGcm = cipher.Contains("gcm", StringComparison.OrdinalIgnoreCase);
        if (isPoly || isGcm)
        {
            // byte padding_length, byte type, at least 4 bytes of padding: one block behind the length (section 6).
            _tag = CipherTag;
            _smallest = LengthSize + block;
            _lengthIsClear = isGcm;
        }
        else if (mac is not null && TagOf(mac) is > 0 and int tag)
        {
            _tag = tag;
            _lengthIsClear = mac.Contains("-etm@", StringComparison.Ordinal);
            _smallest = _lengthIsClear ? LengthSize + block : LargeBlock; // with the length: 10 bytes, filled up to 16 either way
        }
    }

    /// <summary>The client spoke: what the server sends next is another answer.</summary>
    public void Turn()
    {
        if (_answer > 0)
        {
            _answer = 0;
            _packets++;
        }
    }

    /// <summary>Reads what the server sent.</summary>
    /// <param name="bytes">Its unconsumed bytes.</param>
    /// <param name="consumed">How far it got.</param>
    /// <returns>True when the user was accepted.</returns>
    public bool Read(ReadOnlySpan<byte> bytes, out long consumed)
    {
        const int BeforeSuccess = 1; // SSH_MSG_SERVICE_ACCEPT comes first (RFC 4253 section 10)
        if (_smallest == 0 || !_lengthIsClear)
        {
            consumed = bytes.Length;
            _answer += bytes.Length;
            return _packets >= BeforeSuccess && _smallest > 0 && _answer == _smallest + _tag;
        }

        consumed = 0;
        while (bytes.Length - consumed >= LengthSize)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(int)consumed..]);
            if (length is 0 or > LongestPacket)
            {
                (_smallest, consumed) = (0, bytes.Length); // Not what was agreed on.
                return false;
            }

            consumed += LengthSize + length + _tag;
            if (LengthSize + length == _smallest && _packets >= BeforeSuccess)
            {
                return true;
            }

            _packets++;
            if (consumed >= bytes.Length)
            {
                break;
            }
        }

        return false;
    }

    /// <summary>Bytes of a MAC (RFC 4253 section 6.4, RFC 6668), or 0.</summary>
    private static int TagOf(string mac)
    {
        const int Bits = 8;
        (string Prefix, int Size)[] known =
        [
            ("hmac-sha2-256", 256 / Bits), ("hmac-sha2-512", 512 / Bits), ("hmac-sha1-96", 96 / Bits), ("hmac-sha1", 160 / Bits),
            ("hmac-md5-96", 96 / Bits), ("hmac-md5", 128 / Bits), ("hmac-ripemd160", 160 / Bits), ("umac-64", 64 / Bits), ("umac-128", 128 / Bits),
        ];
        return known.FirstOrDefault(row => mac.StartsWith(row.Prefix, StringComparison.Ordinal)).Size;
    }
}
