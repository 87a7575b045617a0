using System.Buffers.Binary;
using System.Text;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Messages of the network's services, put together field by field.</summary>
internal static class ServiceBytes
{
    public const string Secret = "hunter2secret";

    public static byte[] Zeros(int count) => new byte[count];

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));

    /// <summary>A value in BER, with a length of two bytes where one is not enough.</summary>
    public static byte[] Ber(int tag, params object[] parts)
    {
        byte[] content = Bytes(parts);
        return content.Length < 0x80 ? Bytes(tag, content.Length, content) : Bytes(tag, 0x82, U16(content.Length), content);
    }

    public static byte[] Integer(int value) => Ber(2, value);

    public static byte[] NetBiosName(string name, int suffix)
    {
        byte[] plain = [.. Encoding.ASCII.GetBytes(name.PadRight(15)), (byte)suffix];
        return Bytes(32, plain.SelectMany(b => new[] { (byte)('A' + (b >> 4)), (byte)('A' + (b & 15)) }).ToArray(), 0);
    }

    public static byte[] Little(params int[] values)
    {
        byte[] bytes = new byte[values.Length * 2];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), (ushort)values[i]);
        }

        return bytes;
    }

    // SNMP: 1.3.6.1.2.1.1.1.0 is sysDescr.0
    public static byte[] SnmpBinding => Ber(0x30, Ber(0x30, Ber(6, 0x2B, 6, 1, 2, 1, 1, 1, 0), Ber(5)));

    public static byte[] SnmpGetNext => Ber(0x30, Integer(1), Ber(4, Secret), Ber(0xA1, Integer(7), Integer(0), Integer(0), SnmpBinding));

    public static byte[] SnmpResponse => Ber(0x30, Integer(1), Ber(4, Secret), Ber(0xA2, Integer(7), Integer(2), Integer(1), SnmpBinding));

    public static byte[] SnmpEncrypted => Ber(0x30, Integer(3), Ber(0x30, Integer(9), Ber(2, 0x05, 0xDC), Ber(4, 3), Integer(3)),
        Ber(4, Ber(0x30, Ber(4, 0x80, 1), Integer(1), Integer(2), Ber(4, "admin"), Ber(4, Zeros(12)), Ber(4, Zeros(8)))), Ber(4, Zeros(40)));

    public static byte[] NtpClient => Bytes(0x23, 0, 6, 0xEC, Zeros(36), 0xE0, 1, 2, 3, 4, 5, 6, 7);

    public static byte[] NtpServer => Bytes(0x24, 1, 6, 0xE8, Zeros(4), 0, 0, 1, 0, "GPS", 0, 0xE0, 1, 2, 0, Zeros(4), 0xE0, 1, 2, 3, 4, 5, 6, 7,
        0xE0, 1, 2, 4, 0, 0, 0, 0, 0xE0, 1, 2, 4, 0, 0, 9, 0);

    public static byte[] DhcpRequest => Bytes(1, 1, 6, 0, 1, 2, 3, 4, Zeros(20), 2, 0, 0x5E, 0x10, 0, 1, Zeros(10), Zeros(192), Hex("63825363"),
        53, Vector8(3), 12, Vector8("laptop"), 60, Vector8("MSFT 5.0"), 50, Vector8(192, 0, 2, 9), 0, 255);

    public static byte[] DhcpAck => Bytes(2, 1, 6, 0, 1, 2, 3, 4, Zeros(8), 192, 0, 2, 9, Zeros(8), 2, 0, 0x5E, 0x10, 0, 1, Zeros(10), Zeros(192), Hex("63825363"),
        53, Vector8(5), 54, Vector8(192, 0, 2, 1), 15, Vector8("example.net"), 255);

    public static byte[] DhcpV6Solicit => Bytes(1, 1, 2, 3, U16(1), Vector16(0, 1, 0, 1, 9, 8, 7, 6, 2, 0, 0x5E, 0x10, 0, 1), U16(39), Vector16(0, 2, "pc", 4, "home", 0),
        U16(3), Vector16(Zeros(12), U16(5), Vector16(Hex("20010DB8000000000000000000000007"), Zeros(8))));

    public static byte[] NetBiosQuery => Bytes(U16(9), U16(0x0110), U16(1), U16(0), U16(0), U16(0), NetBiosName("FILESRV", 0x20), U16(0x20), U16(1));

    public static byte[] NetBiosStatus => Bytes(U16(9), U16(0x8400), U16(0), U16(1), U16(0), U16(0), NetBiosName("FILESRV", 0x20), U16(0x21), U16(1), Zeros(4),
        Vector16(1, "FILESRV        ", 0x20, U16(0x0400), Zeros(46)));

    public static byte[] NetBiosDatagram => Bytes(0x11, 2, U16(7), 192, 0, 2, 5, U16(138), U16(80), U16(0), NetBiosName("PC", 0), NetBiosName("WORKGROUP", 0x1D), 0xFF, "SMB", 0x25);

    public static byte[] SsdpSearch => Bytes("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: urn:x:service:dial:1\r\nUSER-AGENT: Probe/1\r\n\r\n");

    public static byte[] SsdpResponse => Bytes("HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nSt: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\nSERVER: Linux UPnP/1.0 x\r\n"
        + $"LOCATION: http://user:{Secret}@192.0.2.7:49152/d.xml?k={Secret}\r\n\r\n");

    public static byte[] StunRequest => Bytes(Hex("0001000C 2112A442 0102030405060708090A0B0C"), U16(0x8022), Vector16("abcdefg"), 0);

    public static byte[] StunSuccess => Bytes(Hex("0101000C 2112A442 0102030405060708090A0B0C 00200008 0001"), U16(0x2112 ^ 4242), Hex("E112A447"));

    public static byte[] TurnChallenge => Bytes(Hex("01130018 2112A442 0102030405060708090A0B0C 00090004 00000401 0014"), Vector16("example.net"), 0);

    public static byte[] RadiusRequest => Bytes(1, 7, U16(20 + 7 + 15 + 6 + 6), Zeros(16), 1, 7, "alice", 2, 15, Secret, 4, 6, 192, 0, 2, 3, 32, 6, "ap-1");

    public static byte[] RadiusAccept => Bytes(2, 7, U16(20), Zeros(16));

    private static byte[] Name(params string[] parts) => Ber(0x30, Ber(0xA0, Integer(1)), Ber(0xA1, Ber(0x30, parts.Select(part => (object)Ber(0x1B, part)).ToArray())));

    public static byte[] KerberosRequest => Ber(0x6A, Ber(0x30, Ber(0xA1, Integer(5)), Ber(0xA2, Integer(10)), Ber(0xA3, Ber(0x30, Ber(0x30, Ber(0xA1, Integer(2)), Ber(0xA2, Ber(4, Secret))))),
        Ber(0xA4, Ber(0x30, Ber(0xA0, Ber(3, 0, 0, 0, 0, 0)), Ber(0xA1, Name("alice")), Ber(0xA2, Ber(0x1B, "EXAMPLE.COM")), Ber(0xA3, Name("krbtgt", "EXAMPLE.COM"))))));

    public static byte[] KerberosError => Ber(0x7E, Ber(0x30, Ber(0xA0, Integer(5)), Ber(0xA1, Integer(30)), Ber(0xA6, Integer(25)), Ber(0xA9, Ber(0x1B, "EXAMPLE.COM")),
        Ber(0xAA, Name("krbtgt", "EXAMPLE.COM"))));

    public static byte[] KerberosReply => Ber(0x6D, Ber(0x30, Ber(0xA0, Integer(5)), Ber(0xA1, Integer(13)), Ber(0xA3, Ber(0x1B, "EXAMPLE.COM")), Ber(0xA4, Name("alice")),
        Ber(0xA5, Ber(0x61, Ber(0x30, Ber(0xA0, Integer(5)), Ber(0xA1, Ber(0x1B, "EXAMPLE.COM")), Ber(0xA2, Name("cifs", "srv")), Ber(0xA3, Ber(4, Zeros(300))))))));

    public static byte[] Counted(byte[] message) => Bytes(U16(0), U16(message.Length), message);

    public static byte[] LdapBind => Ber(0x30, Integer(1), Ber(0x60, Integer(3), Ber(4, "cn=admin,dc=x"), Ber(0x80, Secret)));

    public static byte[] LdapBound => Ber(0x30, Integer(1), Ber(0x61, Ber(10, 0), Ber(4), Ber(4)));

    public static byte[] LdapSearch => Ber(0x30, Integer(2), Ber(0x63, Ber(4, "ou=people,dc=x"), Ber(10, 2), Ber(10, 0), Integer(0), Integer(0), Ber(1, 0), Ber(0x87, "objectClass"), Ber(0x30)));

    public static byte[] LdapDone => Ber(0x30, Integer(2), Ber(0x65, Ber(10, 32), Ber(4), Ber(4)));

    public static byte[] LdapStartTls => Ber(0x30, Integer(1), Ber(0x77, Ber(0x80, "1.3.6.1.4.1.1466.20037")));

    public static byte[] LdapStarted => Ber(0x30, Integer(1), Ber(0x78, Ber(10, 0), Ber(4), Ber(4)));

    private static byte[] Smb2(int command, int flags, byte[] body) =>
        Counted(Bytes(0xFE, "SMB", Little(64, 0, 0, 0, command, 1, flags, 0), Zeros(44), body));

    public static byte[] SmbNegotiate => Smb2(0, 0, Bytes(Little(36, 1, 1, 0), Zeros(28), Little(0x0311)));

    public static byte[] SmbNegotiated => Smb2(0, 1, Bytes(Little(65, 3, 0x0311, 0), Zeros(57)));

    public static byte[] SmbTreeConnect
    {
        get
        {
            byte[] path = Encoding.Unicode.GetBytes(@"\\srv\docs");
            return Smb2(3, 8, Bytes(Little(9, 0, 72, path.Length), path));
        }
    }

    public static byte[] SmbLogin
    {
        get
        {
            byte[] domain = Encoding.Unicode.GetBytes("CORP"), user = Encoding.Unicode.GetBytes("alice"), pc = Encoding.Unicode.GetBytes("PC-7");
            byte[] ntlm = Bytes("NTLMSSP", 0, Little(3, 0), Little(13, 13, 90, 0), Little(0, 0, 64, 0), Little(8, 8, 64, 0), Little(10, 10, 72, 0), Little(8, 8, 82, 0),
                Little(0, 0, 90, 0), Little(1, 0), domain, user, pc, Secret);
            return Smb2(1, 0, Bytes(Little(25, 0), Zeros(8), Little(88, ntlm.Length), Zeros(8), ntlm));
        }
    }

    public static byte[] SmbEncrypted => Counted(Bytes(0xFD, "SMB", Zeros(48), Zeros(64)));

    public static byte[] Smb1Negotiate => Counted(Bytes(0xFF, "SMB", 0x72, Zeros(27), 0, Little(12), 2, "NT LM 0.12", 0));

    public static byte[] Smb1TreeConnect => Counted(Bytes(0xFF, "SMB", 0x75, Zeros(27), 4, 0xFF, 0, Little(0, 0, 13), Little(40), Secret, @"\\OLD\C$", 0, "?????", 0));

    public static byte[] NetBiosSession => Bytes(0x81, 0, U16(68), NetBiosName("OLD", 0x20), NetBiosName("PC", 0));

    public static byte[] RpcCall => Bytes(0x11223344u, 0u, 2u, 100003u, 3u, 1u, 1u, 24u, 5u, 4u, "unix", 0u, 0u, 0u, 0u, 0u, Zeros(8));

    public static byte[] RpcReply => Bytes(0x11223344u, 1u, 0u, 0u, 0u, 0u, Zeros(8));

    public static byte[] Record(byte[] message) => Bytes(0x80000000u | (uint)message.Length, message);

    public static byte[] Tftp => Bytes(U16(1), "boot/pxe.0", 0, "OCTET", 0, "blksize", 0, "1428", 0);

    public static byte[] SyslogNew => Bytes($"<165>1 2026-01-02T03:04:05Z host.example app 42 ID47 - {Secret}");

    public static byte[] SyslogOld => Bytes($"<34>Oct 11 22:14:15 mymachine su[12]: {Secret}");
}
