using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>
/// GTP, control and user plane, versions 1 and 2, on its ports only: the header has too few fixed bits to be told elsewhere. User packets
/// that carry IP do not come here: they are unwrapped before.
/// </summary>
internal sealed class Gtp : DatagramInspector
{
    private const ushort ControlPort = 2123;
    private const ushort UserPort = 2152;
    private const int TypeAt = 1;
    private const int LengthAt = 2;
    private const int TeidAt = 4;
    private const int VersionShift = 5;
    private const byte ProtocolType1 = 0x10;    // GTP, not GTP'
    private const byte Spare1 = 0x08;
    private const byte Optional1 = 0x07;        // any of the flags E, S, PN: 4 more bytes, which the length counts
    private const int OptionalSize1 = 4;
    private const byte HasTeid2 = 0x08;
    private const int HeaderSize1 = 8;          // bytes the length of version 1 leaves out
    private const int HeaderSize2 = 4;          // of version 2
    private const byte UserPacket = 255;        // G-PDU
    private const byte Apn1 = 131;              // information elements
    private const byte FirstWithLength1 = 128;
    private const byte Apn2 = 71;
    private const int ElementHeader2 = 4;       // type, length, spare and instance
    private const int LongestApn = 100;         // bytes, TS 23.003 section 9.1

    // Sizes of the elements of version 1 below 128, which have no length (TS 29.060 table 37); 0 is not known.
    private static ReadOnlySpan<byte> FixedSizes =>
        [0, 1, 8, 6, 4, 4, 0, 0, 1, 28, 0, 1, 3, 1, 1, 1, 4, 4, 5, 1, 1, 1, 9, 1, 1, 2, 2, 2, 2, 1];

    private const byte ChargingId = 127;
    private const int ChargingIdSize = 4;

    private readonly bool _onUserPort;
    private int _version;
    private byte _type;
    private uint? _teid;
    private string? _apn;
    private UInt128 _seenLow; // message types seen
    private UInt128 _seenHigh;

    /// <inheritdoc/>
    public override string Application => _type is UserPacket or 1 or 2 or 26 or 31 or 254 && _onUserPort ? "GTP-U" : "GTP-C";

    /// <summary>Begins to follow a flow.</summary>
    public Gtp(FlowContext context) => _onUserPort = context.Uses(UserPort);

    /// <summary>A known message on a port of GTP, whose length is that of the datagram.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        (context.Uses(ControlPort) || context.Uses(UserPort)) && IsMessage(bytes) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        if (!IsMessage(datagram))
        {
            return Outcome.Reject;
        }

        byte type = datagram[TypeAt];
        ref UInt128 seen = ref type < 128 ? ref _seenLow : ref _seenHigh;
        UInt128 bit = UInt128.One << (type & 127);
        if ((seen & bit) != 0)
        {
            return Outcome.More;
        }

        seen |= bit;
        _version = datagram[0] >> VersionShift;
        _type = type;
        int at = _version == 1 ? HeaderSize1 + ((datagram[0] & Optional1) != 0 ? OptionalSize1 : 0) : (datagram[0] & HasTeid2) != 0 ? 12 : 8;
        _teid = _version == 1 || (datagram[0] & HasTeid2) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(datagram[TeidAt..]) : null;
        if (_apn is null && type != UserPacket && at <= datagram.Length)
        {
            _apn = _version == 1 ? ReadApn1(datagram[at..]) : ReadApn2(datagram[at..]);
        }

        Changed();
        return Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new GtpDetails
    {
        Version = _version,
        Message = (_version == 1 ? NameOf1(_type) : NameOf2(_type)) ?? $"message {_type}",
        Teid = _teid,
        AccessPointName = _apn,
    };

    private static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize1)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        return (bytes[0] >> VersionShift) switch
        {
            1 => (bytes[0] & (ProtocolType1 | Spare1)) == ProtocolType1 && NameOf1(bytes[TypeAt]) is not null
                && length == bytes.Length - HeaderSize1 && (length >= OptionalSize1 || (bytes[0] & Optional1) == 0),
            2 => NameOf2(bytes[TypeAt]) is not null && length >= 4 && length <= bytes.Length - HeaderSize2,
            _ => false,
        };
    }

    private static string? ReadApn1(ReadOnlySpan<byte> elements)
    {
        while (!elements.IsEmpty)
        {
            byte type = elements[0];
            int size;
            if (type < FirstWithLength1)
            {
                int content = type == ChargingId ? ChargingIdSize : type < FixedSizes.Length ? FixedSizes[type] : 0;
                if (content == 0)
                {
                    return null;
                }

                size = 1 + content;
            }
            else
            {
                if (elements.Length < 3)
                {
                    return null;
                }

                size = 3 + BinaryPrimitives.ReadUInt16BigEndian(elements[1..]);
            }

            if (size > elements.Length)
            {
                return null;
            }

            if (type == Apn1)
            {
                return ReadLabels(elements[3..size]);
            }

            elements = elements[size..];
        }

        return null;
    }

    private static string? ReadApn2(ReadOnlySpan<byte> elements)
    {
        while (elements.Length >= ElementHeader2)
        {
            int size = ElementHeader2 + BinaryPrimitives.ReadUInt16BigEndian(elements[1..]);
            if (size > elements.Length)
            {
                return null;
            }

            if (elements[0] == Apn2)
            {
                return ReadLabels(elements[ElementHeader2..size]);
            }

            elements = elements[size..];
        }

        return null;
    }

    /// <summary>Labels with their lengths before them (TS 23.003 section 9.1).</summary>
    private static string? ReadLabels(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestApn)
        {
            return null;
        }

        StringBuilder name = new();
        while (!bytes.IsEmpty && bytes[0] > 0 && bytes[0] < bytes.Length)
        {
            name.Append(name.Length > 0 ? "." : string.Empty).Append(WireText.Clean(bytes.Slice(1, bytes[0])));
            bytes = bytes[(1 + bytes[0])..];
        }

        return name.Length > 0 && bytes.IsEmpty ? name.ToString() : null;
    }

    // TS 29.060 table 1 and TS 29.281 table 6.1-1.
    private static string? NameOf1(byte type) => type switch
    {
        1 => "Echo Request",
        2 => "Echo Response",
        3 => "Version Not Supported",
        16 => "Create PDP Context Request",
        17 => "Create PDP Context Response",
        18 => "Update PDP Context Request",
        19 => "Update PDP Context Response",
        20 => "Delete PDP Context Request",
        21 => "Delete PDP Context Response",
        26 => "Error Indication",
        27 => "PDU Notification Request",
        28 => "PDU Notification Response",
        31 => "Supported Extension Headers Notification",
        32 => "Send Routeing Information Request",
        33 => "Send Routeing Information Response",
        48 => "Identification Request",
        49 => "Identification Response",
        50 => "SGSN Context Request",
        51 => "SGSN Context Response",
        52 => "SGSN Context Acknowledge",
        53 => "Forward Relocation Request",
        54 => "Forward Relocation Response",
        254 => "End Marker",
        UserPacket => "G-PDU",
        _ => null,
    };

    // TS 29.274 table 6.1-1.
    private static string? NameOf2(byte type) => type switch
    {
        1 => "Echo Request",
        2 => "Echo Response",
        3 => "Version Not Supported",
        32 => "Create Session Request",
        33 => "Create Session Response",
        34 => "Modify Bearer Request",
        35 => "Modify Bearer Response",
        36 => "Delete Session Request",
        37 => "Delete Session Response",
        38 => "Change Notification Request",
        39 => "Change Notification Response",
        64 => "Modify Bearer Command",
        66 => "Delete Bearer Command",
        68 => "Bearer Resource Command",
        70 => "Downlink Data Notification Failure Indication",
        95 => "Create Bearer Request",
        96 => "Create Bearer Response",
        97 => "Update Bearer Request",
        98 => "Update Bearer Response",
        99 => "Delete Bearer Request",
        100 => "Delete Bearer Response",
        128 => "Identification Request",
        129 => "Identification Response",
        130 => "Context Request",
        131 => "Context Response",
        132 => "Context Acknowledge",
        133 => "Forward Relocation Request",
        134 => "Forward Relocation Response",
        170 => "Release Access Bearers Request",
        171 => "Release Access Bearers Response",
        176 => "Downlink Data Notification",
        177 => "Downlink Data Notification Acknowledge",
        _ => null,
    };
}
