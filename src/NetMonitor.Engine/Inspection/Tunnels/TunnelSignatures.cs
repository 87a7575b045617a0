using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>Tunnels whose control messages begin unmistakably, and say nothing else of interest.</summary>
internal static class TunnelSignatures
{
    private const int L2tpHeaderSize = 12;          // of a control message
    private const ushort L2tpControl = 0xC802;      // flags T, L, S; version 2
    private const ushort L2tpPort = 1701;
    private const int L2tpMessageTypeSize = 8;      // the first attribute: length 8, mandatory, vendor 0, type 0, message type
    private const int PptpControlMessage = 1;
    private const int PptpStartSize = 156;          // Start-Control-Connection-Request and -Reply

    /// <summary>An L2TP control message (RFC 2661 sections 3.1 and 4.1): of the datagram's length, its message type first; without one it
    /// is an acknowledgment, taken on the port only.</summary>
    public static Match L2tp(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < L2tpHeaderSize || BinaryPrimitives.ReadUInt16BigEndian(bytes) != L2tpControl
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != bytes.Length)
        {
            return Match.No;
        }

        ReadOnlySpan<byte> body = bytes[L2tpHeaderSize..];
        bool typed = body.Length >= L2tpMessageTypeSize && BinaryPrimitives.ReadUInt16BigEndian(body) == 0x8008
            && BinaryPrimitives.ReadUInt32BigEndian(body[2..]) == 0 && BinaryPrimitives.ReadUInt16BigEndian(body[6..]) is > 0 and < 32;
        return typed || (body.IsEmpty && context.Uses(L2tpPort)) ? Match.Yes : Match.No;
    }

    /// <summary>The first control message of PPTP from either side (RFC 2637 section 2.1).</summary>
    public static Match Pptp(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        Prefix.Of(bytes, [0, PptpStartSize, 0, PptpControlMessage, 0x1A, 0x2B, 0x3C, 0x4D]);
}
