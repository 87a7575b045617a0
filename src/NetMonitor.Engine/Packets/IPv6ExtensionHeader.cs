namespace NetMonitor.Packets;

/// <summary>
/// An IPv6 extension header that says its own length (RFC 8200 section 4, RFC 6564), or an IP Authentication Header (RFC 4302 section 2),
/// which counts its length differently. The fragment header is <see cref="IPv6FragmentHeader"/>. Valid once <see cref="TryParse"/> returned
/// true.
/// </summary>
internal readonly ref struct IPv6ExtensionHeader
{
    public const byte HopByHop = 0;
    public const byte Routing = 43;
    public const byte Fragment = 44;
    public const byte Authentication = 51;
    public const byte NoNextHeader = 59;
    public const byte DestinationOptions = 60;
    public const byte Mobility = 135;
    public const byte HostIdentity = 139;
    public const byte Shim6 = 140;

    private const int NextHeaderAt = 0;
    private const int LengthAt = 1;
    private const int MinimumSize = 8;
    private const int OptionsAt = 2;
    private const byte OptionPad1 = 0;
    private const byte OptionJumbo = 0xC2;
    private const int JumboLengthSize = 4;
    private const int AddressSize = 16;
    private const int RoutingTypeAt = 2;
    private const int SegmentsLeftAt = 3;
    private const int FirstAddressAt = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6ExtensionHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte NextHeader => _bytes[NextHeaderAt];

    public int Size => _bytes.Length;

    /// <summary>
    /// True for the headers that are skipped on the way to the transport header. Mobility counts only when something follows it.
    /// </summary>
    public static bool IsSkipped(byte protocol) =>
        protocol is HopByHop or Routing or DestinationOptions or Mobility or HostIdentity or Shim6;

    public static bool TryParse(ReadOnlySpan<byte> data, byte protocol, out IPv6ExtensionHeader header)
    {
        header = default;
        if (data.Length < MinimumSize)
        {
            return false;
        }

        // RFC 4302 section 2.2: the AH's length is in 4-byte units minus 2; all others are in 8-byte units without the first 8 bytes.
        int size = protocol == Authentication ? (data[LengthAt] + 2) * 4 : (data[LengthAt] + 1) * 8;
        if (size < MinimumSize || size > data.Length)
        {
            return false;
        }

        header = new IPv6ExtensionHeader(data[..size]);
        return true;
    }

    /// <summary>The length in the Jumbo Payload option of a hop-by-hop header (RFC 2675 section 2): bytes after the IPv6 header.</summary>
    public bool TryGetJumboLength(out uint length)
    {
        length = 0;
        for (int at = OptionsAt; at < _bytes.Length;)
        {
            if (_bytes[at] == OptionPad1)
            {
                at++;
                continue;
            }

            if (at + 2 > _bytes.Length)
            {
                return false;
            }

            if (_bytes[at] == OptionJumbo && _bytes[at + 1] == JumboLengthSize && at + 2 + JumboLengthSize <= _bytes.Length)
            {
                length = _bytes.UInt32At(at + 2);
                return true;
            }

            at += 2 + _bytes[at + 1];
        }

        return false;
    }

    /// <summary>Where a routing header that is not yet used up leads at last, to whom checksums are made (RFC 8200 section 8.1).</summary>
    public bool TryGetRouteEnd(out IPAddressValue address)
    {
        int at = _bytes[SegmentsLeftAt] == 0 ? 0 : _bytes[RoutingTypeAt] switch
        {
            0 or 2 => _bytes.Length - AddressSize,      // RFC 5095, RFC 6275 section 6.4
            4 => FirstAddressAt,                        // RFC 8754 section 2: the last segment comes first
            _ => 0,
        };
        bool has = at >= FirstAddressAt && at + AddressSize <= _bytes.Length;
        address = has ? IPAddressValue.FromIPv6(_bytes[at..]) : default;
        return has;
    }
}
