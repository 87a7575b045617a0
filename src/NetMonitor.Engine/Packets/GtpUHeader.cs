namespace NetMonitor.Packets;

/// <summary>
/// The header of a GTP-U packet that carries user data (G-PDU), with its optional fields and extension headers (3GPP TS 29.281 sections 5.1
/// and 5.2). Valid once <see cref="TryParse"/> returned true.
/// </summary>
internal readonly ref struct GtpUHeader
{
    public const int Port = 2152;

    private const int FlagsAt = 0;
    private const int TypeAt = 1;
    private const int LengthAt = 2;
    private const int TunnelAt = 4;
    private const int FixedSize = 8;
    private const int OptionalSize = 4;
    private const int FirstExtensionTypeAt = FixedSize + 3;
    private const byte VersionAndProtocol = 0xF0;
    private const byte Version1Gtp = 0x30;
    private const byte AnyOptional = 0x07;
    private const byte ExtensionBit = 0x04;
    private const byte UserData = 255;

    private GtpUHeader(uint tunnelId, int size, int end)
    {
        TunnelId = tunnelId;
        Size = size;
        End = end;
    }

    public uint TunnelId { get; }

    /// <summary>Bytes before the user's packet.</summary>
    public int Size { get; }

    /// <summary>Where the user's packet ends, counted from the start of this header.</summary>
    public int End { get; }

    public static bool TryParse(ReadOnlySpan<byte> data, out GtpUHeader header)
    {
        header = default;
        if (data.Length < FixedSize || (data[FlagsAt] & VersionAndProtocol) != Version1Gtp || data[TypeAt] != UserData)
        {
            return false;
        }

        int end = FixedSize + data.UInt16At(LengthAt);
        int size = FixedSize;
        if ((data[FlagsAt] & AnyOptional) != 0)
        {
            size += OptionalSize;
            if (data.Length < size)
            {
                return false;
            }

            byte extension = (data[FlagsAt] & ExtensionBit) != 0 ? data[FirstExtensionTypeAt] : (byte)0;
            while (extension != 0)
            {
                // Section 5.2.1: the first byte is the length in 4-byte units, the last one the next extension's type.
                int length = size < data.Length ? data[size] * 4 : 0;
                if (length == 0 || size + length > data.Length)
                {
                    return false;
                }

                size += length;
                extension = data[size - 1];
            }
        }

        if (end < size)
        {
            return false;
        }

        header = new GtpUHeader(data.UInt32At(TunnelAt), size, end);
        return true;
    }
}
