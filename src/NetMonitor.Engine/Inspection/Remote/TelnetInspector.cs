using System.Buffers.Binary;

namespace NetMonitor.Inspection.Remote;

/// <summary>TELNET: commands among the data (RFC 854), until the negotiation is over.</summary>
internal sealed class TelnetInspector : StreamInspector
{
    private const byte InterpretAsCommand = 255;
    private const byte Do = 253;
    private const byte Dont = 254;
    private const byte Will = 251;
    private const byte Begin = 250;            // SB, up to IAC SE: Done
    private const byte Done = 240;
    private const byte Is = 0;
    private const byte TerminalType = 24;
    private const byte WindowSize = 31;
    private const int CommandSize = 3;         // IAC, verb, option
    private const int LongestParameters = 512; // bytes, with the command and its end
    private const int LongestGreeting = 2048;  // bytes of text before the first command that are waited for
    private const int QuietBytes = 8 * 1024;   // of data without a command, after which no more is expected
    private const ushort Port = 23;

    // IANA registry "Telnet Options", by number.
    private static readonly string?[] Names =
    [
        "BINARY", "ECHO", "RECONNECTION", "SGA", "MESSAGE-SIZE", "STATUS", "TIMING-MARK", "RCTE", "LINE-WIDTH", "PAGE-SIZE", "NAOCRD", "NAOHTS",
        "NAOHTD", "NAOFFD", "NAOVTS", "NAOVTD", "NAOLFD", "EXTENDED-ASCII", "LOGOUT", "BYTE-MACRO", "DATA-ENTRY", "SUPDUP", "SUPDUP-OUTPUT",
        "SEND-LOCATION", "TTYPE", "EOR", "TACACS", "OUTPUT-MARKING", "TTYLOC", "3270-REGIME", "X3-PAD", "NAWS", "TSPEED", "LFLOW", "LINEMODE",
        "XDISPLOC", "ENVIRON", "AUTHENTICATION", "ENCRYPT", "NEW-ENVIRON", "TN3270E", "XAUTH", "CHARSET", "RSP", "COM-PORT", "SLE", "START-TLS",
        "KERMIT", "SEND-URL", "FORWARD-X",
    ];

    private struct Direction
    {
        public ulong Will;   // options it offered to use: a bit each
        public ulong Do;     // options it asked the other to use
        public int Quiet;    // bytes of data since the last command
    }

    private readonly List<string> _options = [];
    private Direction _originator;
    private Direction _responder;
    private string? _terminalType;
    private (int Columns, int Rows)? _window;

    /// <inheritdoc/>
    public override string Application => "TELNET";

    /// <summary>Two commands in a row that exist; on the port of TELNET one, perhaps behind some text.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool isHome = context.Uses(Port);
        int start = isHome ? bytes.IndexOf(InterpretAsCommand) : 0;
        ReadOnlySpan<byte> text = start < 0 ? bytes : bytes[..start];
        if (text.Length > LongestGreeting || text.ContainsAnyInRange((byte)1, (byte)6))
        {
            return Match.No;
        }

        if (start < 0)
        {
            return Match.NeedMore;
        }

        bytes = bytes[start..];
        Match first = ProbeCommand(bytes, out int size);
        return first != Match.Yes || isHome ? first : ProbeCommand(bytes[size..], out _);
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        ref Direction direction = ref from == Side.Originator ? ref _originator : ref _responder;
        ref Direction other = ref from == Side.Originator ? ref _responder : ref _originator;
        int consumed = 0;
        bool over = false;
        while (consumed < window.Length && !over)
        {
            ReadOnlySpan<byte> rest = window[consumed..];
            int used = rest[0] == InterpretAsCommand ? ReadCommand(ref direction, ref other, rest) : Data(ref direction, rest);
            if (used == 0)
            {
                break;
            }

            consumed += used;
            over = _originator.Quiet + _responder.Quiet > QuietBytes;
        }

        return new Progress(consumed, over ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new TelnetDetails
    {
        Options = [.. _options],
        TerminalType = _terminalType,
        Columns = _window?.Columns,
        Rows = _window?.Rows,
    };

    private static Match ProbeCommand(ReadOnlySpan<byte> bytes, out int size)
    {
        size = CommandSize;
        bool isCommand = (bytes.IsEmpty || bytes[0] == InterpretAsCommand)
            && (bytes.Length < 2 || bytes[1] is >= Begin and <= Dont)
            && (bytes.Length < CommandSize || bytes[2] < Names.Length);
        return !isCommand ? Match.No : bytes.Length < CommandSize ? Match.NeedMore : Match.Yes;
    }

    private static int Data(ref Direction direction, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOf(InterpretAsCommand);
        length = length < 0 ? bytes.Length : length;
        direction.Quiet += length;
        return length;
    }

    /// <returns>Bytes used; 0 when more is needed.</returns>
    private int ReadCommand(ref Direction direction, ref Direction other, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
        {
            return 0;
        }

        if (bytes[1] is < Begin or InterpretAsCommand)
        {
            return 2; // A command without an option, or a byte of data that is 255 (RFC 854).
        }

        if (bytes.Length < CommandSize)
        {
            return 0;
        }

        byte option = bytes[2];
        if (bytes[1] == Begin)
        {
            return ReadParameters(option, bytes);
        }

        direction.Quiet = 0;
        if (option < Names.Length)
        {
            ulong bit = 1UL << option;
            bool agreed = bytes[1] == Will ? (other.Do & bit) != 0 && (direction.Will & bit) == 0
                : bytes[1] == Do && (other.Will & bit) != 0 && (direction.Do & bit) == 0;
            direction.Will |= bytes[1] == Will ? bit : 0;
            direction.Do |= bytes[1] == Do ? bit : 0;
            if (agreed && !_options.Contains(Names[option]!))
            {
                _options.Add(Names[option]!);
                Changed();
            }
            else if (Revision == 0)
            {
                Changed();
            }
        }

        return CommandSize;
    }

    /// <summary>Parameters between SB and SE (RFC 855). The environment, which may hold secrets, is passed over like all that is not read.</summary>
    private int ReadParameters(byte option, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> end = [InterpretAsCommand, Done];
        int length = bytes[CommandSize..Math.Min(bytes.Length, LongestParameters)].IndexOf(end);
        if (length < 0)
        {
            return bytes.Length >= LongestParameters ? CommandSize : 0;
        }

        ReadOnlySpan<byte> parameters = bytes.Slice(CommandSize, length);
        if (option == TerminalType && parameters.Length > 1 && parameters[0] == Is)
        {
            if (WireText.Update(ref _terminalType, parameters[1..]))
            {
                Changed();
            }
        }
        else if (option == WindowSize && parameters.Length >= sizeof(uint))
        {
            _window = (BinaryPrimitives.ReadUInt16BigEndian(parameters), BinaryPrimitives.ReadUInt16BigEndian(parameters[sizeof(ushort)..]));
            Changed();
        }

        return CommandSize + length + end.Length;
    }
}
