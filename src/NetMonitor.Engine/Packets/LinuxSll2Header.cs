namespace NetMonitor.Packets;

/// <summary>
/// A Linux "cooked" capture header of version 2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html). Valid once <see
/// cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct LinuxSll2Header
{
    public const int Size = AddressAt + 8;

    private const int ProtocolAt = 0;
    private const int InterfaceIndexAt = 4;
    private const int DeviceTypeAt = 8;
    private const int PacketTypeAt = 10;
    private const int AddressAt = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private LinuxSll2Header(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort Protocol => _bytes.UInt16At(ProtocolAt);

    public uint InterfaceIndex => _bytes.UInt32At(InterfaceIndexAt);

    /// <summary>ARPHRD_* of the device.</summary>
    public ushort DeviceType => _bytes.UInt16At(DeviceTypeAt);

    /// <summary>0 to us, 1 broadcast, 2 multicast, 3 others to others, 4 from us.</summary>
    public byte PacketType => _bytes[PacketTypeAt];

    public static bool TryParse(ReadOnlySpan<byte> data, out LinuxSll2Header header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new LinuxSll2Header(data[..Size]);
        return true;
    }
}
