namespace NetMonitor.Packets;

/// <summary>
/// An ARP packet about IPv4 addresses, over hardware addresses of any length (RFC 826). Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct ArpHeader
{
    public const ushort Request = 1;
    public const ushort Reply = 2;

    private const int ProtocolTypeAt = 2;
    private const int HardwareLengthAt = 4;
    private const int ProtocolLengthAt = 5;
    private const int OperationAt = 6;
    private const int SenderHardwareAt = 8;
    private const int IPv4Size = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private ArpHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Size => _bytes.Length;

    public ushort Operation => _bytes.UInt16At(OperationAt);

    public ReadOnlySpan<byte> SenderHardware => _bytes.Slice(SenderHardwareAt, HardwareLength);

    public IPAddressValue Sender => IPAddressValue.FromIPv4(_bytes[(SenderHardwareAt + HardwareLength)..]);

    public ReadOnlySpan<byte> TargetHardware => _bytes.Slice(SenderHardwareAt + HardwareLength + IPv4Size, HardwareLength);

    public IPAddressValue Target => IPAddressValue.FromIPv4(_bytes[(SenderHardwareAt + (2 * HardwareLength) + IPv4Size)..]);

    private int HardwareLength => _bytes[HardwareLengthAt];

    public static bool TryParse(ReadOnlySpan<byte> data, out ArpHeader header)
    {
        header = default;
        if (data.Length < SenderHardwareAt || data.UInt16At(ProtocolTypeAt) != EtherType.IPv4 || data[ProtocolLengthAt] != IPv4Size)
        {
            return false;
        }

        int size = SenderHardwareAt + (2 * (data[HardwareLengthAt] + IPv4Size));
        if (data.Length < size)
        {
            return false;
        }

        header = new ArpHeader(data[..size]);
        return true;
    }
}
