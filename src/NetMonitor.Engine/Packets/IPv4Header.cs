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

    public IPAddressValue Destination => IPAddressValue.FromIPv4(_bytes[DestinationAt..]);

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
