using System.Buffers.Binary;

namespace NetMonitor.Packets;

/// <summary>
/// A Linux netfilter log message (https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html): attributes, one of which is the IP packet. Valid
/// once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct NflogHeader
{
    private const int VersionAt = 1;
    private const int AttributesAt = 4;
    private const int AttributeHeaderSize = 4;
    private const ushort PayloadAttribute = 9;

    private NflogHeader(int payloadAt, int payloadLength)
    {
        PayloadAt = payloadAt;
        PayloadLength = payloadLength;
    }

    public int PayloadAt { get; }

    public int PayloadLength { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out NflogHeader header)
    {
        header = default;
        if (data.Length < AttributesAt || data[VersionAt] != 0)
        {
            return false;
        }

        int at = AttributesAt;
        while (at + AttributeHeaderSize <= data.Length)
        {
            // Both are in the byte order of the capturing host, which libpcap turns into the reader's; little-endian nearly always.
            int length = BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
            ushort type = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
            if (length < AttributeHeaderSize)
            {
                return false;
            }

            if (type == PayloadAttribute)
            {
                header = new NflogHeader(at + AttributeHeaderSize, length - AttributeHeaderSize);
                return true;
            }

            at += (length + 3) & -4;
        }

        return false;
    }
}
