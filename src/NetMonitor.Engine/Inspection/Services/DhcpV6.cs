using System.Net;
using NetMonitor.Inspection.Dns;

namespace NetMonitor.Inspection.Services;

/// <summary>DHCPv6 (RFC 8415): messages of clients, servers and relays.</summary>
internal sealed class DhcpV6 : Messages
{
    private const int OptionsAt = 4;        // after type and transaction id (RFC 8415 section 8)
    private const int RelayOptionsAt = 34;  // after type, hop count and two addresses (RFC 8415 section 9)
    private const int RelayForward = 12;
    private const int RelayReply = 13;
    private const ushort ClientPort = 546;
    private const ushort ServerPort = 547;
    private const int DeepestRelay = 8;     // HOP_COUNT_LIMIT, RFC 8415 section 7.6
    private const int AddressSize = 16;     // bytes
    private const int IdentityHeaderSize = 12; // IAID, T1, T2 (RFC 8415 section 21.4)
    private const int LongestDuid = 130;    // bytes with the type, RFC 8415 section 11.1

    private enum Option : ushort
    {
        ClientId = 1, ServerId = 2, Addresses = 3, Address = 5, RelayMessage = 9, VendorClass = 16, FullName = 39,
    }

    private static readonly string?[] Types =
    [
        null, "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE", "RECONFIGURE",
        "INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL",
    ];

    private string? _type;
    private byte[] _clientBytes = [];
    private byte[] _serverBytes = [];
    private string? _name;
    private IPAddress? _assigned;

    /// <inheritdoc/>
    public override string Application => "DHCPv6";

    /// <summary>A message whose options fill it; on other ports, one that says who sends it.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < OptionsAt || bytes[0] == 0 || bytes[0] >= Types.Length)
        {
            return Match.No;
        }

        bool usual = context.Uses(ClientPort) || context.Uses(ServerPort);
        bool identified = false;
        bool relayed = bytes[0] is RelayForward or RelayReply;
        WireReader options = OptionsOf(bytes);
        while (TryReadOption(ref options, out Option code, out ReadOnlySpan<byte> value))
        {
            identified |= code is Option.ClientId or Option.ServerId
                && value.Length is > 2 and <= LongestDuid && value[0] == 0 && value[1] is > 0 and <= 4;
            identified |= relayed && code == Option.RelayMessage && value.Length >= OptionsAt && value[0] < Types.Length;
        }

        return usual || identified && options.IsEmpty ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (message.Length < OptionsAt || message[0] == 0 || message[0] >= Types.Length)
        {
            return Reading.Reject;
        }

        // What a relay carries is what counts.
        for (int depth = 0; depth < DeepestRelay && message[0] is RelayForward or RelayReply; depth++)
        {
            WireReader relay = OptionsOf(message);
            bool found = false;
            while (!found && TryReadOption(ref relay, out Option code, out ReadOnlySpan<byte> value))
            {
                found = code == Option.RelayMessage && value.Length >= OptionsAt && value[0] is > 0 && value[0] < Types.Length;
                message = found ? value : message;
            }

            if (!found)
            {
                break;
            }
        }

        bool learned = Set(ref _type, Types[message[0]]);
        WireReader options = OptionsOf(message);
        while (TryReadOption(ref options, out Option code, out ReadOnlySpan<byte> value))
        {
            learned |= code switch
            {
                Option.ClientId when value.Length <= LongestDuid => Set(ref _clientBytes, value),
                Option.ServerId when value.Length <= LongestDuid => Set(ref _serverBytes, value),
                Option.Addresses when value.Length > IdentityHeaderSize => ReadAddress(value[IdentityHeaderSize..]),
                Option.FullName when value.Length > 1 => ReadName(value[1..]),
                _ => false,
            };
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new DhcpV6Details
    {
        MessageType = _type,
        ClientDuid = _clientBytes.Length == 0 ? null : Words.Hexadecimal(_clientBytes, ':'),
        ServerDuid = _serverBytes.Length == 0 ? null : Words.Hexadecimal(_serverBytes, ':'),
        ClientName = _name,
        AssignedAddress = _assigned,
    };

    private static WireReader OptionsOf(ReadOnlySpan<byte> message)
    {
        int at = message[0] is RelayForward or RelayReply ? RelayOptionsAt : OptionsAt;
        return new WireReader(message[Math.Min(at, message.Length)..]);
    }

    private static bool TryReadOption(scoped ref WireReader reader, out Option code, out ReadOnlySpan<byte> value)
    {
        value = default;
        bool read = reader.TryReadUInt16(out ushort number) && reader.TryReadVector16(out value);
        code = (Option)number;
        return read;
    }

    private static bool Set(ref byte[] field, ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual(field))
        {
            return false;
        }

        field = value.ToArray();
        return true;
    }

    /// <summary>The first address of an identity association (RFC 8415 section 21.6).</summary>
    private bool ReadAddress(ReadOnlySpan<byte> options)
    {
        WireReader reader = new(options);
        while (TryReadOption(ref reader, out Option code, out ReadOnlySpan<byte> value))
        {
            if (code == Option.Address && value.Length >= AddressSize)
            {
                Span<byte> known = stackalloc byte[AddressSize];
                if (_assigned is not null && _assigned.TryWriteBytes(known, out _) && value[..AddressSize].SequenceEqual(known))
                {
                    return false;
                }

                _assigned = new IPAddress(value[..AddressSize]);
                return true;
            }
        }

        return false;
    }

    /// <summary>A name in DNS format, perhaps without its end (RFC 4704 section 4.2).</summary>
    private bool ReadName(ReadOnlySpan<byte> value)
    {
        Span<byte> text = stackalloc byte[DnsName.LongestText];
        int length = 0;
        WireReader reader = new(value);
        while (reader.TryReadVector8(out ReadOnlySpan<byte> label) && !label.IsEmpty && length + label.Length < text.Length)
        {
            if (length > 0)
            {
                text[length++] = (byte)'.';
            }

            label.CopyTo(text[length..]);
            length += label.Length;
        }

        return length > 0 && WireText.Update(ref _name, text[..length]);
    }
}
