using System.Buffers.Binary;

namespace NetMonitor.Inspection.Industry;

/// <summary>Protocols of plants and grids that are told by their first bytes and then left alone.</summary>
internal static class IndustrySignatures
{
    private const int Dnp3HeaderSize = 10;              // start, length, control, destination, source, CRC
    private const int Dnp3CrcAt = 8;
    private const int Dnp3LeastLength = 5;
    private const ushort Dnp3Polynomial = 0xA6BC;       // 0x3D65 with its bits reversed
    private const int TpktSize = 4;                     // RFC 1006 section 6: version 3, 0, length
    private const byte TpktVersion = 3;
    private const byte ConnectRequest = 0xE0;           // RFC 905 section 13: COTP
    private const byte ConnectConfirm = 0xD0;
    private const byte CallingSelector = 0xC1;          // COTP parameters: transport selectors
    private const byte CalledSelector = 0xC2;
    private const int ConnectFixedSize = 6;             // behind the length: code, two references, class
    private const byte S7 = 0x32;
    private const byte S7Plus = 0x72;
    private const ushort EnipPort = 44818;
    private const int EnipHeaderSize = 24;
    private const int EnipLengthAt = 2;
    private const int EnipStatusAt = 8;
    private const int EnipOptionsAt = 20;
    private const byte RegisterSession = 0x65;
    private const ushort Iec104Port = 2404;
    private const byte Iec104Start = 0x68;
    private const int Iec104ControlSize = 4;
    private const int Iec104LongestLength = 253;

    /// <summary>DNP3 (IEEE 1815 section 9.2): start bytes and a header whose CRC is right.</summary>
    public static Match Dnp3(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match start = Prefix.Of(bytes, [0x05, 0x64]);
        if (start != Match.Yes || bytes.Length < Dnp3HeaderSize)
        {
            return start == Match.Yes ? Match.NeedMore : start;
        }

        return bytes[2] >= Dnp3LeastLength && BinaryPrimitives.ReadUInt16LittleEndian(bytes[Dnp3CrcAt..]) == Dnp3Crc(bytes[..Dnp3CrcAt])
            ? Match.Yes : Match.No;
    }

    /// <summary>S7comm: over COTP, which RDP and others open too; so what follows the opening must have S7's own first byte.</summary>
    public static Match S7comm(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match frame = Tpkt(bytes, out int length);
        if (frame != Match.Yes)
        {
            return frame;
        }

        if (bytes.Length <= TpktSize + 1)
        {
            return Match.NeedMore;
        }

        if (bytes[TpktSize + 1] is ConnectRequest or ConnectConfirm)
        {
            if (bytes.Length < length)
            {
                return Match.NeedMore;
            }

            if (!HasSelectors(bytes[TpktSize..length]))
            {
                return Match.No;
            }

            bytes = bytes[length..];
            frame = Tpkt(bytes, out length);
            if (frame != Match.Yes)
            {
                return frame;
            }
        }

        // A data TPDU of two bytes, the last of its message (RFC 905 section 13.7).
        Match data = Prefix.Of(bytes[TpktSize..], [2, 0xF0, 0x80]);
        return data != Match.Yes ? data : bytes.Length < TpktSize + 4 ? Match.NeedMore
            : bytes[TpktSize + 3] is S7 or S7Plus && length > TpktSize + 4 + 3 ? Match.Yes : Match.No;
    }

    /// <summary>EtherNet/IP (CIP volume 2 section 2-3): on any port the registration that opens a session, on its own any command.</summary>
    public static Match EtherNetIPStream(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (!context.Uses(EnipPort) && Prefix.Of(bytes, [RegisterSession, 0, 4, 0]) == Match.No)
        {
            return Match.No;
        }

        if (bytes.Length < EnipHeaderSize)
        {
            // The command's upper byte and the options are zero.
            return bytes.Length > 1 && bytes[1] != 0 ? Match.No : Match.NeedMore;
        }

        return IsEnip(bytes) ? Match.Yes : Match.No;
    }

    /// <summary>The same over UDP, on its port.</summary>
    public static Match EtherNetIPDatagram(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        context.Uses(EnipPort) && bytes.Length >= EnipHeaderSize && IsEnip(bytes)
        && BinaryPrimitives.ReadUInt16LittleEndian(bytes[EnipLengthAt..]) == bytes.Length - EnipHeaderSize ? Match.Yes : Match.No;

    /// <summary>IEC 60870-5-104 (section 5): on any port the commands that start or test the transfer, on its own any message.</summary>
    public static Match Iec104(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (!context.Uses(Iec104Port))
        {
            Match start = Prefix.Of(bytes, [Iec104Start, Iec104ControlSize]);
            return start != Match.Yes ? start
                : bytes.Length < 2 + Iec104ControlSize ? Match.NeedMore
                : IsUnnumbered(bytes[2..]) ? Match.Yes : Match.No;
        }

        Match first = Prefix.Of(bytes, [Iec104Start]);
        if (first != Match.Yes || bytes.Length < 2 + Iec104ControlSize)
        {
            return first == Match.Yes ? Match.NeedMore : first;
        }

        bool fits = (bytes[2] & 3) switch
        {
            3 => bytes[1] == Iec104ControlSize && IsUnnumbered(bytes[2..]),
            1 => bytes[1] == Iec104ControlSize && bytes[2] == 1 && bytes[3] == 0 && (bytes[4] & 1) == 0,
            _ => bytes[1] is > Iec104ControlSize + 6 and <= Iec104LongestLength && (bytes[4] & 1) == 0,
        };
        return fits ? Match.Yes : Match.No;
    }

    /// <summary>One of the six functions and three zeros.</summary>
    private static bool IsUnnumbered(ReadOnlySpan<byte> control) =>
        control[0] is 0x07 or 0x0B or 0x13 or 0x23 or 0x43 or 0x83 && control[1] == 0 && control[2] == 0 && control[3] == 0;

    private static bool IsEnip(ReadOnlySpan<byte> bytes)
    {
        ushort command = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        ushort length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[EnipLengthAt..]);
        return command is 0x04 or 0x63 or 0x64 or RegisterSession or 0x66 or 0x6F or 0x70 && (command != RegisterSession || length == 4)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[EnipStatusAt..]) <= 0x69
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[EnipOptionsAt..]) == 0;
    }

    private static Match Tpkt(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        Match start = Prefix.Of(bytes, [TpktVersion, 0]);
        if (start != Match.Yes || bytes.Length < TpktSize)
        {
            return start == Match.Yes ? Match.NeedMore : start;
        }

        length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return length >= TpktSize + 3 ? Match.Yes : Match.No;
    }

    /// <summary>Both transport selectors, of two bytes each as S7 has them, in a connect TPDU.</summary>
    private static bool HasSelectors(ReadOnlySpan<byte> cotp)
    {
        bool calling = false;
        bool called = false;
        WireReader parameters = new(cotp[Math.Min(cotp.Length, 1 + ConnectFixedSize)..]);
        while (parameters.TryReadByte(out byte code) && parameters.TryReadVector8(out ReadOnlySpan<byte> value))
        {
            calling |= code == CallingSelector && value.Length > 1;
            called |= code == CalledSelector && value.Length > 1;
        }

        return calling && called && parameters.IsEmpty;
    }

    private static ushort Dnp3Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Dnp3Polynomial : crc >> 1;
            }
        }

        return (ushort)~crc;
    }
}
