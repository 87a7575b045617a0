namespace NetMonitor.Packets;

/// <summary>
/// A Linux "cooked" capture header (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html). Valid once <see cref="TryParse"/> returned
/// true.
/// </summary>
internal readonly ref struct LinuxSllHeader
{
    public const int Size = ProtocolAt + 2;

    /// <summary>Novell frames straight on 802.3, without LLC.</summary>
    public const ushort ProtocolNovell = 0x0001;

    /// <summary>An LLC frame.</summary>
    public const ushort ProtocolLlc = 0x0004;

    /// <summary>ARPHRD_NETLINK: the protocol is a netlink family, not an EtherType.</summary>
    public const ushort DeviceNetlink = 824;

    private const int PacketTypeAt = 0;
    private const int DeviceTypeAt = 2;
    private const int AddressLengthAt = 4;
    private const int AddressAt = 6;
    private const int ProtocolAt = AddressAt + 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private LinuxSllHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>0 to us, 1 broadcast, 2 multicast, 3 others to others, 4 from us.</summary>
    public ushort PacketType => _bytes.UInt16At(PacketTypeAt);

    /// <summary>ARPHRD_* of the device.</summary>
    public ushort DeviceType => _bytes.UInt16At(DeviceTypeAt);

    public ushort AddressLength => _bytes.UInt16At(AddressLengthAt);

    public ushort Protocol => _bytes.UInt16At(ProtocolAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out LinuxSllHeader header)
    {
        if (data.Length < Size)
        {
            header = default;
            return false;
        }

        header = new LinuxSllHeader(data[..Size]);
        return true;
    }
}
