using System.Buffers.Binary;
using System.Globalization;

namespace NetMonitor
{
    /// <summary>What a MySQL or MariaDB connection said ("MySQL Internals, Client/Server Protocol"). No password, no statement.</summary>
    public sealed record MySqlDetails : ApplicationDetails
    {
        /// <summary>The server's version as it gives it ("8.0.36", "5.5.5-10.11.6-MariaDB").</summary>
        public string? ServerVersion { get; init; }

        /// <summary>User who logs in.</summary>
        public string? User { get; init; }

        /// <summary>Database chosen last.</summary>
        public string? Database { get; init; }

        /// <summary>Authentication method the client used ("caching_sha2_password").</summary>
        public string? Authentication { get; init; }

        /// <summary>The client's program ("mysql"), or its library where it names no program.</summary>
        public string? Client { get; init; }

        /// <summary>True when the server accepted the login, false when it refused, null before it did either.</summary>
        public bool? LoggedIn { get; init; }

        /// <summary>Commands and first words of statements.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last of them.</summary>
        public string? Command { get; init; }

        /// <summary>Number of the last error, or null.</summary>
        public int? Error { get; init; }

        /// <inheritdoc/>
        public override string Summary => string.Join(' ', new[]
        {
            "MySQL", ServerVersion, Database, Command, Error?.ToString(CultureInfo.InvariantCulture),
        }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>
    /// MySQL packets: length in three bytes, sequence number, payload; numbers have their least significant byte first. The server speaks first
    /// (Protocol::HandshakeV10), the client answers with HandshakeResponse41 or asks for TLS first.
    /// </summary>
    internal sealed class MySqlInspector(FlowContext context) : MessageInspector
    {
        private const int HeaderSize = 4;
        private const int SequenceAt = 3;
        private const byte Version10 = 10;
        private const byte Ok = 0x00;
        private const byte Error = 0xFF;
        private const int LongestGreeting = 512;        // bytes
        private const int LongestResponse = 2047;       // bytes
        private const int LongestVersion = 96;          // bytes; servers give some 30 at most
        private const int ThreadIdAndScrambleSize = 12; // behind the version; a zero follows
        private const int GreetingRestSize = 31;        // from the thread id to the ten reserved bytes

        private const int SslRequestSize = 32;
        private const int MaxPacketAt = 4;
        private const int CharsetAt = 8;
        private const int FillerAt = 9;
        private const int FillerSize = 19;              // MariaDB keeps flags in the last four of the 23

        // Capability flags.
        private const uint ConnectWithDatabase = 0x8;
        private const uint Compress = 0x20;
        private const uint Protocol41 = 0x200;
        private const uint Ssl = 0x800;
        private const uint SecureConnection = 0x8000;
        private const uint PluginAuthentication = 0x8_0000;
        private const uint ConnectAttributes = 0x10_0000;
        private const uint LengthEncodedSecret = 0x20_0000;
        private const uint ZstdCompression = 0x400_0000;
        private const uint QueryAttributes = 0x800_0000;

        // Commands.
        private const byte Quit = 0x01;
        private const byte InitDatabase = 0x02;
        private const byte Query = 0x03;
        private const byte Prepare = 0x16;

        private readonly NameTally _commands = new();
        private Side? _server;
        private uint _capabilities;
        private string? _serverVersion;
        private string? _user;
        private string? _database;
        private string? _authentication;
        private string? _clientName;
        private bool? _loggedIn;
        private int? _error;

        /// <inheritdoc/>
        public override string Application => "MySQL";

        /// <summary>The server's greeting, or its refusal; the client's answer.</summary>
        public static Match Probe(in FlowContext flow, Side from, ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length <= HeaderSize)
            {
                // A short packet, the first or second of the connection.
                bool possible = (bytes.Length <= 1 || bytes[1] <= LongestResponse >> 8) && (bytes.Length <= 2 || bytes[2] == 0)
                    && (bytes.Length <= SequenceAt || bytes[SequenceAt] <= 1);
                return possible ? Match.NeedMore : Match.No;
            }

            int length = Length(bytes);
            ReadOnlySpan<byte> payload = bytes[HeaderSize..];
            payload = payload[..Math.Min(payload.Length, length)];
            bool whole = payload.Length == length;
            return bytes[SequenceAt] switch
            {
                0 when payload.Length > 0 && payload[0] == Version10 => ProbeGreeting(payload, length),
                0 when payload.Length > 0 && payload[0] == Error => ProbeRefusal(payload, length),
                1 when length is >= SslRequestSize and <= LongestResponse => ProbeResponse(payload, whole),
                _ => Match.No,
            };
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = rest.Length < HeaderSize ? 0 : HeaderSize + Length(rest);
            return rest.Length < HeaderSize ? Match.NeedMore : Match.Yes;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            byte sequence = message[SequenceAt];
            ReadOnlySpan<byte> payload = message[HeaderSize..];
            if (payload.IsEmpty)
            {
                return Outcome.More;
            }

            if (_server is null)
            {
                bool fromServer = sequence == 0;
                _server = fromServer ? from : from == Side.Originator ? Side.Responder : Side.Originator;
            }

            return from == _server ? ReadServer(sequence, payload) : ReadClient(sequence, payload);
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new MySqlDetails
        {
            ServerVersion = _serverVersion,
            User = _user,
            Database = _database,
            Authentication = _authentication,
            Client = _clientName,
            LoggedIn = _loggedIn,
            Commands = _commands.ToList(),
            Command = _commands.Last,
            Error = _error,
        };

        private static int Length(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

        private static Match ProbeGreeting(ReadOnlySpan<byte> payload, int length)
        {
            ReadOnlySpan<byte> version = payload[1..];
            int end = version.IndexOf((byte)0);
            version = end < 0 ? version : version[..end];
            if (length > LongestGreeting || version.Length > LongestVersion || !IsPrintable(version)
                || (version.Length > 0 && !char.IsAsciiDigit((char)version[0])) || end == 0)
            {
                return Match.No;
            }

            // Servers before 4.1 stop behind the first flags.
            const int ShortRestSize = ThreadIdAndScrambleSize + 3;
            int zeroAt = 1 + end + 1 + ThreadIdAndScrambleSize;
            if (end < 0 || payload.Length <= zeroAt)
            {
                return length < 1 + version.Length + 1 + ShortRestSize ? Match.No : Match.NeedMore;
            }

            return payload[zeroAt] == 0 && (length - zeroAt + ThreadIdAndScrambleSize is ShortRestSize or >= GreetingRestSize)
                ? Match.Yes : Match.No;
        }

        /// <summary>ER_HOST_IS_BLOCKED, ER_CON_COUNT_ERROR and the like instead of a greeting: no SQL state yet.</summary>
        private static Match ProbeRefusal(ReadOnlySpan<byte> payload, int length)
        {
            const int MessageAt = 3;
            const int LeastCode = 1000;
            const int MostCode = 4999;
            const int ShortestMessage = 8;
            if (length is < MessageAt + ShortestMessage or > LongestGreeting)
            {
                return Match.No;
            }

            if (payload.Length < MessageAt)
            {
                return Match.NeedMore;
            }

            bool fits = BinaryPrimitives.ReadUInt16LittleEndian(payload[1..]) is >= LeastCode and <= MostCode && IsPrintable(payload[MessageAt..]);
            return !fits ? Match.No : payload.Length < length ? Match.NeedMore : Match.Yes;
        }

        private static Match ProbeResponse(ReadOnlySpan<byte> payload, bool whole)
        {
            if (payload.Length < SslRequestSize)
            {
                bool possible = payload.Length < 2 || (BinaryPrimitives.ReadUInt16LittleEndian(payload) & Protocol41) != 0;
                return possible && !whole ? Match.NeedMore : Match.No;
            }

            uint capabilities = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            bool fits = (capabilities & Protocol41) != 0 && payload[CharsetAt] != 0 && payload[MaxPacketAt + 3] <= 0x40
                && !payload.Slice(FillerAt, FillerSize).ContainsAnyExcept((byte)0);
            return fits ? Match.Yes : Match.No;
        }

        private Outcome ReadServer(byte sequence, ReadOnlySpan<byte> payload)
        {
            if (payload[0] == Error && sequence <= 6 && payload.Length > 2)
            {
                _error = BinaryPrimitives.ReadUInt16LittleEndian(payload[1..]);
                _loggedIn ??= false;
                Changed();
            }
            else if (payload[0] == Version10 && sequence == 0 && _serverVersion is null)
            {
                ReadOnlySpan<byte> rest = payload[1..];
                if (TryReadTerminated(ref rest, out var version))
                {
                    _serverVersion = WireText.Clean(version);
                    Changed();
                }
            }
            else if (payload[0] == Ok && sequence > 0 && _loggedIn is null)
            {
                _loggedIn = true;
                Changed();

                // What follows is compressed frames.
                return (_capabilities & (Compress | ZstdCompression)) != 0 ? Outcome.Finished : Outcome.More;
            }

            return Outcome.More;
        }

        private Outcome ReadClient(byte sequence, ReadOnlySpan<byte> payload)
        {
            if (sequence != 0)
            {
                // Later ones are secrets, or the content of LOAD DATA LOCAL.
                bool isResponse = _user is null && payload.Length >= SslRequestSize && ProbeResponse(payload, whole: true) == Match.Yes;
                return isResponse ? ReadResponse(payload) : Outcome.More;
            }

            switch (payload[0])
            {
                case Quit:
                    return Outcome.Finished;
                case InitDatabase:
                    _database = WireText.Clean(payload[1..]);
                    _commands.Add("USE");
                    break;
                case Query:
                    _commands.Add(SqlVerb.Find(SkipAttributes(payload[1..])));
                    break;
                case Prepare:
                    _commands.Add(SqlVerb.Find(payload[1..]));
                    break;
                default:
                    _commands.Add(Name(payload[0]));
                    break;
            }

            Changed();
            return Outcome.More;
        }

        private Outcome ReadResponse(ReadOnlySpan<byte> payload)
        {
            uint capabilities = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            _capabilities = capabilities;
            ReadOnlySpan<byte> rest = payload[SslRequestSize..];
            if ((capabilities & Ssl) != 0 && rest.IsEmpty)
            {
                return StartTls(context);
            }

            if (!TryReadTerminated(ref rest, out var user))
            {
                return Outcome.More;
            }

            _user = WireText.Clean(user);
            Changed();
            if (!TrySkipSecret(capabilities, ref rest))
            {
                return Outcome.More;
            }

            if ((capabilities & ConnectWithDatabase) != 0 && TryReadTerminated(ref rest, out var database) && !database.IsEmpty)
            {
                _database = WireText.Clean(database);
            }

            if ((capabilities & PluginAuthentication) != 0 && TryReadTerminated(ref rest, out var plugin))
            {
                _authentication = WireText.Clean(plugin);
            }

            if ((capabilities & ConnectAttributes) != 0 && TryReadLength(ref rest, out int length))
            {
                ReadAttributes(rest[..Math.Min(length, rest.Length)]);
            }

            return Outcome.More;
        }

        private static bool TrySkipSecret(uint capabilities, ref ReadOnlySpan<byte> rest)
        {
            if ((capabilities & (LengthEncodedSecret | SecureConnection)) == 0)
            {
                return TryReadTerminated(ref rest, out _);
            }

            if (!TryReadLength(ref rest, out int length) || length > rest.Length)
            {
                return false;
            }

            rest = rest[length..];
            return true;
        }

        /// <summary>Pairs of name and value that describe the client program.</summary>
        private void ReadAttributes(ReadOnlySpan<byte> rest)
        {
            while (TryReadText(ref rest, out var name) && TryReadText(ref rest, out var value))
            {
                if (name.SequenceEqual("program_name"u8) || (_clientName is null && name.SequenceEqual("_client_name"u8)))
                {
                    _clientName = WireText.Clean(value);
                }
            }
        }

        private static bool TryReadText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
        {
            value = default;
            if (!TryReadLength(ref rest, out int length) || length > rest.Length)
            {
                return false;
            }

            value = rest[..length];
            rest = rest[length..];
            return true;
        }

        /// <summary>A length-encoded integer (Protocol::LengthEncodedInteger) that fits what is looked at.</summary>
        private static bool TryReadLength(ref ReadOnlySpan<byte> rest, out int length)
        {
            const byte LargestInOneByte = 250;
            const byte TwoBytes = 252;
            length = 0;
            if (rest.IsEmpty || (rest[0] > LargestInOneByte && (rest[0] != TwoBytes || rest.Length <= sizeof(ushort))))
            {
                return false;
            }

            bool two = rest[0] == TwoBytes;
            length = two ? BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]) : rest[0];
            rest = rest[(two ? 1 + sizeof(ushort) : 1)..];
            return true;
        }

        /// <summary>With CLIENT_QUERY_ATTRIBUTES, two counts come before a statement: usually no parameters, in one set.</summary>
        private ReadOnlySpan<byte> SkipAttributes(ReadOnlySpan<byte> query) =>
            (_capabilities & QueryAttributes) != 0 && query.Length > 2 && query[0] == 0 && query[1] == 1 ? query[2..] : query;

        private static string Name(byte command) => command switch
        {
            0x04 => "FIELD_LIST",
            0x05 => "CREATE_DB",
            0x06 => "DROP_DB",
            0x07 => "REFRESH",
            0x08 => "SHUTDOWN",
            0x09 => "STATISTICS",
            0x0A => "PROCESS_INFO",
            0x0C => "PROCESS_KILL",
            0x0D => "DEBUG",
            0x0E => "PING",
            0x11 => "CHANGE_USER",
            0x12 => "BINLOG_DUMP",
            0x15 => "REGISTER_SLAVE",
            0x17 => "STMT_EXECUTE",
            0x18 => "STMT_SEND_LONG_DATA",
            0x19 => "STMT_CLOSE",
            0x1A => "STMT_RESET",
            0x1B => "SET_OPTION",
            0x1C => "STMT_FETCH",
            0x1E => "BINLOG_DUMP_GTID",
            0x1F => "RESET_CONNECTION",
            _ => SqlVerb.Other,
        };
    }
}
