using System.Buffers.Binary;
using System.Net;
using NetMonitor.Inspection.Dns;

namespace NetMonitor.Inspection.Services;

/// <summary>DHCPv4 (RFC 2131, options RFC 2132) and BOOTP (RFC 951).</summary>
internal sealed class Dhcp : Messages
{
    private const int OperationAt = 0;
    private const int HardwareTypeAt = 1;
    private const int HardwareLengthAt = 2;
    private const int ClientAddressAt = 12;   // ciaddr
    private const int YourAddressAt = 16;     // yiaddr
    private const int HardwareAddressAt = 28; // chaddr
    private const int HardwareAddressSize = 16;
    private const int CookieAt = 236;
    private const int OptionsAt = 240;
    private const uint Cookie = 0x63825363;   // RFC 2131 section 3
    private const ushort ServerPort = 67;
    private const ushort ClientPort = 68;
    private const byte Ethernet = 1;
    private const int EthernetSize = 6;       // bytes of an address

    private enum Option : byte
    {
        Pad = 0, HostName = 12, DomainName = 15, RequestedAddress = 50, MessageType = 53,
        Server = 54, VendorClass = 60, FullName = 81, End = 255,
    }

    private static readonly string?[] Types =
    [
        null, "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM", "FORCERENEW", // RFC 2132 section 9.6, RFC 3203
        "LEASEQUERY", "LEASEUNASSIGNED", "LEASEUNKNOWN", "LEASEACTIVE", // RFC 4388
    ];

    private string? _type;
    private string? _client;
    private ulong _clientBits;
    private string? _host;
    private string? _domain;
    private string? _vendor;
    private uint _requested;
    private uint _assigned;
    private uint _server;

    /// <inheritdoc/>
    public override string Application => "DHCP";

    /// <summary>The fixed part with the cookie; without one (BOOTP) only on the protocol's ports and from Ethernet.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        IsMessage(bytes)
        && (HasCookie(bytes) || (context.Uses(ServerPort) || context.Uses(ClientPort)) && IsEthernet(bytes)) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!IsMessage(message))
        {
            return Reading.Reject;
        }

        bool learned = ReadClient(message);
        uint assigned = BinaryPrimitives.ReadUInt32BigEndian(message[YourAddressAt..]);
        uint current = BinaryPrimitives.ReadUInt32BigEndian(message[ClientAddressAt..]);
        if (assigned != 0)
        {
            learned |= Set(ref _assigned, assigned);
        }
        else if (current != 0 && _assigned == 0)
        {
            learned |= Set(ref _assigned, current); // A renewal names the address it has.
        }

        if (HasCookie(message))
        {
            learned |= ReadOptions(message[OptionsAt..]);
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new DhcpDetails
    {
        MessageType = _type,
        ClientAddress = _client,
        ClientName = _host,
        DomainName = _domain,
        VendorClass = _vendor,
        RequestedAddress = Address(_requested),
        AssignedAddress = Address(_assigned),
        ServerAddress = Address(_server),
    };

    private static bool IsMessage(ReadOnlySpan<byte> bytes) => bytes.Length >= CookieAt && bytes[OperationAt] is 1 or 2
        && bytes[HardwareLengthAt] <= HardwareAddressSize;

    private static bool HasCookie(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= OptionsAt && BinaryPrimitives.ReadUInt32BigEndian(bytes[CookieAt..]) == Cookie;

    private static bool IsEthernet(ReadOnlySpan<byte> bytes) => bytes[HardwareTypeAt] == Ethernet && bytes[HardwareLengthAt] == EthernetSize;

    private static IPAddress? Address(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return value == 0 ? null : new IPAddress(bytes);
    }

    private bool ReadClient(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> address = message.Slice(HardwareAddressAt, EthernetSize);
        ulong bits = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(address) << 16) | BinaryPrimitives.ReadUInt16BigEndian(address[4..]);
        if (!IsEthernet(message) || !Set(ref _clientBits, bits))
        {
            return false;
        }

        _client = Words.Hexadecimal(address, ':');
        return true;
    }

    private bool ReadOptions(ReadOnlySpan<byte> bytes)
    {
        bool learned = false;
        WireReader reader = new(bytes);
        while (reader.TryReadByte(out byte code) && (Option)code != Option.End)
        {
            if ((Option)code == Option.Pad)
            {
                continue;
            }

            if (!reader.TryReadVector8(out ReadOnlySpan<byte> value))
            {
                break;
            }

            learned |= (Option)code switch
            {
                Option.MessageType when value.Length == 1 && value[0] < Types.Length => Set(ref _type, Types[value[0]]),
                Option.HostName when !value.IsEmpty => WireText.Update(ref _host, value.TrimEnd((byte)0)),
                Option.FullName => ReadFullName(value),
                Option.DomainName when !value.IsEmpty => WireText.Update(ref _domain, value.TrimEnd((byte)0)),
                Option.VendorClass when !value.IsEmpty => WireText.Update(ref _vendor, value.TrimEnd((byte)0)),
                Option.RequestedAddress when value.Length == sizeof(uint) => Set(ref _requested, BinaryPrimitives.ReadUInt32BigEndian(value)),
                Option.Server when value.Length == sizeof(uint) => Set(ref _server, BinaryPrimitives.ReadUInt32BigEndian(value)),
                _ => false,
            };
        }

        return learned;
    }

    /// <summary>Flags, two obsolete codes, a name: in DNS format when the E flag says so (RFC 4702 section 2).</summary>
    private bool ReadFullName(ReadOnlySpan<byte> value)
    {
        const int NameAt = 3;
        const byte Encoded = 0x04;
        if (value.Length <= NameAt || _host is not null)
        {
            return false;
        }

        return (value[0] & Encoded) != 0
            ? Set(ref _host, ReadEncoded(value[NameAt..]))
            : WireText.Update(ref _host, value[NameAt..].TrimEnd((byte)0));
    }

    /// <summary>Labels without compression; of a host that knows no domain they do not end in the root's (RFC 4702 section 2.3.1).</summary>
    private static string? ReadEncoded(ReadOnlySpan<byte> name)
    {
        int at = 0;
        Span<byte> ended = stackalloc byte[name.Length + 1];
        name.CopyTo(ended);
        ended[^1] = 0;
        return DnsName.Read(ended, ref at, unicode: false) is { } text and not "." ? text : null;
    }
}
