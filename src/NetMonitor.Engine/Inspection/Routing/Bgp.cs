using System.Buffers.Binary;

namespace NetMonitor.Inspection.Routing;

/// <summary>BGP-4 (RFC 4271 section 4): a marker of sixteen ones before every message, its length and type.</summary>
internal sealed class Bgp : StreamInspector
{
    private const int MarkerSize = 16;
    private const int LengthAt = MarkerSize;
    private const int TypeAt = LengthAt + 2;
    private const int HeaderSize = TypeAt + 1;
    private const int LargestMessage = 65_535;      // RFC 8654; 4,096 without that extension
    private const byte Open = 1;
    private const byte Notification = 3;
    private const byte LastType = 5;                // ROUTE-REFRESH, RFC 2918
    private const int OpenSize = 10;                // version, AS, hold time, identifier, length of parameters
    private const byte Version4 = 4;
    private const byte Capabilities = 2;            // parameter, RFC 5492
    private const byte FourOctetAs = 65;            // capability, RFC 6793

    private readonly record struct Speaker(uint As, ushort HoldTime, uint Identifier);

    private Speaker? _originator;
    private Speaker? _responder;
    private string? _notification;

    /// <inheritdoc/>
    public override string Application => "BGP";

    /// <summary>A header with a type and a length that go together.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        int marker = Math.Min(bytes.Length, MarkerSize);
        if (bytes[..marker].ContainsAnyExcept((byte)0xFF))
        {
            return Match.No;
        }

        return bytes.Length < HeaderSize ? Match.NeedMore : IsHeader(bytes) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        int at = 0;
        while (window.Length - at >= HeaderSize)
        {
            ReadOnlySpan<byte> rest = window[at..];
            if (!IsHeader(rest))
            {
                return new Progress(at, _originator is null && _responder is null && at == 0 ? Outcome.Reject : Outcome.Finished);
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[LengthAt..]);
            byte type = rest[TypeAt];
            if (type is not (Open or Notification))
            {
                // Routes are not read: what is not there yet need not be kept.
                if (length > rest.Length)
                {
                    return new Progress(at + (long)length, Outcome.More);
                }
            }
            else if (length > rest.Length)
            {
                break;
            }
            else
            {
                Read(from, type, rest[HeaderSize..length]);
            }

            at += length;
        }

        return new Progress(at, Outcome.More);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new BgpDetails
    {
        AutonomousSystem = _originator?.As,
        PeerAutonomousSystem = _responder?.As,
        RouterId = Dotted(_originator),
        PeerRouterId = Dotted(_responder),
        HoldTime = (_originator, _responder) switch
        {
            ({ } a, { } b) => TimeSpan.FromSeconds(Math.Min(a.HoldTime, b.HoldTime)),
            _ => null,
        },
        Notification = _notification,
    };

    private static bool IsHeader(ReadOnlySpan<byte> bytes)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        int least = bytes[TypeAt] switch { Open => HeaderSize + OpenSize, 2 => HeaderSize + 4, Notification => HeaderSize + 2, _ => HeaderSize };
        return bytes[TypeAt] is >= Open and <= LastType && length >= least && length <= LargestMessage
            && (bytes[TypeAt] != 4 || length == HeaderSize) && !bytes[..MarkerSize].ContainsAnyExcept((byte)0xFF);
    }

    private static string? Dotted(Speaker? speaker) => speaker is { Identifier: var id }
        ? $"{id >> 24}.{(id >> 16) & 0xFF}.{(id >> 8) & 0xFF}.{id & 0xFF}" : null;

    private void Read(Side from, byte type, ReadOnlySpan<byte> body)
    {
        if (type == Notification)
        {
            _notification = NameOf(body[0], body[1]);
            Changed();
            return;
        }

        if (body[0] != Version4)
        {
            return;
        }

        uint system = ReadFourOctetAs(body[OpenSize..]) ?? BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        ref Speaker? speaker = ref from == Side.Originator ? ref _originator : ref _responder;
        speaker = new Speaker(system, BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt32BigEndian(body[5..]));
        Changed();
    }

    private static uint? ReadFourOctetAs(ReadOnlySpan<byte> parameters)
    {
        WireReader reader = new(parameters);
        while (reader.TryReadByte(out byte type) && reader.TryReadVector8(out ReadOnlySpan<byte> value))
        {
            WireReader capabilities = new(type == Capabilities ? value : default);
            while (capabilities.TryReadByte(out byte code) && capabilities.TryReadVector8(out ReadOnlySpan<byte> content))
            {
                if (code == FourOctetAs && content.Length == sizeof(uint))
                {
                    return BinaryPrimitives.ReadUInt32BigEndian(content);
                }
            }
        }

        return null;
    }

    // RFC 4271 section 4.5, RFC 4486.
    private static string NameOf(byte code, byte subcode) => code switch
    {
        1 => $"Message Header Error/{subcode}",
        2 => $"OPEN Message Error/{subcode}",
        3 => $"UPDATE Message Error/{subcode}",
        4 => "Hold Timer Expired",
        5 => $"Finite State Machine Error/{subcode}",
        6 => $"Cease/{subcode}",
        7 => $"ROUTE-REFRESH Message Error/{subcode}",
        _ => $"{code}/{subcode}",
    };
}
