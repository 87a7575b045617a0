using System.Buffers.Binary;

namespace NetMonitor.Inspection.Industry;

/// <summary>Modbus/TCP ("MODBUS Messaging on TCP/IP" 1.0b, section 3.1.3): transaction, protocol 0, length, unit, function.</summary>
internal sealed class Modbus : StreamInspector
{
    private const ushort Port = 502;
    private const int ProtocolAt = 2;
    private const int LengthAt = 4;
    private const int UnitAt = 6;
    private const int FunctionAt = 7;
    private const int DataAt = 8;
    private const int PrefixSize = UnitAt;      // what the length leaves out
    private const int LeastLength = 3;          // unit, function, one byte of data
    private const int MostLength = 254;         // unit and a PDU of 253 bytes
    private const byte ExceptionBit = 0x80;
    private const int MessagesFollowed = 1000;  // by then a poll loop has shown all it does

    private readonly List<string> _functions = [];
    private UInt128 _seen;
    private byte _unit;
    private string? _exception;
    private int _messages;

    /// <inheritdoc/>
    public override string Application => "Modbus";

    /// <summary>A header whose length is that of its function's request or response. On its port any function is taken.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        // Cheap checks first, byte by byte, so that others do not wait.
        if ((bytes.Length > ProtocolAt && bytes[ProtocolAt] != 0) || (bytes.Length > ProtocolAt + 1 && bytes[ProtocolAt + 1] != 0)
            || (bytes.Length > LengthAt && bytes[LengthAt] != 0)
            || (bytes.Length > LengthAt + 1 && bytes[LengthAt + 1] is < LeastLength or > MostLength))
        {
            return Match.No;
        }

        if (bytes.Length <= FunctionAt)
        {
            return Match.NeedMore;
        }

        byte function = bytes[FunctionAt];
        if (context.Uses(Port))
        {
            return (function & ~ExceptionBit) != 0 ? Match.Yes : Match.No;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        if (NameOf((byte)(function & ~ExceptionBit)) is null)
        {
            return Match.No;
        }

        return bytes.Length < PrefixSize + length ? Match.NeedMore
            : (bytes[0] | bytes[1]) != 0 && Agrees(function, bytes[DataAt..(PrefixSize + length)]) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        int at = 0;
        while (window.Length - at > DataAt)
        {
            ReadOnlySpan<byte> rest = window[at..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[LengthAt..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(rest[ProtocolAt..]) != 0 || length is < LeastLength or > MostLength)
            {
                return new Progress(at, _messages == 0 ? Outcome.Reject : Outcome.Finished);
            }

            if (rest.Length < PrefixSize + length)
            {
                break;
            }

            Read(rest);
            at += PrefixSize + length;
        }

        return new Progress(at, _messages >= MessagesFollowed ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new ModbusDetails { Unit = _unit, Functions = [.. _functions], Exception = _exception };

    private void Read(ReadOnlySpan<byte> message)
    {
        _messages++;
        byte function = (byte)(message[FunctionAt] & ~ExceptionBit);
        string? exception = (message[FunctionAt] & ExceptionBit) != 0 ? ExceptionName(message[DataAt]) : _exception;
        UInt128 bit = UInt128.One << function;
        if ((_seen & bit) != 0 && _unit == message[UnitAt] && exception == _exception)
        {
            return;
        }

        if ((_seen & bit) == 0)
        {
            _seen |= bit;
            _functions.Add(NameOf(function) ?? $"function {function}");
        }

        _unit = message[UnitAt];
        _exception = exception;
        Changed();
    }

    /// <summary>True when the data after the function has the length of a request or of a response (Application Protocol section 6).</summary>
    private static bool Agrees(byte function, ReadOnlySpan<byte> data) => function switch
    {
        >= ExceptionBit => data.Length == 1 && data[0] is > 0 and <= 11,
        >= 1 and <= 4 => data.Length == 4 || data.Length == 1 + data[0],
        5 or 6 or 8 => data.Length == 4,
        7 or 11 or 12 or 17 => data.Length <= 1 + data[0],
        15 or 16 => data.Length == 4 || (data.Length > 5 && data.Length == 5 + data[4]),
        22 => data.Length == 6,
        20 or 21 => data.Length == 1 + data[0],
        23 => data.Length == 1 + data[0] || (data.Length > 9 && data.Length == 9 + data[8]),
        24 => data.Length == 2 || (data.Length >= 4 && data.Length == 2 + BinaryPrimitives.ReadUInt16BigEndian(data)),
        43 => data.Length >= 3 && data[0] is 13 or 14,
        _ => false,
    };

    private static string? NameOf(byte function) => function switch
    {
        1 => "Read Coils",
        2 => "Read Discrete Inputs",
        3 => "Read Holding Registers",
        4 => "Read Input Registers",
        5 => "Write Single Coil",
        6 => "Write Single Register",
        7 => "Read Exception Status",
        8 => "Diagnostics",
        11 => "Get Comm Event Counter",
        12 => "Get Comm Event Log",
        15 => "Write Multiple Coils",
        16 => "Write Multiple Registers",
        17 => "Report Server ID",
        20 => "Read File Record",
        21 => "Write File Record",
        22 => "Mask Write Register",
        23 => "Read/Write Multiple Registers",
        24 => "Read FIFO Queue",
        43 => "Encapsulated Interface Transport",
        _ => null,
    };

    // Section 7.
    private static string ExceptionName(byte code) => code switch
    {
        1 => "Illegal Function",
        2 => "Illegal Data Address",
        3 => "Illegal Data Value",
        4 => "Server Device Failure",
        5 => "Acknowledge",
        6 => "Server Device Busy",
        8 => "Memory Parity Error",
        10 => "Gateway Path Unavailable",
        11 => "Gateway Target Device Failed to Respond",
        _ => $"exception {code}",
    };
}
