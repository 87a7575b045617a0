using System.Buffers.Binary;
using System.Net;

namespace NetMonitor.Inspection.Services;

/// <summary>RADIUS (RFC 2865), its accounting (RFC 2866) and changes of authorization (RFC 5176). Passwords, keys and messages are passed
/// over.</summary>
internal sealed class Radius : Messages
{
    private const int CodeAt = 0;
    private const int LengthAt = 2;
    private const int AttributesAt = 20;
    private const int LongestMessage = 4096;    // bytes, RFC 2865 section 3

    private enum Attribute : byte
    {
        UserName = 1, NasAddress = 4, CalledStation = 30, CallingStation = 31, NasIdentifier = 32, MessageAuthenticator = 80,
    }

    private string? _code;
    private string? _user;
    private string? _nas;
    private uint _nasAddress;
    private string? _called;
    private string? _calling;

    /// <inheritdoc/>
    public override string Application => "RADIUS";

    /// <summary>Attributes that fill the message; away from its ports, some that are known too.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool usual = context.Uses(1812) || context.Uses(1813) || context.Uses(1645) || context.Uses(1646) || context.Uses(3799);
        if (!IsMessage(bytes))
        {
            return Match.No;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        bool known = false;
        ReadOnlySpan<byte> rest = bytes[AttributesAt..length];
        while (TryReadAttribute(ref rest, out Attribute type, out ReadOnlySpan<byte> value))
        {
            known |= type is Attribute.NasAddress ? value.Length == sizeof(uint) : type is Attribute.MessageAuthenticator && value.Length == 16;
        }

        return rest.IsEmpty && (usual || known && length == bytes.Length) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!IsMessage(message))
        {
            return Reading.Reject;
        }

        bool learned = Set(ref _code, NameOf(message[CodeAt]));
        ReadOnlySpan<byte> rest = message[AttributesAt..BinaryPrimitives.ReadUInt16BigEndian(message[LengthAt..])];
        while (TryReadAttribute(ref rest, out Attribute type, out ReadOnlySpan<byte> value))
        {
            learned |= !value.IsEmpty && type switch
            {
                Attribute.UserName => WireText.Update(ref _user, value),
                Attribute.NasIdentifier => WireText.Update(ref _nas, value),
                Attribute.NasAddress when value.Length == sizeof(uint) => Set(ref _nasAddress, BinaryPrimitives.ReadUInt32BigEndian(value)),
                Attribute.CalledStation => WireText.Update(ref _called, value),
                Attribute.CallingStation => WireText.Update(ref _calling, value),
                _ => false,
            };
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails()
    {
        Span<byte> address = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(address, _nasAddress);
        return new RadiusDetails
        {
            Code = _code,
            User = _user,
            NasIdentifier = _nas,
            NasAddress = _nasAddress == 0 ? null : new IPAddress(address),
            CalledStation = _called,
            CallingStation = _calling,
        };
    }

    private static string? NameOf(byte code) => code switch
    {
        1 => "Access-Request",
        2 => "Access-Accept",
        3 => "Access-Reject",
        4 => "Accounting-Request",
        5 => "Accounting-Response",
        11 => "Access-Challenge",
        12 => "Status-Server",
        13 => "Status-Client",
        40 => "Disconnect-Request",
        41 => "Disconnect-ACK",
        42 => "Disconnect-NAK",
        43 => "CoA-Request",
        44 => "CoA-ACK",
        45 => "CoA-NAK",
        _ => null,
    };

    private static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < AttributesAt || NameOf(bytes[CodeAt]) is null)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        return length is >= AttributesAt and <= LongestMessage && length <= bytes.Length;
    }

    /// <summary>Type, length of all three, value (RFC 2865 section 5).</summary>
    private static bool TryReadAttribute(ref ReadOnlySpan<byte> rest, out Attribute type, out ReadOnlySpan<byte> value)
    {
        const int HeaderSize = 2;
        type = default;
        value = default;
        if (rest.Length < HeaderSize || rest[1] < HeaderSize || rest[1] > rest.Length)
        {
            return false;
        }

        type = (Attribute)rest[0];
        value = rest[HeaderSize..rest[1]];
        rest = rest[rest[1]..];
        return true;
    }
}
