using System.Buffers.Binary;
using System.Globalization;
using NetMonitor.Inspection.Tls;

namespace NetMonitor
{
    /// <summary>What a connection to Microsoft SQL Server (MS-TDS) or Sybase (TDS 5.0) said. Neither user, password nor statements are kept.</summary>
    public sealed record TdsDetails : ApplicationDetails
    {
        /// <summary>Version of the server ("16.0.1000").</summary>
        public string? ServerVersion { get; init; }

        /// <summary>Version of the client's library as PRELOGIN gives it.</summary>
        public string? ClientVersion { get; init; }

        /// <summary>Version of TDS the client asked for ("7.4").</summary>
        public string? TdsVersion { get; init; }

        /// <summary>What the server said of encryption: "off" (the login alone is encrypted), "on", "not supported", "required".</summary>
        public string? Encryption { get; init; }

        /// <summary>The TLS handshake inside of TDS packets, or null.</summary>
        public TlsDetails? Tls { get; init; }

        /// <summary>The client's host name (LOGIN7).</summary>
        public string? ClientHost { get; init; }

        /// <summary>The client's program (LOGIN7).</summary>
        public string? ClientName { get; init; }

        /// <summary>The server as the client calls it (LOGIN7).</summary>
        public string? Server { get; init; }

        /// <summary>Database of the login, or the one changed to since.</summary>
        public string? Database { get; init; }

        /// <summary>First words of batches, and other requests.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last of them.</summary>
        public string? Command { get; init; }

        /// <summary>Number of the last error, or null.</summary>
        public int? Error { get; init; }

        /// <inheritdoc/>
        public override string? ServerName => Tls?.ServerName;

        /// <inheritdoc/>
        public override string Summary => string.Join(' ', new[]
        {
            "TDS", ServerVersion, Database, Command, Error?.ToString(CultureInfo.InvariantCulture),
        }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>
    /// Packets of type, status, length, process, number and window (MS-TDS 2.2.3.1). PRELOGIN comes first; a TLS handshake is wrapped in packets
    /// of its type, what it protects is not (2.2.6.5).
    /// </summary>
    internal sealed partial class TdsInspector(FlowContext context) : MessageInspector
    {
        private const int StatusAt = 1;
        private const int LengthAt = 2;
        private const int HeaderSize = 8;
        private const byte EndOfMessage = 1;
        private const int LargestPacket = 32767; // bytes (2.2.3.1.3)

        private const byte Batch = 1;
        private const byte OldLogin = 2;
        private const byte Call = 3;
        private const byte Reply = 4;
        private const byte Attention = 6;
        private const byte BulkLoad = 7;
        private const byte FederatedToken = 8;
        private const byte TransactionManager = 14;
        private const byte Sybase = 15;
        private const byte Login7 = 16;
        private const byte Sspi = 17;
        private const byte PreLogin = 18;

        private const byte FirstTlsRecord = 20;
        private const byte LastTlsRecord = 23;
        private const byte TlsHandshake = 22;
        private const string LoginOnly = "off"; // as users read it

        private const int OptionSize = 5;        // token, offset, length (2.2.6.5)
        private const byte VersionOption = 0;
        private const byte EncryptionOption = 1;
        private const byte LastOption = 0xFF;
        private const int VersionSize = 6;
        private const int LoginFixedSize = 94;   // (2.2.6.4)
        private const int TdsVersionAt = 4;

        // TDS 5.0 "login record": fixed fields of 30 bytes with their length behind them.
        private const int OldFieldSize = 30;
        private const int OldProgramAt = 140;
        private const int OldServerAt = 171;
        private const int OldVersionAt = 458;

        private readonly NameTally _commands = new();
        private TlsInspector? _tls;
        private Side? _client;
        private byte _expected;                  // the type of the packets of the batch that has begun; its rest says nothing
        private string? _serverVersion;
        private string? _clientVersion;
        private string? _tdsVersion;
        private string? _encryption;
        private string? _clientHost;
        private string? _clientName;
        private string? _serverName;
        private string? _database;
        private int? _error;

        /// <inheritdoc/>
        public override string Application => "TDS";

        /// <inheritdoc/>
        internal override Side? Opener => _client;

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 0;
            if (rest[0] is >= FirstTlsRecord and <= LastTlsRecord)
            {
                // From here on all is encrypted, unless only the login is (2.2.6.5).
                return _encryption != LoginOnly ? Match.Yes : MeasureTls(rest, out size);
            }

            if (rest.Length < HeaderSize)
            {
                return rest[0] is 0 or > PreLogin ? Match.No : Match.NeedMore;
            }

            size = BinaryPrimitives.ReadUInt16BigEndian(rest[LengthAt..]);
            bool known = rest[0] is Batch or OldLogin or Call or Reply or Attention or BulkLoad or FederatedToken
                or TransactionManager or Sybase or Login7 or Sspi or PreLogin;
            return known && size is >= HeaderSize and <= LargestPacket ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            if (size == 0 || message[0] >= FirstTlsRecord)
            {
                return size == 0 ? Outcome.Finished : Outcome.More;
            }

            byte type = message[0];
            ReadOnlySpan<byte> body = message[HeaderSize..];
            bool isReply = type == Reply;
            _client ??= isReply == (from == Side.Originator) ? Side.Responder : Side.Originator;
            bool continues = !isReply && _expected == type;
            if (!isReply)
            {
                _expected = message[StatusAt] == EndOfMessage ? (byte)0 : type;
            }

            if (body.IsEmpty || continues)
            {
                return Outcome.More;
            }

            switch (type)
            {
                case PreLogin or Reply when body[0] == TlsHandshake || (_tls is not null && body[0] is >= FirstTlsRecord and <= LastTlsRecord):
                    _tls ??= TlsInspector.Begin(context);
                    _ = _tls.Inspect(from, body, timestamp: 0);
                    break;
                case PreLogin or Reply when IsPreLogin(body):
                    ReadPreLogin(from, body);
                    break;
                case Login7:
                    ReadLogin(body);
                    break;
                case OldLogin:
                    ReadOldLogin(body);
                    break;
                case Batch:
                    _commands.Add(SqlVerb.FindUtf16(SkipHeaders(body)));
                    break;
                case Call:
                    _commands.Add("RPC");
                    break;
                case BulkLoad:
                    _commands.Add("BULK");
                    break;
                case TransactionManager:
                    _commands.Add("TRANSACTION");
                    break;
                case Reply:
                    ReadTokens(body);
                    return Outcome.More;
                default:
                    return Outcome.More;
            }

            Changed();
            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new TdsDetails
        {
            ServerVersion = _serverVersion,
            ClientVersion = _clientVersion,
            TdsVersion = _tdsVersion,
            Encryption = _encryption,
            Tls = _tls?.Details as TlsDetails,
            ClientHost = _clientHost,
            ClientName = _clientName,
            Server = _serverName,
            Database = _database,
            Commands = _commands.ToList(),
            Command = _commands.Last,
            Error = _error,
        };

        private static Match MeasureTls(ReadOnlySpan<byte> rest, out long size)
        {
            Match match = TlsRecord.TryParse(rest, out TlsRecord record);
            size = TlsRecord.HeaderSize + record.Length;
            return match;
        }

        private static string? ReadOldText(ReadOnlySpan<byte> login, int at)
        {
            int size = login.Length > at + OldFieldSize ? login[at + OldFieldSize] : 0;
            return size is 0 or > OldFieldSize ? null : WireText.Clean(login.Slice(at, size));
        }

        private void ReadOldLogin(ReadOnlySpan<byte> login)
        {
            _clientHost = ReadOldText(login, 0);
            _clientName = ReadOldText(login, OldProgramAt);
            _serverName = ReadOldText(login, OldServerAt);
            if (login.Length > OldVersionAt + 1)
            {
                _tdsVersion = string.Create(CultureInfo.InvariantCulture, $"{login[OldVersionAt]}.{login[OldVersionAt + 1]}");
            }
        }

        private static bool IsPreLogin(ReadOnlySpan<byte> body) => body.Length > OptionSize && body[0] == VersionOption
            && BinaryPrimitives.ReadUInt16BigEndian(body[3..]) == VersionSize;

        private void ReadPreLogin(Side from, ReadOnlySpan<byte> body)
        {
            for (int at = 0; at + OptionSize <= body.Length && body[at] != LastOption; at += OptionSize)
            {
                int offset = BinaryPrimitives.ReadUInt16BigEndian(body[(at + 1)..]);
                int size = BinaryPrimitives.ReadUInt16BigEndian(body[(at + 3)..]);
                if (offset + size > body.Length)
                {
                    continue;
                }

                ReadOnlySpan<byte> value = body.Slice(offset, size);
                if (body[at] == VersionOption && size == VersionSize)
                {
                    int build = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
                    string version = string.Create(CultureInfo.InvariantCulture, $"{value[0]}.{value[1]}.{build}");
                    _ = from == _client ? _clientVersion = version : _serverVersion = version;
                }
                else if (body[at] == EncryptionOption && size > 0 && from != _client)
                {
                    _encryption = value[0] switch { 0 => LoginOnly, 1 => "on", 2 => "not supported", 3 => "required", _ => null };
                }
            }
        }

        /// <summary>LOGIN7: offsets and lengths in characters, for each text; user and password are passed over.</summary>
        private void ReadLogin(ReadOnlySpan<byte> login)
        {
            const int HostAt = 36;
            const int ProgramAt = 48;
            const int ServerAt = 52;
            const int DatabaseAt = 68;
            if (login.Length < LoginFixedSize - HeaderSize)
            {
                return;
            }

            _tdsVersion = login[TdsVersionAt + 3] switch { 0x70 => "7.0", 0x71 => "7.1", 0x72 => "7.2", 0x73 => "7.3", 0x74 => "7.4", _ => null };
            _clientHost = ReadText(login, HostAt);
            _clientName = ReadText(login, ProgramAt);
            _serverName = ReadText(login, ServerAt);
            _database = ReadText(login, DatabaseAt);
        }

        private static string? ReadText(ReadOnlySpan<byte> login, int at)
        {
            int offset = BinaryPrimitives.ReadUInt16LittleEndian(login[at..]);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(login[(at + sizeof(ushort))..]) * sizeof(char);
            return size == 0 || offset + size > login.Length ? null : Text(login.Slice(offset, size));
        }

        private static string Text(ReadOnlySpan<byte> utf16)
        {
            string text = System.Text.Encoding.Unicode.GetString(utf16[..Math.Min(utf16.Length, InspectionLimits.TextCharacters * sizeof(char))]);
            return WireText.Clean(text);
        }

        /// <summary>Since 7.2 headers come before a batch: their total length, then each with its own and a type (2.2.5.3).</summary>
        private static ReadOnlySpan<byte> SkipHeaders(ReadOnlySpan<byte> body)
        {
            const int LargestHeaders = 1024; // bytes; a text's first characters are more
            const int TypeAt = 8;
            const int LastType = 3;
            bool has = body.Length > TypeAt + 1 && BinaryPrimitives.ReadUInt32LittleEndian(body) is > TypeAt and <= LargestHeaders
                && BinaryPrimitives.ReadUInt16LittleEndian(body[TypeAt..]) is > 0 and <= LastType;
            return has ? body[Math.Min((int)BinaryPrimitives.ReadUInt32LittleEndian(body), body.Length)..] : body;
        }

        /// <summary>The tokens a reply begins with, as long as they say how long they are (2.2.7).</summary>
        private void ReadTokens(ReadOnlySpan<byte> rest)
        {
            const byte ErrorToken = 0xAA;
            const byte InfoToken = 0xAB;
            const byte LoginToken = 0xAD;
            const byte ChangeToken = 0xE3;
            const byte DatabaseChange = 1;
            const int TokenHeaderSize = 3;
            while (rest.Length > TokenHeaderSize && rest[0] is ErrorToken or InfoToken or LoginToken or ChangeToken)
            {
                int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
                if (size > rest.Length - TokenHeaderSize)
                {
                    return;
                }

                ReadOnlySpan<byte> value = rest.Slice(TokenHeaderSize, size);
                if (rest[0] == ErrorToken && size >= sizeof(int))
                {
                    _error = BinaryPrimitives.ReadInt32LittleEndian(value);
                    Changed();
                }
                else if (rest[0] == ChangeToken && size > 2 && value[0] == DatabaseChange && value[1] * sizeof(char) <= size - 2)
                {
                    _database = Text(value.Slice(2, value[1] * sizeof(char)));
                    Changed();
                }

                rest = rest[(TokenHeaderSize + size)..];
            }
        }
    }
}
