using System.Buffers.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>
/// Where a side of FTP awaits the data connection. The port alone counts: behind a NAT the address in it is not the one that packets go to, and clients go to the host
/// that they talk to already (RFC 2428 section 4 says so of EPSV).
/// </summary>
internal static class FtpPort
{
    private const int Numbers = 6;          // h1,h2,h3,h4,p1,p2 (RFC 959 section 4.1.2)
    private const int Fields = 3;           // <d>protocol<d>address<d>port<d> (RFC 2428 section 2)

    /// <summary>The argument of PORT, or the text of a reply 227, which has the numbers somewhere (RFC 1123 section 4.1.2.6).</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out ushort port)
    {
        port = 0;
        int start = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[start..];
        int value = 0;
        for (int i = 0; i < Numbers; i++)
        {
            if (i > 0 && !TrySkip(ref rest, (byte)','))
            {
                return false;
            }

            if (!Utf8Parser.TryParse(rest, out byte number, out int used))
            {
                return false;
            }

            value = (value << 8) | number;
            rest = rest[used..];
        }

        port = (ushort)value;
        return port != 0;
    }

    /// <summary>The argument of EPRT, or the text of a reply 229, which has it in parentheses.</summary>
    public static bool TryReadExtended(ReadOnlySpan<byte> text, out ushort port)
    {
        port = 0;
        ReadOnlySpan<byte> rest = text[(text.IndexOf((byte)'(') + 1)..];
        if (rest.IsEmpty)
        {
            return false;
        }

        byte delimiter = rest[0];
        for (int i = 0; i < Fields; i++)
        {
            int at = rest.IndexOf(delimiter);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + 1)..];
        }

        return Utf8Parser.TryParse(rest, out port, out int used) && port != 0 && used < rest.Length && rest[used] == delimiter;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, byte one)
    {
        bool is1 = !rest.IsEmpty && rest[0] == one;
        rest = is1 ? rest[1..] : rest;
        return is1;
    }
}
