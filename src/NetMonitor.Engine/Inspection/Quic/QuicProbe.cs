using System.Buffers.Binary;

namespace NetMonitor.Inspection.Quic;

/// <summary>Tells QUIC by its datagrams.</summary>
internal static class QuicProbe
{
    /// <summary>The port where a short header alone suggests QUIC: HTTP/3's (RFC 9114 section 3.1).</summary>
    public const ushort UsualPort = 443;

    private const int SmallestInitialDatagram = 1200;  // bytes (RFC 9000 section 14.1)
    private const int ShortestFirstId = 8;             // bytes (RFC 9000 section 7.2)
    private const int SmallestLength = 20;             // a packet number and what header protection samples (RFC 9001 section 5.4.2)
    private const int SmallestShortPacket = 21;        // bytes (RFC 9000 section 10.3)

    /// <summary>A long header of a known version, a version negotiation, or the public header of Google QUIC.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        IsPublicHeader(bytes) || IsLongHeader(bytes) ? Match.Yes : Match.No;

    /// <summary>The short header of a connection whose beginning was missed, on its usual port: two bits, so it comes last.</summary>
    public static Match ProbeJoined(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        context.Uses(UsualPort) && bytes.Length >= SmallestShortPacket && QuicLongHeader.IsShort(bytes[0]) ? Match.Yes : Match.No;

    private static bool IsPublicHeader(ReadOnlySpan<byte> bytes) =>
        GoogleHello.TryParsePublicHeader(bytes, out _, out _) || GoogleHello.IsPublicReset(bytes);

    private static bool IsLongHeader(ReadOnlySpan<byte> bytes)
    {
        if (!QuicLongHeader.TryParse(bytes, out QuicLongHeader header))
        {
            return false;
        }

        if (header.Version is null)
        {
            return header.Type == QuicPacketType.VersionNegotiation
                ? OffersKnownVersions(bytes[header.PayloadAt..])
                : QuicVersion.IsReserved(header.VersionNumber) && header.HasFixedBit && header.Type == QuicPacketType.Initial
                    && bytes.Length >= SmallestInitialDatagram && header.DestinationId.Length >= ShortestFirstId;
        }

        bool hasLength = header.Type != QuicPacketType.Retry && header.Version.Format is not QuicFormat.GoogleLong;
        return header.HasFixedBit && header.Version.Format != QuicFormat.GooglePublic
            && (!hasLength || header.Packet.Length - header.PayloadAt >= SmallestLength);
    }

    private static bool OffersKnownVersions(ReadOnlySpan<byte> list)
    {
        bool known = false;
        for (; list.Length >= sizeof(uint); list = list[sizeof(uint)..])
        {
            uint version = BinaryPrimitives.ReadUInt32BigEndian(list);
            known |= QuicVersion.Find(version) is not null || QuicVersion.IsReserved(version);
        }

        return known && list.IsEmpty;
    }
}
