using System.Buffers.Binary;

namespace NetMonitor.Inspection.Industry;

/// <summary>BACnet/IP (ASHRAE 135 annex J.2): 0x81, function, length; inside a network message, inside that an application message.</summary>
internal sealed class Bacnet : DatagramInspector
{
    private const byte BacnetIP = 0x81;
    private const int FunctionAt = 1;
    private const int LengthAt = 2;
    private const int HeaderSize = 4;
    private const byte Forwarded = 0x04;         // with the original sender's address before the network message
    private const int ForwardedAddressSize = 6;
    private const byte Distribute = 0x09;
    private const byte Unicast = 0x0A;
    private const byte Broadcast = 0x0B;
    private const byte NetworkVersion = 1;
    private const byte NetworkMessage = 0x80;    // control bits of clause 6.2.2
    private const byte HasDestination = 0x20;
    private const byte HasSource = 0x08;

    private byte _function;
    private int _message = -1;                   // type and service
    private bool _any;

    /// <inheritdoc/>
    public override string Application => "BACnet";

    /// <summary>A header with the datagram's length, and where it carries a network message, that of version 1.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => IsMessage(bytes) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        if (!IsMessage(datagram))
        {
            return Outcome.Reject;
        }

        byte function = datagram[FunctionAt];
        int message = ReadMessage(NetworkPart(datagram));
        if (!_any || function != _function || (message >= 0 && message != _message))
        {
            _any = true;
            _function = function;
            _message = message >= 0 ? message : _message;
            Changed();
        }

        return Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() =>
        new BacnetDetails { Function = FunctionName(_function)!, Message = _message < 0 ? null : MessageName(_message >> 8, _message & 0xFF) };

    private static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || bytes[0] != BacnetIP || FunctionName(bytes[FunctionAt]) is null
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]) != bytes.Length)
        {
            return false;
        }

        bool carries = bytes[FunctionAt] is Forwarded or Distribute or Unicast or Broadcast;
        return !carries || (NetworkPart(bytes) is { Length: > 2 } network && network[0] == NetworkVersion);
    }

    private static ReadOnlySpan<byte> NetworkPart(ReadOnlySpan<byte> bytes) => bytes[FunctionAt] switch
    {
        Forwarded when bytes.Length > HeaderSize + ForwardedAddressSize => bytes[(HeaderSize + ForwardedAddressSize)..],
        Distribute or Unicast or Broadcast => bytes[HeaderSize..],
        _ => default,
    };

    /// <summary>Type and service of the application message, or -1 (clauses 6.2 and 20.1).</summary>
    private static int ReadMessage(ReadOnlySpan<byte> network)
    {
        WireReader reader = new(network);
        if (!reader.TryReadByte(out _) || !reader.TryReadByte(out byte control) || (control & NetworkMessage) != 0)
        {
            return -1;
        }

        bool whole = true;
        if ((control & HasDestination) != 0)
        {
            whole = reader.TryReadUInt16(out _) && reader.TryReadVector8(out _);
        }

        if ((control & HasSource) != 0)
        {
            whole = whole && reader.TryReadUInt16(out _) && reader.TryReadVector8(out _);
        }

        whole = whole && ((control & HasDestination) == 0 || reader.TryReadByte(out _)); // hop count
        if (!whole || reader.IsEmpty)
        {
            return -1;
        }

        ReadOnlySpan<byte> message = reader.Rest;
        int type = message[0] >> 4;
        int serviceAt = type switch { 0 => (message[0] & 8) != 0 ? 5 : 3, 1 => 1, 2 or 5 => 2, 3 => (message[0] & 8) != 0 ? 4 : 2, _ => -1 };
        return type > 7 ? -1 : (type << 8) | (serviceAt >= 0 && serviceAt < message.Length ? message[serviceAt] : 0xFF);
    }

    private static string? FunctionName(byte function) => function switch
    {
        0 => "BVLC-Result",
        1 => "Write-Broadcast-Distribution-Table",
        2 => "Read-Broadcast-Distribution-Table",
        3 => "Read-Broadcast-Distribution-Table-Ack",
        Forwarded => "Forwarded-NPDU",
        5 => "Register-Foreign-Device",
        6 => "Read-Foreign-Device-Table",
        7 => "Read-Foreign-Device-Table-Ack",
        8 => "Delete-Foreign-Device-Table-Entry",
        Distribute => "Distribute-Broadcast-To-Network",
        Unicast => "Original-Unicast-NPDU",
        Broadcast => "Original-Broadcast-NPDU",
        12 => "Secure-BVLL",
        _ => null,
    };

    private static string MessageName(int type, int service) => type switch
    {
        0 => "Confirmed-Request " + ConfirmedName(service),
        1 => "Unconfirmed-Request " + UnconfirmedName(service),
        2 => "SimpleACK " + ConfirmedName(service),
        3 => "ComplexACK " + ConfirmedName(service),
        4 => "SegmentACK",
        5 => "Error " + ConfirmedName(service),
        6 => "Reject",
        _ => "Abort",
    };

    private static string ConfirmedName(int service) => service switch
    {
        0 => "acknowledgeAlarm",
        1 => "confirmedCOVNotification",
        2 => "confirmedEventNotification",
        5 => "subscribeCOV",
        6 => "atomicReadFile",
        7 => "atomicWriteFile",
        12 => "readProperty",
        14 => "readPropertyMultiple",
        15 => "writeProperty",
        16 => "writePropertyMultiple",
        17 => "deviceCommunicationControl",
        20 => "reinitializeDevice",
        26 => "readRange",
        _ => $"service {service}",
    };

    private static string UnconfirmedName(int service) => service switch
    {
        0 => "i-Am",
        1 => "i-Have",
        2 => "unconfirmedCOVNotification",
        3 => "unconfirmedEventNotification",
        4 => "unconfirmedPrivateTransfer",
        6 => "timeSynchronization",
        7 => "who-Has",
        8 => "who-Is",
        9 => "utcTimeSynchronization",
        _ => $"service {service}",
    };
}
