using System.Buffers.Binary;

namespace NetMonitor.Inspection;

/// <summary>X11: the client's connection setup (X Window System Protocol, section 8 "Connection Setup"). Only the name
/// is taken: what follows is the cookie that opens the display.</summary>
internal static class X11
{
    private const int SetupSize = 12;      // byte order, pad, major, minor, lengths of name and data, pad
    private const byte LittleEndian = (byte)'l';
    private const byte BigEndian = (byte)'B';
    private const int LongestName = 64;    // bytes; "MIT-MAGIC-COOKIE-1" has 18
    private const int LongestData = 1024;

    /// <summary>The setup of version 11.0, as far as the lengths of its authorization.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool isLittle = !bytes.IsEmpty && bytes[0] == LittleEndian;
        Match version = Prefix.Of(bytes, isLittle ? [LittleEndian, 0, 11, 0, 0, 0] : [BigEndian, 0, 0, 11, 0, 0]);
        if (version != Match.Yes)
        {
            return version;
        }

        if (bytes.Length < SetupSize)
        {
            return Match.NeedMore;
        }

        int name = isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        int data = isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        return name <= LongestName && data <= LongestData && (name == 0) == (data == 0) ? Match.Yes : Match.No;
    }
}
