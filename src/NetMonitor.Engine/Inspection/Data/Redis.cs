namespace NetMonitor
{
    /// <summary>What a Redis connection said (RESP2 and RESP3, redis.io "Redis serialization protocol specification"). Arguments are not
    /// kept: they hold keys, values and passwords.</summary>
    public sealed record RedisDetails : ApplicationDetails
    {
        /// <summary>Commands by name.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last command.</summary>
        public string? Command { get; init; }

        /// <summary>Commands sent.</summary>
        public int CommandCount { get; init; }

        /// <summary>Errors the server replied.</summary>
        public int Errors { get; init; }

        /// <summary>The first word of the last error ("WRONGPASS").</summary>
        public string? Error { get; init; }

        /// <summary>Version of RESP that HELLO asked for, or null.</summary>
        public int? ProtocolVersion { get; init; }

        /// <summary>Version of the server, where HELLO or INFO told it.</summary>
        public string? ServerVersion { get; init; }

        /// <summary>Name the client gave itself (CLIENT SETNAME).</summary>
        public string? ClientName { get; init; }

        /// <summary>The client's library (CLIENT SETINFO LIB-NAME).</summary>
        public string? Library { get; init; }

        /// <summary>Number of the database selected (SELECT), or null.</summary>
        public int? Database { get; init; }

        /// <inheritdoc/>
        public override string Summary =>
            string.Join(' ', new[] { "Redis", ServerVersion, Command, Error }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>RESP read element by element: a line, or a line and the bulk it announces. Nesting does not matter for what is kept.</summary>
    internal sealed class RedisInspector(FlowContext context) : MessageInspector
    {
        private const ushort UsualPort = 6379;
        private const int LongestCommand = 32;      // bytes
        private const int LineEndSize = 2;          // CR LF
        private const int MostArguments = 1 << 20;  // as servers allow ("proto-max-multibulk-len")
        private const int LargestBulk = 512 << 20;  // bytes, as servers allow ("proto-max-bulk-len")

        private enum Argument : byte
        {
            Other,
            Command,
            Hello,
            Select,
            Client,
            ClientName,
            ClientInfo,
            Library,
        }

        private readonly NameTally _commands = new();
        private Side? _client;
        private int _line;                          // bytes of the line that the element measured last begins with
        private int _arguments;                     // of the client's command that are still to come
        private Argument _next;
        private bool _versionNext;                  // the server's next bulk is its version
        private int _errors;
        private string? _error;
        private string? _serverVersion;
        private string? _clientName;
        private string? _library;
        private int? _protocolVersion;
        private int? _database;

        /// <inheritdoc/>
        public override string Application => "Redis";

        /// <summary>An array of bulk strings that begins with a command; from a server the replies that no other protocol has.</summary>
        public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => bytes[0] switch
        {
            (byte)'*' => ProbeCommand(bytes),
            (byte)'+' => Begins(bytes, "+PONG\r\n"u8),
            (byte)'-' => ProbeError(bytes),
            (byte)'$' => ProbeInfo(bytes),
            (byte)'%' => Begins(bytes, "%7\r\n$6\r\nserver\r\n"u8), // the reply to HELLO 3
            (byte)'P' => Begins(bytes, "PING\r\n"u8),             // inline commands, as people and monitors type them
            (byte)'I' when context.Uses(UsualPort) => Begins(bytes, "INFO\r\n"u8),
            _ => Match.No,
        };

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            Match match = MeasureLine(rest, out size);
            _line = (int)size;
            if (match != Match.Yes)
            {
                return match;
            }

            if (rest[0] is (byte)'$' or (byte)'=' or (byte)'!')
            {
                if (!TryReadNumber(rest[1..(int)size], out int length) || length > LargestBulk)
                {
                    return Match.No;
                }

                size += length < 0 ? 0 : length + LineEndSize;
            }

            return Match.Yes;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            _client ??= ClientOf(from, message);
            int line = _line;
            if (line > message.Length)
            {
                return Outcome.More; // A line longer than what is looked at.
            }

            ReadOnlySpan<byte> bulk = message[line..(int)Math.Max(line, Math.Min(message.Length, size - LineEndSize))];
            bool isCommand = from == _client;
            switch (message[0])
            {
                case (byte)'*' when isCommand:
                    return BeginCommand(message[1..line]);
                case (byte)'$' when isCommand:
                    ReadArgument(bulk);
                    break;
                case (byte)'-' or (byte)'!' when !isCommand:
                    ReadError(message[0] == (byte)'-' ? message[1..line] : bulk);
                    break;
                case (byte)'$' or (byte)'=' when !isCommand:
                    ReadBulk(bulk);
                    break;
                default:
                    if (isCommand && _arguments <= 0)
                    {
                        ReadInline(message[..line]);
                    }

                    break;
            }

            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new RedisDetails
        {
            Commands = _commands.ToList(),
            Command = _commands.Last,
            CommandCount = _commands.Total,
            Errors = _errors,
            Error = _error,
            ProtocolVersion = _protocolVersion,
            ServerVersion = _serverVersion,
            ClientName = _clientName,
            Library = _library,
            Database = _database,
        };

        private static Match ProbeCommand(ReadOnlySpan<byte> bytes)
        {
            const int LongestNumber = 7;
            int at = 1;
            for (int number = 0; number < 2; number++)
            {
                int digits = 0;
                while (at + digits < bytes.Length && char.IsAsciiDigit((char)bytes[at + digits]))
                {
                    digits++;
                }

                at += digits;
                Match end = digits > LongestNumber ? Match.No : Begins(bytes[at..], number == 0 ? "\r\n$"u8 : "\r\n"u8);
                if (end != Match.Yes || digits == 0)
                {
                    return digits == 0 && at < bytes.Length ? Match.No : end;
                }

                at += number == 0 ? "\r\n$"u8.Length : "\r\n"u8.Length;
            }

            // What the second number counts is a name, and is as long as it says.
            _ = TryReadNumber(bytes[(bytes.IndexOf((byte)'$') + 1)..at], out int length);
            if (length is 0 or > LongestCommand)
            {
                return Match.No;
            }

            ReadOnlySpan<byte> name = bytes.Slice(at, Math.Min(length, bytes.Length - at));
            return !IsCommandName(name) ? Match.No : name.Length < length ? Match.NeedMore : Begins(bytes[(at + length)..], "\r\n"u8);
        }

        private static Match ProbeError(ReadOnlySpan<byte> bytes)
        {
            Match best = Match.No;
            best = Better(best, Begins(bytes, "-NOAUTH "u8));
            best = Better(best, Begins(bytes, "-WRONGPASS "u8));
            best = Better(best, Begins(bytes, "-WRONGTYPE "u8));
            best = Better(best, Begins(bytes, "-MOVED "u8));
            best = Better(best, Begins(bytes, "-NOPERM "u8));
            best = Better(best, Begins(bytes, "-DENIED Redis"u8));
            best = Better(best, Begins(bytes, "-LOADING Redis"u8));
            best = Better(best, Begins(bytes, "-MISCONF Redis"u8));
            best = Better(best, Begins(bytes, "-ERR unknown command"u8));
            best = Better(best, Begins(bytes, "-ERR Protocol error: "u8));
            best = Better(best, Begins(bytes, "-ERR Client sent AUTH"u8));
            best = Better(best, Begins(bytes, "-ERR max number of clients"u8));
            return Better(best, Begins(bytes, "-ERR wrong number of arguments"u8));
        }

        /// <summary>The reply to INFO.</summary>
        private static Match ProbeInfo(ReadOnlySpan<byte> bytes)
        {
            const int LongestLength = 6; // digits
            int end = bytes.IndexOf((byte)'\r');
            ReadOnlySpan<byte> digits = bytes[1..(end < 0 ? bytes.Length : end)];
            if (digits.Length > LongestLength || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return Match.No;
            }

            return end < 0 ? Match.NeedMore : Begins(bytes[end..], "\r\n# Server\r\nredis_version:"u8);
        }

        private static Match Better(Match one, Match other) => one > other ? one : other;

        private static bool IsCommandName(ReadOnlySpan<byte> name)
        {
            // Modules name theirs "JSON.GET", Disque and others have "_".
            foreach (byte letter in name)
            {
                if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'.' or (byte)'_' or (byte)'-'))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>A number with its line's end, read digit by digit: replies have thousands.</summary>
        private static bool TryReadNumber(ReadOnlySpan<byte> line, out int number)
        {
            const int MostDigits = 9; // what always fits; all that are allowed fit
            number = 0;
            int at = !line.IsEmpty && line[0] is (byte)'-' or (byte)'+' ? 1 : 0;
            int first = at;
            for (; at < line.Length && char.IsAsciiDigit((char)line[at]); at++)
            {
                if (at - first == MostDigits)
                {
                    return false;
                }

                number = (number * 10) + (line[at] - '0');
            }

            number = first > 0 && line[0] == (byte)'-' ? -number : number;
            return at > first && line[at..] is [] or [(byte)'\n'] or [(byte)'\r', (byte)'\n'];
        }

        private Side ClientOf(Side from, ReadOnlySpan<byte> message)
        {
            if (context.ResponderPort == UsualPort != (context.OriginatorPort == UsualPort))
            {
                return context.ResponderPort == UsualPort ? Side.Originator : Side.Responder;
            }

            bool isCommand = message[0] == (byte)'*' || char.IsAsciiLetter((char)message[0]);
            return isCommand ? from : from == Side.Originator ? Side.Responder : Side.Originator;
        }

        private Outcome BeginCommand(ReadOnlySpan<byte> count)
        {
            if (!TryReadNumber(count, out _arguments) || _arguments > MostArguments)
            {
                return Outcome.Reject;
            }

            _next = Argument.Command;
            return Outcome.More;
        }

        /// <summary>Reads the command's name, and of the arguments those few that can hold no secret.</summary>
        private void ReadArgument(ReadOnlySpan<byte> argument)
        {
            Argument what = _arguments-- > 0 ? _next : Argument.Other;
            _next = Argument.Other;
            switch (what)
            {
                case Argument.Command:
                    ReadCommand(argument);
                    break;
                case Argument.Hello when TryReadNumber(argument, out int version):
                    _protocolVersion = version;
                    break;
                case Argument.Select when TryReadNumber(argument, out int database):
                    _database = database;
                    break;
                case Argument.Client:
                    _next = Is(argument, "SETNAME") ? Argument.ClientName : Is(argument, "SETINFO") ? Argument.ClientInfo : Argument.Other;
                    break;
                case Argument.ClientName:
                    _ = WireText.Update(ref _clientName, argument);
                    break;
                case Argument.ClientInfo:
                    _next = Is(argument, "LIB-NAME") ? Argument.Library : Argument.Other;
                    break;
                case Argument.Library:
                    _ = WireText.Update(ref _library, argument);
                    break;
                default:
                    return;
            }

            Changed();
        }

        private void ReadCommand(ReadOnlySpan<byte> name)
        {
            if (name.Length <= LongestCommand && IsCommandName(name))
            {
                _commands.AddUpper(name);
                _next = Is(name, "HELLO") ? Argument.Hello : Is(name, "SELECT") ? Argument.Select
                    : Is(name, "CLIENT") ? Argument.Client : Argument.Other;
            }
        }

        /// <summary>An inline command: words on a line, of which only the first is looked at.</summary>
        private void ReadInline(ReadOnlySpan<byte> line)
        {
            line = line.Trim("\r\n "u8);
            int end = line.IndexOf((byte)' ');
            ReadOnlySpan<byte> name = end < 0 ? line : line[..end];
            if (name.Length is > 0 and <= LongestCommand && char.IsAsciiLetter((char)name[0]) && IsCommandName(name))
            {
                _commands.AddUpper(name);
                Changed();
            }
        }

        private void ReadError(ReadOnlySpan<byte> text)
        {
            int end = text.IndexOfAny((byte)' ', (byte)'\r');
            ReadOnlySpan<byte> code = text[..Math.Max(end, 0)];
            _errors++;
            if (code.Length <= LongestCommand && IsCommandName(code))
            {
                _ = WireText.Update(ref _error, code);
            }

            Changed();
        }

        private void ReadBulk(ReadOnlySpan<byte> bulk)
        {
            if (_versionNext)
            {
                _versionNext = false;
                KeepVersion(bulk);
            }
            else if (_commands.Last == "HELLO")
            {
                _versionNext = bulk.SequenceEqual("version"u8);
            }
            else if (bulk.StartsWith("# Server\r\nredis_version:"u8))
            {
                bulk = bulk["# Server\r\nredis_version:"u8.Length..];
                KeepVersion(bulk[..Math.Max(bulk.IndexOf((byte)'\r'), 0)]);
            }
        }

        private void KeepVersion(ReadOnlySpan<byte> version)
        {
            if (!version.IsEmpty && version.Length <= LongestCommand && WireText.Update(ref _serverVersion, version))
            {
                Changed();
            }
        }

        private static bool Is(ReadOnlySpan<byte> bytes, string word) => System.Text.Ascii.EqualsIgnoreCase(bytes, word);
    }
}
