using System.Buffers.Binary;
using System.Buffers.Text;

namespace NetMonitor
{
    /// <summary>What a Memcached connection said (memcached "protocol.txt", "BinaryProtocolRevamped"). Keys and values are not kept.</summary>
    public sealed record MemcachedDetails : ApplicationDetails
    {
        /// <summary>True for the binary protocol, false for the text protocol.</summary>
        public bool IsBinary { get; init; }

        /// <summary>Version of the server, where it was asked.</summary>
        public string? ServerVersion { get; init; }

        /// <summary>Commands by name.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last command.</summary>
        public string? Command { get; init; }

        /// <summary>Replies that say that a command failed; a key that is not there is no failure.</summary>
        public int Errors { get; init; }

        /// <inheritdoc/>
        public override string Summary =>
            string.Join(' ', new[] { "Memcached", ServerVersion, Command }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>The text protocol: lines, some with a block of data behind them. The binary protocol: headers of 24 bytes.</summary>
    internal sealed class MemcachedInspector : MessageInspector
    {
        private const ushort UsualPort = 11211;
        private const int LineEndSize = 2;       // CR LF
        private const int LongestKey = 250;      // bytes
        private const int LargestValue = 1 << 30; // bytes, as servers allow at most (-I)

        // The binary header.
        private const byte RequestMagic = 0x80;
        private const byte ResponseMagic = 0x81;
        private const int OpcodeAt = 1;
        private const int KeyLengthAt = 2;
        private const int ExtrasLengthAt = 4;
        private const int DataTypeAt = 5;
        private const int StatusAt = 6;
        private const int BodyLengthAt = 8;
        private const int HeaderSize = 24;
        private const byte Quit = 0x07;
        private const byte Version = 0x0B;
        private const byte Stats = 0x10;
        private const int FlushExtras = 4;       // or none
        private const int LargestProbed = 16 << 20; // bytes; items have 1 MiB unless servers are told otherwise

        // By opcode: what its request has besides the header.
        private static readonly (string Name, int Extras, bool Key, bool Value)[] Opcodes =
        [
            ("get", 0, true, false), ("set", 8, true, true), ("add", 8, true, true), ("replace", 8, true, true), ("delete", 0, true, false),
            ("incr", 20, true, false), ("decr", 20, true, false), ("quit", 0, false, false), ("flush_all", FlushExtras, false, false),
            ("get", 0, true, false), ("noop", 0, false, false), ("version", 0, false, false), ("get", 0, true, false), ("get", 0, true, false),
            ("append", 0, true, true), ("prepend", 0, true, true), ("stats", 0, false, false), ("set", 8, true, true), ("add", 8, true, true),
            ("replace", 8, true, true), ("delete", 0, true, false), ("incr", 20, true, false), ("decr", 20, true, false),
            ("quit", 0, false, false), ("flush_all", FlushExtras, false, false), ("append", 0, true, true), ("prepend", 0, true, true),
            ("verbosity", 4, false, false), ("touch", 4, true, false), ("gat", 4, true, false), ("gat", 4, true, false), ("hello", 0, true, true),
            ("sasl_list_mechs", 0, false, false), ("sasl_auth", 0, true, true), ("sasl_step", 0, true, true),
        ];

        private readonly NameTally _commands = new();
        private bool _isBinary;
        private string? _serverVersion;
        private int _errors;

        private enum Line : byte
        {
            Unknown,
            Retrieval,   // get <key>*
            Storage,     // set <key> <flags> <exptime> <bytes> [noreply]
            Meta,        // mg <key> <flags>*
            Other,
            Value,       // VALUE <key> <flags> <bytes> [<cas>]
            Reply,
        }

        /// <inheritdoc/>
        public override string Application => "Memcached";

        /// <summary>A whole header or line of either side.</summary>
        public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
        {
            if (bytes[0] is RequestMagic or ResponseMagic)
            {
                return ProbeBinary(bytes);
            }

            Match first = ProbeFirstWord(bytes);
            if (first != Match.Yes)
            {
                return first;
            }

            const int LongestProbed = 2048; // bytes
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            if (line.Length > LongestProbed || !IsPrintable(line.TrimEnd((byte)'\r')))
            {
                return Match.No;
            }

            return end < 0 ? Match.NeedMore : end > 0 && line[^1] == '\r' && IsExact(context, line[..^1]) ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            if (rest[0] is RequestMagic or ResponseMagic)
            {
                size = rest.Length < HeaderSize ? 0 : HeaderSize + (long)BinaryPrimitives.ReadUInt32BigEndian(rest[BodyLengthAt..]);
                return rest.Length < HeaderSize ? Match.NeedMore : size <= LargestValue ? Match.Yes : Match.No;
            }

            Match match = MeasureLine(rest, out size);
            if (match == Match.Yes)
            {
                int data = DataSize(rest[..(int)size].TrimEnd("\r\n"u8));
                size += data < 0 ? 0 : data + LineEndSize;
            }

            return match;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            if (message[0] is RequestMagic or ResponseMagic)
            {
                _isBinary = true;
                return ReadBinary(message);
            }

            int end = message.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? message : message[..end]).TrimEnd((byte)'\r');
            switch (Classify(line, out string? name))
            {
                case Line.Retrieval or Line.Storage or Line.Meta or Line.Other:
                    _commands.Add(name!);
                    Changed();
                    return name == "quit" ? Outcome.Finished : Outcome.More;
                case Line.Reply when line.StartsWith("VERSION "u8):
                    if (WireText.Update(ref _serverVersion, line["VERSION "u8.Length..]))
                    {
                        Changed();
                    }

                    break;
                case Line.Reply when line.StartsWith("ERROR"u8) || line.StartsWith("CLIENT_ERROR"u8) || line.StartsWith("SERVER_ERROR"u8):
                    _errors++;
                    Changed();
                    break;
                default:
                    break;
            }

            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new MemcachedDetails
        {
            IsBinary = _isBinary,
            ServerVersion = _serverVersion,
            Commands = _commands.ToList(),
            Command = _commands.Last,
            Errors = _errors,
        };

        private static Match ProbeBinary(ReadOnlySpan<byte> bytes)
        {
            if ((bytes.Length > OpcodeAt && bytes[OpcodeAt] >= Opcodes.Length) || (bytes.Length > DataTypeAt && bytes[DataTypeAt] != 0))
            {
                return Match.No;
            }

            if (bytes.Length < HeaderSize)
            {
                return Match.NeedMore;
            }

            int key = BinaryPrimitives.ReadUInt16BigEndian(bytes[KeyLengthAt..]);
            int extras = bytes[ExtrasLengthAt];
            uint body = BinaryPrimitives.ReadUInt32BigEndian(bytes[BodyLengthAt..]);
            int status = BinaryPrimitives.ReadUInt16BigEndian(bytes[StatusAt..]);
            var (_, wanted, hasKey, hasValue) = Opcodes[bytes[OpcodeAt]];
            bool fits = key <= LongestKey && key + extras <= body && body <= LargestProbed;
            if (bytes[0] == RequestMagic)
            {
                const int PartitionLimit = 1024;
                fits &= (extras == wanted || (wanted == FlushExtras && !hasKey && extras == 0)) && status < PartitionLimit
                    && (hasKey ? key > 0 : key == 0 || bytes[OpcodeAt] == Stats) && (hasValue || body == key + extras);
            }
            else
            {
                // A key and extras are in replies to get and its like only, a body in those, in errors, and where a number or text was asked.
                const int LargestStatus = 0x86;
                bool retrieves = hasKey && !hasValue && wanted is 0 or 4;
                fits &= status <= LargestStatus && (extras == 0 || (extras == 4 && retrieves)) && (key == 0 || retrieves || bytes[OpcodeAt] == Stats)
                    && (status != 0 || retrieves || body == 0 || (wanted != 8 && bytes[OpcodeAt] != Quit));
            }

            return fits ? Match.Yes : Match.No;
        }

        /// <summary>Whether the line may begin with a word of the protocol, so that other lines do not wait for their end.</summary>
        private static Match ProbeFirstWord(ReadOnlySpan<byte> bytes)
        {
            const int LongestWord = 12;
            int end = bytes.IndexOfAny((byte)' ', (byte)'\r');
            ReadOnlySpan<byte> word = end < 0 ? bytes : bytes[..end];
            if (word.Length > LongestWord)
            {
                return Match.No;
            }

            foreach ((string known, _) in Words)
            {
                bool begins = known.Length >= word.Length && System.Text.Ascii.Equals(word, known.AsSpan(0, word.Length));
                if (begins && (end < 0 || word.Length == known.Length))
                {
                    return end < 0 ? Match.NeedMore : Match.Yes;
                }
            }

            return Match.No;
        }

        /// <summary>Whether a line has all that its command or reply needs; what may be a line of another protocol counts on the usual
        /// port only.</summary>
        private static bool IsExact(in FlowContext context, ReadOnlySpan<byte> line)
        {
            int words = 1 + line.Count((byte)' ');
            return Classify(line, out string? name) switch
            {
                Line.Retrieval => words >= 2 && line[^1] != ' ' && !IsHttpVersion(LastWord(line)),
                Line.Storage => DataSize(line) >= 0,
                Line.Value => DataSize(line) >= 0,
                Line.Meta => context.Uses(UsualPort) && words >= 2,
                Line.Other => name is "incr" or "decr" ? words is 3 or 4 && char.IsAsciiDigit((char)line[^1])
                    : name is "stats" or "version" or "flush_all" ? words == 1 || (name == "stats" && words == 2) : context.Uses(UsualPort),
                Line.Reply => line.StartsWith("STAT pid "u8) || (line.StartsWith("VERSION "u8) && words == 2 && char.IsAsciiDigit((char)line[^1]))
                    || line.SequenceEqual("STORED"u8) || line.SequenceEqual("NOT_STORED"u8) || line.StartsWith("CLIENT_ERROR "u8)
                    || context.Uses(UsualPort),
                _ => false,
            };
        }

        /// <summary>"get / http/1.1" is a request of something else.</summary>
        private static bool IsHttpVersion(ReadOnlySpan<byte> word) =>
            word.Length > "HTTP/"u8.Length && System.Text.Ascii.EqualsIgnoreCase(word[.."HTTP/"u8.Length], "HTTP/"u8);

        private static ReadOnlySpan<byte> LastWord(ReadOnlySpan<byte> line) => line[(line.LastIndexOf((byte)' ') + 1)..];

        private static readonly (string Word, Line Line)[] Words =
        [
            ("get", Line.Retrieval), ("gets", Line.Retrieval), ("set", Line.Storage), ("add", Line.Storage), ("replace", Line.Storage),
            ("append", Line.Storage), ("prepend", Line.Storage), ("cas", Line.Storage), ("mg", Line.Meta), ("ms", Line.Meta), ("md", Line.Meta),
            ("ma", Line.Meta), ("mn", Line.Other), ("me", Line.Meta), ("delete", Line.Other), ("incr", Line.Other), ("decr", Line.Other),
            ("touch", Line.Other), ("gat", Line.Other), ("gats", Line.Other), ("stats", Line.Other), ("version", Line.Other),
            ("flush_all", Line.Other), ("verbosity", Line.Other), ("quit", Line.Other), ("lru_crawler", Line.Other),
            ("VALUE", Line.Value), ("STAT", Line.Reply), ("VERSION", Line.Reply), ("STORED", Line.Reply), ("NOT_STORED", Line.Reply),
            ("EXISTS", Line.Reply), ("NOT_FOUND", Line.Reply), ("DELETED", Line.Reply), ("TOUCHED", Line.Reply), ("END", Line.Reply),
            ("OK", Line.Reply), ("ERROR", Line.Reply), ("CLIENT_ERROR", Line.Reply), ("SERVER_ERROR", Line.Reply),
        ];

        private static Line Classify(ReadOnlySpan<byte> line, out string? name)
        {
            int end = line.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = end < 0 ? line : line[..end];
            foreach ((string known, Line kind) in Words)
            {
                if (System.Text.Ascii.Equals(word, known))
                {
                    name = known;
                    return kind;
                }
            }

            name = null;
            return Line.Unknown;
        }

        /// <returns>Bytes of the data block behind a line without its end; -1 when there is none.</returns>
        private static int DataSize(ReadOnlySpan<byte> line)
        {
            int sizeAt = Classify(line, out string? name) switch { Line.Storage => 4, Line.Value => 3, Line.Meta when name == "ms" => 2, _ => -1 };
            for (int i = 0; i < sizeAt; i++)
            {
                int space = line.IndexOf((byte)' ');
                if (space < 0 || space > LongestKey)
                {
                    return -1;
                }

                line = line[(space + 1)..];
            }

            int end = line.IndexOf((byte)' ');
            line = end < 0 ? line : line[..end];
            bool isSize = Utf8Parser.TryParse(line, out int size, out int used) && used == line.Length && size is >= 0 and <= LargestValue;
            return sizeAt > 0 && isSize ? size : -1;
        }

        private Outcome ReadBinary(ReadOnlySpan<byte> message)
        {
            byte opcode = message[OpcodeAt];
            if (message[0] == RequestMagic)
            {
                _commands.Add(opcode < Opcodes.Length ? Opcodes[opcode].Name : "other");
                Changed();
                return opcode == Quit ? Outcome.Finished : Outcome.More;
            }

            const int NotFound = 1;
            int status = BinaryPrimitives.ReadUInt16BigEndian(message[StatusAt..]);
            if (status > NotFound)
            {
                _errors++;
                Changed();
            }
            else if (opcode == Version && message.Length > HeaderSize && WireText.Update(ref _serverVersion, message[HeaderSize..]))
            {
                Changed();
            }

            return Outcome.More;
        }
    }
}
