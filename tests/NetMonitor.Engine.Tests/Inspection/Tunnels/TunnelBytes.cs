using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tunnels;

/// <summary>Messages that open tunnels.</summary>
internal static class TunnelBytes
{
    public const uint Time = 0x6600_0000;

    public static readonly byte[] Session = Convert.FromHexString("a1b2c3d4e5f60718");
    public static readonly byte[] ServerSession = Convert.FromHexString("1122334455667788");

    public static readonly byte[] WireGuardInitiation = Bytes(1, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, Cipher(108), new byte[32]);
    public static readonly byte[] WireGuardResponse = Bytes(2, 0, 0, 0, 0x55, 0x66, 0x77, 0x88, 0x11, 0x22, 0x33, 0x44, Cipher(64), new byte[16]);
    public static readonly byte[] WireGuardCookie = Bytes(3, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, Cipher(56));

    public static readonly byte[] OpenVpnClient = Bytes(0x38, Session, 0, 0u);
    public static readonly byte[] OpenVpnServer = Bytes(0x40, ServerSession, 1, 0u, Session, 0u);

    public static readonly byte[] L2tpStart = Bytes(0xC8, 2, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 8, 0, 0, 0, 0, 0, 1);
    public static readonly byte[] PptpStart = Bytes(0, 156, 0, 1, 0x1A2B3C4Du, 0, 1, 0, 0, 1, 0, new byte[142]);

    public static byte[] WireGuardData(byte counter, int size = 48, byte index = 0x55) =>
        Bytes(4, 0, 0, 0, index, 0x66, 0x77, 0x88, counter, 0, 0, 0, 0, 0, 0, 0, Cipher(size - 16));

    public static byte[] OpenVpnAuth(int hmac) => Bytes(0x38, Session, Cipher(hmac), 1u, Time, 0, 0u);

    public static byte[] OpenVpnServerAuth(int hmac) => Bytes(0x40, ServerSession, Cipher(hmac), 1u, Time, 1, 0u, Session, 0u);

    public static readonly byte[] OpenVpnCrypt = Bytes(0x38, Session, 0x0F000001u, Time, Cipher(37));

    public static readonly byte[] OpenVpnCrypt2 = Bytes(0x50, Session, 1u, Time, Cipher(37), Cipher(298), U16(300));

    /// <summary>Bytes as a cipher gives them: none is zero.</summary>
    public static byte[] Cipher(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(1 + (i * 37 % 255)))];

    public static byte[] Ike(int version, int exchange, int flags, byte[] responder, int first, byte[] payloads) =>
        Bytes(Session, responder, first, version, exchange, flags, 0u, (uint)(28 + payloads.Length), payloads);

    public static byte[] Payload(int next, params object[] body)
    {
        byte[] content = Bytes(body);
        return Bytes(next, 0, U16(4 + content.Length), content);
    }

    /// <summary>AES-CBC-256, SHA2-256-128, PRF SHA2-256 and a group.</summary>
    public static byte[] Proposal2(int group) => Bytes(0, 0, U16(44), 1, 1, 0, 4,
        Bytes(3, 0, U16(12), 1, 0, U16(12), 0x80, 0x0E, U16(256)), Bytes(3, 0, U16(8), 2, 0, U16(5)),
        Bytes(3, 0, U16(8), 3, 0, U16(12)), Bytes(0, 0, U16(8), 4, 0, U16(group)));

    /// <summary>3DES, SHA, pre-shared key, group 2.</summary>
    public static byte[] Proposal1 => Bytes(1u, 1u, Bytes(0, 0, U16(32), 1, 1, 0, 1,
        Bytes(0, 0, U16(24), 1, 1, 0, 0, 0x80, 1, 0, 5, 0x80, 2, 0, 2, 0x80, 3, 0, 1, 0x80, 4, 0, 2)));

    public static readonly byte[] IkeInit = Ike(0x20, 34, 0x08, new byte[8], 33, Bytes(
        Payload(43, Proposal2(31)), Payload(43, Convert.FromHexString("4a131c81070358455c5728f20e95452f")), Payload(0, "strongSwan 6"u8.ToArray())));

    public static readonly byte[] IkeAnswer = Ike(0x20, 34, 0x20, ServerSession, 33, Payload(0, Proposal2(14)));

    public static readonly byte[] IkeMain = Ike(0x10, 2, 0, new byte[8], 1, Payload(0, Proposal1));

    public static readonly byte[] Esp = Bytes(0xC0FFEE01u, 1u, Cipher(80));

    public static readonly byte[] GtpCreateSession = Bytes(0x48, 32, U16(8 + 4 + 13), 0u, 1, 2, 3, 0, 71, 0, 13, 0, 8, "internet", 3, "org");

    public static readonly byte[] GtpCreateContext = Bytes(0x32, 16, U16(4 + 2 + 5 + 3 + 9), 0u, 0, 1, 0, 0, 14, 9, 16, 0x01020304u, 131, 0, 9, 8, "internet");
}
