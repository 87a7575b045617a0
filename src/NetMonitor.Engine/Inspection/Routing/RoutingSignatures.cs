using System.Buffers.Binary;

namespace NetMonitor.Inspection.Routing;

/// <summary>What routers say over UDP and TCP. All of it on its ports only: the messages are short and mostly zeros.</summary>
internal static class RoutingSignatures
{
    private const ushort RipPort = 520;
    private const ushort RipNgPort = 521;
    private const int RipHeaderSize = 4;
    private const int RipEntrySize = 20;
    private const ushort RipAuthentication = 0xFFFF; // address family, RFC 2453 section 4.1
    private const ushort HsrpPort = 1985;
    private const int HsrpSize = 20;
    private const int HsrpWithDigest = 50;
    private const ushort BfdPort = 3784;
    private const ushort BfdMultihopPort = 4784;
    private const ushort BfdLagPort = 6784;          // RFC 7130
    private const int BfdSize = 24;
    private const int LdpHeaderSize = 10;            // version, length, identifier
    private const int LdpVersionAndLength = 4;
    private const ushort LdpPort = 646;

    /// <summary>RIP (RFC 2453 section 4) and RIPng (RFC 2080 section 2.1): a header and whole routes.</summary>
    public static Match Rip(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool isNext = context.Uses(RipNgPort);
        if (!(isNext || context.Uses(RipPort)) || bytes.Length < RipHeaderSize + RipEntrySize || (bytes.Length - RipHeaderSize) % RipEntrySize != 0
            || bytes[0] is not (1 or 2) || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != 0)
        {
            return Match.No;
        }

        ushort family = BinaryPrimitives.ReadUInt16BigEndian(bytes[RipHeaderSize..]);
        return isNext ? bytes[1] == 1 ? Match.Yes : Match.No
            : bytes[1] is 1 or 2 && family is 0 or 2 or RipAuthentication ? Match.Yes : Match.No;
    }

    /// <summary>HSRP version 0 (RFC 2281 section 5.1), and 2, which has type 1 and length 40 first.</summary>
    public static Match Hsrp(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool known = context.Uses(HsrpPort)
            && ((bytes.Length is HsrpSize or HsrpWithDigest && bytes[0] == 0 && bytes[1] <= 3 && bytes[2] is 0 or 1 or 2 or 4 or 8 or 16 && bytes[7] == 0)
                || (bytes.Length >= 42 && bytes[0] == 1 && bytes[1] == 40 && bytes[2] == 2)
                || (bytes.Length >= 16 && bytes[0] == 0 && bytes[1] == 3));
        return known ? Match.Yes : Match.No;
    }

    /// <summary>A BFD control packet (RFC 5880 section 4.1).</summary>
    public static Match Bfd(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        (context.Uses(BfdPort) || context.Uses(BfdMultihopPort) || context.Uses(BfdLagPort)) && bytes.Length >= BfdSize && bytes[0] >> 5 == 1
        && bytes[2] != 0 && bytes[3] == bytes.Length && BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != 0 ? Match.Yes : Match.No;

    /// <summary>An LDP PDU of UDP: a hello (RFC 5036 sections 3.1 and 3.5.2).</summary>
    public static Match LdpDatagram(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        context.Uses(LdpPort) && bytes.Length >= LdpHeaderSize + 4 && IsLdp(bytes) && BinaryPrimitives.ReadUInt16BigEndian(bytes[LdpHeaderSize..]) == 0x0100
        ? Match.Yes : Match.No;

    /// <summary>An LDP PDU of TCP: an initialization first (section 3.5.3).</summary>
    public static Match LdpStream(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (!context.Uses(LdpPort) || Prefix.Of(bytes, [0, 1]) == Match.No)
        {
            return Match.No;
        }

        return bytes.Length < LdpHeaderSize + 2 ? Match.NeedMore
            : IsLdpHeader(bytes) && BinaryPrimitives.ReadUInt16BigEndian(bytes[LdpHeaderSize..]) is > 0x00FF and < 0x0500 ? Match.Yes : Match.No;
    }

    private static bool IsLdp(ReadOnlySpan<byte> bytes) =>
        IsLdpHeader(bytes) && BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) == bytes.Length - LdpVersionAndLength;

    /// <summary>Version 1, a plausible length, the label space of the platform or of an interface.</summary>
    private static bool IsLdpHeader(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes) == 1
        && BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) is >= 14 and <= 4096 && BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != 0;
}
