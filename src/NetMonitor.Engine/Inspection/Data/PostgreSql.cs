using System.Buffers;
using System.Buffers.Binary;

namespace NetMonitor
{
    /// <summary>What a PostgreSQL connection said (PostgreSQL documentation, "Frontend/Backend Protocol"). No password, no statement.</summary>
    public sealed record PostgreSqlDetails : ApplicationDetails
    {
        /// <summary>The server's version ("16.1").</summary>
        public string? ServerVersion { get; init; }

        /// <summary>User who logs in.</summary>
        public string? User { get; init; }

        /// <summary>Database asked for; null when it is the user's own.</summary>
        public string? Database { get; init; }

        /// <summary>Name the client program gave itself.</summary>
        public string? ClientName { get; init; }

        /// <summary>How the server wants the user to prove who it is ("scram-sha-256", "md5", "trust"), or null.</summary>
        public string? Authentication { get; init; }

        /// <summary>True when the server said yes to encryption, false when no, null when it was not asked.</summary>
        public bool? Encrypted { get; init; }

        /// <summary>True when the connection only asks to cancel another one's statement.</summary>
        public bool IsCancel { get; init; }

        /// <summary>First words of statements.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last of them.</summary>
        public string? Command { get; init; }

        /// <summary>Errors the server sent.</summary>
        public int Errors { get; init; }

        /// <summary>SQLSTATE of the last error ("28P01").</summary>
        public string? Error { get; init; }

        /// <inheritdoc/>
        public override string Summary => string.Join(' ', new[]
        {
            "PostgreSQL", ServerVersion, Database ?? User, IsCancel ? "CANCEL" : Command, Error,
        }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>
    /// Messages of a type byte and a length that counts itself. Those that open a connection have no type, and the reply to a request for
    /// encryption is a byte alone ("Message Formats").
    /// </summary>
    internal sealed class PostgreSqlInspector(FlowContext context) : MessageInspector
    {
        private static readonly SearchValues<byte> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."u8);

        private const int LengthSize = 4;
        private const int HeaderSize = 1 + LengthSize;
        private const int OpeningSize = LengthSize + 4;  // length and code
        private const int LargestOpening = 10_000;       // bytes, as servers allow (MAX_STARTUP_PACKET_LENGTH)
        private const int LargestMessage = 0x4000_0000;  // bytes, as servers allow (PQ_LARGE_MESSAGE_LIMIT)
        private const uint CancelCode = 80877102;
        private const uint SslCode = 80877103;
        private const uint GssCode = 80877104;
        private const uint Version3 = 3 << 16;
        private const uint LastVersion3 = Version3 + 2;
        private const int CancelSize = 16;
        private const byte TlsHandshake = 0x16;

        private readonly NameTally _commands = new();
        private bool _originatorBegan;
        private bool _responderBegan;
        private bool _negotiating;                       // the client waits for the byte
        private Side? _client;
        private string? _serverVersion;
        private string? _user;
        private string? _database;
        private string? _clientName;
        private string? _authentication;
        private bool? _encrypted;
        private bool _isCancel;
        private int _errors;
        private string? _error;

        /// <inheritdoc/>
        public override string Application => "PostgreSQL";

        /// <summary>What opens a connection; the server's request for a password, its welcome or its refusal.</summary>
        public static Match Probe(in FlowContext flow, Side from, ReadOnlySpan<byte> bytes) => bytes[0] switch
        {
            0 => ProbeOpening(bytes),
            (byte)'R' => ProbeAuthentication(bytes),
            (byte)'E' => ProbeError(bytes),
            (byte)'S' => bytes.Length == 1 ? Match.NeedMore : Begins(bytes[1..], [TlsHandshake, 3]),
            (byte)'N' => bytes.Length == 1 ? Match.NeedMore : bytes[1] is (byte)'R' ? ProbeAuthentication(bytes[1..])
                : bytes[1] is (byte)'E' ? ProbeError(bytes[1..]) : Match.No,
            _ => Match.No,
        };

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 1;
            if (rest[0] == 0)
            {
                if (rest.Length < OpeningSize)
                {
                    return Match.NeedMore;
                }

                size = BinaryPrimitives.ReadUInt32BigEndian(rest);
                return size is >= OpeningSize and <= LargestOpening ? Match.Yes : Match.No;
            }

            Match reply = MeasureReply(from, rest);
            if (reply != Match.No)
            {
                return reply;
            }

            if (rest.Length < HeaderSize)
            {
                return char.IsAsciiLetterOrDigit((char)rest[0]) ? Match.NeedMore : Match.No;
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
            size = 1 + length;
            return char.IsAsciiLetterOrDigit((char)rest[0]) && length is >= LengthSize and <= LargestMessage ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            if (message[0] == 0)
            {
                _client ??= from;
                return ReadOpening(message);
            }

            if (size == 1)
            {
                return ReadReply(message[0]);
            }

            Began(from) = true;
            _client ??= message[0] is (byte)'R' or (byte)'E' ? Other(from) : from;
            return from == _client ? ReadClient(message) : ReadServer(message);
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new PostgreSqlDetails
        {
            ServerVersion = _serverVersion,
            User = _user,
            Database = _database,
            ClientName = _clientName,
            Authentication = _authentication,
            Encrypted = _encrypted,
            IsCancel = _isCancel,
            Commands = _commands.ToList(),
            Command = _commands.Last,
            Errors = _errors,
            Error = _error,
        };

        private static Side Other(Side side) => side == Side.Originator ? Side.Responder : Side.Originator;

        private static Match ProbeOpening(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < OpeningSize)
            {
                // The length is less than 2^16; the code begins with a byte that hardly anything else has there.
                bool possible = (bytes.Length <= 1 || bytes[1] == 0)
                    && (bytes.Length <= LengthSize || bytes[LengthSize] is 0 or (byte)(CancelCode >> 24))
                    && (bytes.Length <= LengthSize + 1 || bytes[LengthSize + 1] is 3 or (byte)((CancelCode >> 16) & 0xFF));
                return possible ? Match.NeedMore : Match.No;
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            uint code = BinaryPrimitives.ReadUInt32BigEndian(bytes[LengthSize..]);
            return code switch
            {
                SslCode or GssCode when length == OpeningSize => Match.Yes,
                CancelCode when length >= CancelSize && length <= LargestOpening => Match.Yes,
                >= Version3 and <= LastVersion3 when length is > OpeningSize and <= LargestOpening => ProbeParameter(bytes[OpeningSize..]),
                _ => Match.No,
            };
        }

        /// <summary>The name of any parameter may come first: a word of a configuration file, or of the protocol ("_pq_.").</summary>
        private static Match ProbeParameter(ReadOnlySpan<byte> rest)
        {
            const int LongestName = 64; // NAMEDATALEN of the server
            int end = rest[..Math.Min(rest.Length, LongestName)].IndexOfAnyExcept(NameCharacters);
            return rest.IsEmpty ? Match.NeedMore
                : char.IsAsciiDigit((char)rest[0]) || rest[0] == '.' ? Match.No
                : end < 0 ? rest.Length < LongestName ? Match.NeedMore : Match.No
                : end > 0 && rest[end] == 0 ? Match.Yes : Match.No;
        }

        private static Match ProbeAuthentication(ReadOnlySpan<byte> bytes)
        {
            const byte LargestCode = 12;
            const int Size = HeaderSize + 4;
            Match start = Begins(bytes, "R\0\0\0"u8);
            if (start != Match.Yes || bytes.Length < Size)
            {
                return start == Match.Yes ? Match.NeedMore : start;
            }

            uint code = BinaryPrimitives.ReadUInt32BigEndian(bytes[HeaderSize..]);
            byte length = bytes[LengthSize];
            bool fits = code switch
            {
                0 or 2 or 3 or 6 or 7 or 9 => length == 8,
                5 => length == 12,                 // MD5, with a salt
                10 => length > 12,                 // SASL, with the names of mechanisms
                _ => code <= LargestCode && length > 8,
            };
            return fits ? Match.Yes : Match.No;
        }

        /// <summary>Fields with their type before them, first the severity (since 9.6 in English too).</summary>
        private static Match ProbeError(ReadOnlySpan<byte> bytes)
        {
            Match start = Begins(bytes, "E\0\0"u8);
            return start != Match.Yes ? start : bytes.Length < HeaderSize ? Match.NeedMore
                : Best(Begins(bytes[HeaderSize..], "SFATAL\0"u8),
                    Best(Begins(bytes[HeaderSize..], "SERROR\0"u8), Begins(bytes[HeaderSize..], "SPANIC\0"u8)));
        }

        private static Match Best(Match one, Match other) => one > other ? one : other;

        private ref bool Began(Side side) => ref side == Side.Originator ? ref _originatorBegan : ref _responderBegan;

        /// <summary>Whether the byte at the front is the reply to a request for encryption.</summary>
        private Match MeasureReply(Side from, ReadOnlySpan<byte> rest)
        {
            if (rest[0] is not ((byte)'S' or (byte)'N' or (byte)'G') || Began(from) || from == _client)
            {
                return Match.No;
            }

            // When the request itself was missed, what is behind the byte tells: a length begins with zero.
            return _negotiating ? Match.Yes : rest.Length == 1 ? Match.NeedMore : rest[1] != 0 ? Match.Yes : Match.No;
        }

        private Outcome ReadReply(byte reply)
        {
            _negotiating = false;
            _encrypted = reply != (byte)'N';
            Changed();
            return reply switch
            {
                (byte)'S' => StartTls(context),
                (byte)'G' => Outcome.Finished,
                _ => Outcome.More,
            };
        }

        private Outcome ReadOpening(ReadOnlySpan<byte> message)
        {
            uint code = BinaryPrimitives.ReadUInt32BigEndian(message[LengthSize..]);
            Changed();
            switch (code)
            {
                case SslCode or GssCode:
                    _negotiating = true;
                    return Outcome.More;
                case CancelCode:
                    _isCancel = true; // The key behind it is a secret.
                    return Outcome.Finished;
                case >= Version3 and <= LastVersion3:
                    ReadParameters(message[OpeningSize..]);
                    return Outcome.More;
                default:
                    return Outcome.Reject;
            }
        }

        private void ReadParameters(ReadOnlySpan<byte> rest)
        {
            _negotiating = false;
            while (TryReadTerminated(ref rest, out var name) && !name.IsEmpty && TryReadTerminated(ref rest, out var value))
            {
                if (name.SequenceEqual("user"u8))
                {
                    _user = WireText.Clean(value);
                }
                else if (name.SequenceEqual("database"u8))
                {
                    _database = WireText.Clean(value);
                }
                else if (name.SequenceEqual("application_name"u8))
                {
                    _clientName = WireText.Clean(value);
                }
            }
        }

        private Outcome ReadClient(ReadOnlySpan<byte> message)
        {
            ReadOnlySpan<byte> body = message[HeaderSize..];
            switch (message[0])
            {
                case (byte)'Q':
                    _commands.Add(SqlVerb.Find(body));
                    Changed();
                    break;
                case (byte)'P' when TryReadTerminated(ref body, out _): // Parse: the statement's name first
                    _commands.Add(SqlVerb.Find(body));
                    Changed();
                    break;
                case (byte)'X':
                    return Outcome.Finished;
                case (byte)'p': // the password, or what proves it
                default:
                    break;
            }

            return Outcome.More;
        }

        private Outcome ReadServer(ReadOnlySpan<byte> message)
        {
            ReadOnlySpan<byte> body = message[HeaderSize..];
            switch (message[0])
            {
                case (byte)'R' when BinaryPrimitives.TryReadUInt32BigEndian(body, out uint code):
                    // 0 ends what another code began; alone it says that nothing was asked.
                    _authentication ??= Authentication(code);
                    Changed();
                    break;
                case (byte)'S' when TryReadTerminated(ref body, out var name) && name.SequenceEqual("server_version"u8)
                    && TryReadTerminated(ref body, out var value):
                    if (WireText.Update(ref _serverVersion, value))
                    {
                        Changed();
                    }

                    break;
                case (byte)'E':
                    ReadError(body);
                    break;
                default:
                    break;
            }

            return Outcome.More;
        }

        private void ReadError(ReadOnlySpan<byte> fields)
        {
            const byte SqlState = (byte)'C';
            _errors++;
            Changed();
            while (TryReadTerminated(ref fields, out var field) && !field.IsEmpty)
            {
                if (field[0] == SqlState)
                {
                    _ = WireText.Update(ref _error, field[1..]);
                    return;
                }
            }
        }

        private static string? Authentication(uint code) => code switch
        {
            0 => "trust",
            2 => "kerberos",
            3 => "password",
            5 => "md5",
            7 => "gss",
            9 => "sspi",
            10 => "scram-sha-256",
            _ => null,
        };
    }
}
