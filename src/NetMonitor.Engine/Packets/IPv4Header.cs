using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>An IPv4 header, options included (RFC 791 section 3.1). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct IPv4Header
{
    public const int MinimumSize = DestinationAt + 4;

    private const int VersionAndLengthAt = 0;
    private const int TotalLengthAt = 2;
    private const int IdentificationAt = 4;
    private const int FragmentAt = 6;
    private const int TimeToLiveAt = 8;
    private const int ProtocolAt = 9;
    private const int SourceAt = 12;
    private const int DestinationAt = 16;
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte LooseSourceRoute = 131;
    private const byte StrictSourceRoute = 137;
    private const int OptionLengthAt = 1;
    private const int RoutePointerAt = 2;   // counted from 1
    private const int RouteAt = 3;
    private const int AddressSize = 4;
    private const int MoreFragmentsBit = 0x2000;
    private const int FragmentOffsetMask = 0x1FFF;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv4Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Size => _bytes.Length;

    /// <summary>Bytes of header and payload; 0 when segmentation offload leaves it to the device.</summary>
    public ushort TotalLength => _bytes.UInt16At(TotalLengthAt);

    public ushort Identification => _bytes.UInt16At(IdentificationAt);

    public bool IsFragment => (_bytes.UInt16At(FragmentAt) & (MoreFragmentsBit | FragmentOffsetMask)) != 0;

    public bool MoreFragments => (_bytes.UInt16At(FragmentAt) & MoreFragmentsBit) != 0;

    /// <summary>In bytes.</summary>
    public int FragmentOffset => (_bytes.UInt16At(FragmentAt) & FragmentOffsetMask) * 8;

    public byte TimeToLive => _bytes[TimeToLiveAt];

    public byte Protocol => _bytes[ProtocolAt];

    public IPAddressValue Source => IPAddressValue.FromIPv4(_bytes[SourceAt..]);

    /// <summary>Where the packet goes next; all the way, unless <see cref="TryGetRouteEnd"/> says otherwise.</summary>
    public IPAddressValue Destination => IPAddressValue.FromIPv4(_bytes[DestinationAt..]);

    public bool HasOptions => _bytes.Length > MinimumSize;

    /// <summary>The end of a source route that is not yet used up: the host the packet is for (RFC 791 section 3.1, options 131 and 137).</summary>
    public bool TryGetRouteEnd(out IPAddressValue end)
    {
        ReadOnlySpan<byte> options = _bytes[MinimumSize..];
        while (!options.IsEmpty && options[0] != EndOfOptions)
        {
            int length = options[0] == NoOperation ? 1 : options.Length > OptionLengthAt ? options[OptionLengthAt] : 0;
            if (length < 1 || length > options.Length)
            {
                break;
            }

            if (options[0] is LooseSourceRoute or StrictSourceRoute && length >= RouteAt + AddressSize && options[RoutePointerAt] <= length)
            {
                end = IPAddressValue.FromIPv4(options[(length - AddressSize)..]);
                return true;
            }

            options = options[length..];
        }

        end = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv4Header header)
    {
        if (data.Length >= MinimumSize)
        {
            int version = data[VersionAndLengthAt] >> 4;
            int size = (data[VersionAndLengthAt] & 0x0F) * 4;
            if (version == 4 && size >= MinimumSize && size <= data.Length)
            {
                header = new IPv4Header(data[..size]);
                return true;
            }
        }

        header = default;
        return false;
    }
}
