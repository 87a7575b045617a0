namespace NetMonitor.Packets;

/// <summary>
/// A message of Neighbor Discovery (RFC 4861 section 4) and the link-layer address that it tells. Valid once <see cref="TryParse"/> returned
/// true.
/// </summary>
internal readonly ref struct NeighborDiscovery
{
    private const int TypeAt = 0;
    private const int RouterLifetimeAt = 6;
    private const int TargetAt = 8;
    private const int AddressSize = 16;
    private const int SolicitationOptionsAt = 8;        // Router Solicitation
    private const int AdvertisementOptionsAt = 16;      // Router Advertisement
    private const int NeighborOptionsAt = TargetAt + AddressSize; // Neighbor Solicitation and Advertisement
    private const int OptionLengthAt = 1;
    private const int OptionDataAt = 2;
    private const int OptionUnit = 8;                   // bytes that an option's length counts
    private const byte SourceLinkLayerAddress = 1;
    private const byte TargetLinkLayerAddress = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private NeighborDiscovery(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> hardware)
    {
        _bytes = bytes;
        Hardware = hardware;
    }

    /// <summary>The link-layer address.</summary>
    public ReadOnlySpan<byte> Hardware { get; }

    /// <summary>True when it is that of <see cref="Target"/>; else it is the sender's.</summary>
    public bool IsAboutTarget => _bytes[TypeAt] == Icmpv6Type.NeighborAdvertisement;

    /// <summary>The address that the message is about (solicitations and advertisements of neighbors).</summary>
    public IPAddressValue Target => IPAddressValue.FromIPv6(_bytes.Slice(TargetAt, AddressSize));

    /// <summary>True when the sender offers itself as a default router.</summary>
    public bool IsDefaultRouter => _bytes[TypeAt] == Icmpv6Type.RouterAdvertisement && _bytes.UInt16At(RouterLifetimeAt) != 0;

    /// <summary>Reads an ICMPv6 message.</summary>
    /// <returns>False for other messages, damaged ones, and those without a link-layer address.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out NeighborDiscovery discovery)
    {
        discovery = default;
        if (message.IsEmpty)
        {
            return false;
        }

        (int at, byte wanted) = message[TypeAt] switch
        {
            Icmpv6Type.RouterSolicitation => (SolicitationOptionsAt, SourceLinkLayerAddress),
            Icmpv6Type.RouterAdvertisement => (AdvertisementOptionsAt, SourceLinkLayerAddress),
            Icmpv6Type.NeighborSolicitation => (NeighborOptionsAt, SourceLinkLayerAddress),
            Icmpv6Type.NeighborAdvertisement => (NeighborOptionsAt, TargetLinkLayerAddress),
            _ => (int.MaxValue, default),
        };
        while (at <= message.Length - OptionUnit)
        {
            int length = message[at + OptionLengthAt] * OptionUnit;
            if (length == 0 || at + length > message.Length)
            {
                return false;
            }

            if (message[at] == wanted)
            {
                discovery = new NeighborDiscovery(message, message[(at + OptionDataAt)..(at + length)]);
                return true;
            }

            at += length;
        }

        return false;
    }
}
