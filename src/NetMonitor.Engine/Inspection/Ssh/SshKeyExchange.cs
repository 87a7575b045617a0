using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetMonitor.Inspection.Ssh;

/// <summary>The offer of one side, SSH_MSG_KEXINIT (RFC 4253 section 7.1), over the bytes it was read from.</summary>
internal readonly ref struct SshKeyExchange
{
    // byte SSH_MSG_KEXINIT; byte[16] cookie; ten name-lists; boolean first_kex_packet_follows; uint32 0
    private const int CookieAt = 1;
    private const int CookieSize = 16;

    /// <summary>Where the first name-list is.</summary>
    public const int ListsAt = CookieAt + CookieSize;

    private const int LengthSize = sizeof(uint);
    private const int MostNames = 256; // of a list that are compared; OpenSSH takes 40

    private readonly ReadOnlySpan<byte> _lists;

    private SshKeyExchange(ReadOnlySpan<byte> lists) => _lists = lists;

    /// <summary>The name-lists, in the order they are sent.</summary>
    public enum List
    {
        KeyExchange,
        HostKey,
        CipherToServer,
        CipherToClient,
        MacToServer,
        MacToClient,
        CompressionToServer,
        CompressionToClient,
    }

    /// <summary>Reads a message from its type byte on.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out SshKeyExchange result)
    {
        result = default;
        if (message.Length < ListsAt)
        {
            return false;
        }

        result = new SshKeyExchange(message[ListsAt..]);
        int at = 0;
        for (int i = 0; i <= (int)List.CompressionToClient; i++)
        {
            if (!TryReadList(result._lists, ref at, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A list of the message.</summary>
    public ReadOnlySpan<byte> this[List list]
    {
        get
        {
            int at = 0;
            ReadOnlySpan<byte> value = default;
            for (int i = 0; i <= (int)list; i++)
            {
                TryReadList(_lists, ref at, out value);
            }

            return value;
        }
    }

    /// <summary>True, false: sent by a client, by a server, as far as its markers tell (RFC 8308 section 2.1, and OpenSSH's strict key exchange).</summary>
    public bool? IsFromClient
    {
        get
        {
            ReadOnlySpan<byte> methods = this[List.KeyExchange];
            return Has(methods, "ext-info-c"u8) || Has(methods, "kex-strict-c-v00@openssh.com"u8) ? true
                : Has(methods, "ext-info-s"u8) || Has(methods, "kex-strict-s-v00@openssh.com"u8) ? false : null;
        }
    }

    /// <summary>The client's first choice that the server has too (section 7.1), or null.</summary>
    public static string? Agree(scoped in SshKeyExchange client, scoped in SshKeyExchange server, List list)
    {
        ReadOnlySpan<byte> offered = client[list];
        ReadOnlySpan<byte> accepted = server[list];
        int names = 0;
        foreach (Range range in offered.Split((byte)','))
        {
            if (++names > MostNames)
            {
                break;
            }

            ReadOnlySpan<byte> name = offered[range];
            if (!name.IsEmpty && Has(accepted, name))
            {
                return WireText.Clean(name);
            }
        }

        return null;
    }

    /// <summary>HASSH: MD5 of the lists for key exchange, cipher, MAC and compression in the sender's direction, joined with semicolons.</summary>
    public string Hassh(bool isClient)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(this[List.KeyExchange]);
        hash.AppendData(";"u8);
        hash.AppendData(this[isClient ? List.CipherToServer : List.CipherToClient]);
        hash.AppendData(";"u8);
        hash.AppendData(this[isClient ? List.MacToServer : List.MacToClient]);
        hash.AppendData(";"u8);
        hash.AppendData(this[isClient ? List.CompressionToServer : List.CompressionToClient]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>True for a name-list that is whole and has only what names may have (RFC 4251 section 6).</summary>
    public static Match ProbeList(ReadOnlySpan<byte> bytes)
    {
        const int LongestList = 16 * 1024; // bytes; a third of the longest packet
        if (bytes.Length < LengthSize)
        {
            return Match.NeedMore;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length is 0 or > LongestList)
        {
            return Match.No;
        }

        ReadOnlySpan<byte> list = bytes[LengthSize..];
        list = list[..(int)Math.Min(list.Length, length)];
        if (list.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return Match.No;
        }

        return list.Length < length ? Match.NeedMore : list.Contains((byte)'-') ? Match.Yes : Match.No;
    }

    private static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name)
    {
        int names = 0;
        foreach (Range range in list.Split((byte)','))
        {
            if (list[range].SequenceEqual(name))
            {
                return true;
            }

            if (++names == MostNames)
            {
                break;
            }
        }

        return false;
    }

    private static bool TryReadList(ReadOnlySpan<byte> bytes, scoped ref int at, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (bytes.Length - at < LengthSize)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        at += LengthSize;
        if (length > bytes.Length - at)
        {
            return false;
        }

        value = bytes.Slice(at, (int)length);
        at += (int)length;
        return true;
    }
}
