namespace NetMonitor.Packets;

/// <summary>
/// ICMPv6 message types (RFC 4443 section 2.1; Neighbor Discovery: RFC 4861 section 4). The header is <see cref="IcmpHeader"/>.
/// </summary>
internal static class Icmpv6Type
{
    public const byte EchoRequest = 128;
    public const byte EchoReply = 129;
    public const byte RouterSolicitation = 133;
    public const byte RouterAdvertisement = 134;
    public const byte NeighborSolicitation = 135;
    public const byte NeighborAdvertisement = 136;
    public const byte Redirect = 137;

    /// <summary>True for the five messages of Neighbor Discovery.</summary>
    public static bool IsNeighborDiscovery(byte type) => type is >= RouterSolicitation and <= Redirect;
}
