using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>An Ethernet MAC header (IEEE 802.3 clause 3.1.1). Valid once <see cref="TryParse"/> returned true.</summary>
internal readonly ref struct EthernetHeader
{
    public const int AddressSize = 6;
    public const int Size = TypeAt + 2;

    private const int DestinationAt = 0;
    private const int SourceAt = DestinationAt + AddressSize;
    private const int TypeAt = SourceAt + AddressSize;

    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Destination => _bytes.Slice(DestinationAt, AddressSize);

    public ReadOnlySpan<byte> Source => _bytes.Slice(SourceAt, AddressSize);

    /// <summary>An <see cref="EtherType"/>, or a length when below <see cref="EtherType.SmallestType"/>.</summary>
    public ushort Type => _bytes.UInt16At(TypeAt);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> data, out EthernetHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new EthernetHeader(data[..Size]);
        return true;
    }
}
