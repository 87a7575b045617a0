using System.Buffers.Binary;
using System.Text;

namespace NetMonitor
{
    /// <summary>What a MongoDB connection said ("MongoDB Wire Protocol"). Neither documents nor credentials are kept.</summary>
    public sealed record MongoDbDetails : ApplicationDetails
    {
        /// <summary>Name the client's application gave itself, or null.</summary>
        public string? ClientName { get; init; }

        /// <summary>The client's driver and its version ("PyMongo 4.6.1").</summary>
        public string? Driver { get; init; }

        /// <summary>Database of the last command.</summary>
        public string? Database { get; init; }

        /// <summary>Mechanism the client authenticates with ("SCRAM-SHA-256"), or null.</summary>
        public string? Authentication { get; init; }

        /// <summary>Version of the server, where buildInfo told it.</summary>
        public string? ServerVersion { get; init; }

        /// <summary>Commands by name.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last command.</summary>
        public string? Command { get; init; }

        /// <summary>Replies that say that a command failed.</summary>
        public int Errors { get; init; }

        /// <summary>Name of the last error ("AuthenticationFailed").</summary>
        public string? Error { get; init; }

        /// <inheritdoc/>
        public override string Summary =>
            string.Join(' ', new[] { "MongoDB", Database, Command, Error }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>Messages with a header of 16 bytes, least significant byte first: length, request id, the id responded to, opcode.</summary>
    internal sealed class MongoDbInspector : MessageInspector
    {
        private const int RespondsToAt = 8;
        private const int OpcodeAt = 12;
        private const int HeaderSize = 16;
        private const int LargestMessage = 48_000_000 + HeaderSize; // bytes, as servers allow (maxMessageSizeBytes)
        private const int LargestOpening = 0xFFFF;                  // bytes; a connection begins with a question, replies are small at first
        private const int Reply = 1;
        private const int Query = 2004;
        private const int Compressed = 2012;
        private const int Message = 2013;
        private const int FlagsSize = 4;
        private const uint UnknownFlags = 0xFFFF & ~0b11u;          // the low 16 must be understood; two are defined
        private const int ReplyFieldsSize = 20;                     // flags, cursor id (8), first and number of documents
        private const byte BodySection = 0;
        private const int CommandNameLength = 40;                   // bytes; longer than any command's

        private readonly NameTally _commands = new();
        private string? _clientName;
        private string? _driver;
        private string? _database;
        private string? _authentication;
        private string? _serverVersion;
        private int _errors;
        private string? _error;

        /// <inheritdoc/>
        public override string Application => "MongoDB";

        /// <summary>A header and the first fields behind it.</summary>
        public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < HeaderSize)
            {
                bool possible = (bytes.Length <= 2 || bytes[2] == 0) && (bytes.Length <= 3 || IsOpening(BinaryPrimitives.ReadInt32LittleEndian(bytes)))
                    && (bytes.Length <= OpcodeAt + 1 || bytes[OpcodeAt + 1] is 0 or (Query >> 8));
                return possible ? Match.NeedMore : Match.No;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            if (!IsOpening(length))
            {
                return Match.No;
            }

            bool isRequest = BinaryPrimitives.ReadInt32LittleEndian(bytes[RespondsToAt..]) == 0;
            ReadOnlySpan<byte> body = bytes[HeaderSize..Math.Min(bytes.Length, length)];
            int size = length - HeaderSize;
            return BinaryPrimitives.ReadInt32LittleEndian(bytes[OpcodeAt..]) switch
            {
                Message => ProbeMessage(body, size),
                Query when isRequest => ProbeQuery(body, size),
                Reply when !isRequest => ProbeReply(body, size),
                Compressed => ProbeCompressed(body, size),
                _ => Match.No,
            };
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 0;
            if (rest.Length < HeaderSize)
            {
                return Match.NeedMore;
            }

            size = BinaryPrimitives.ReadInt32LittleEndian(rest);
            return IsLength((int)size) ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            bool isRequest = BinaryPrimitives.ReadInt32LittleEndian(message[RespondsToAt..]) == 0;
            ReadOnlySpan<byte> body = message[HeaderSize..];
            switch (BinaryPrimitives.ReadInt32LittleEndian(message[OpcodeAt..]))
            {
                case Message when body.Length > FlagsSize && body[FlagsSize] == BodySection:
                    ReadDocument(isRequest, body[(FlagsSize + 1)..]);
                    break;
                case Query when body.Length > FlagsSize:
                    ReadQuery(body[FlagsSize..]);
                    break;
                case Reply when body.Length > ReplyFieldsSize:
                    ReadDocument(isRequest: false, body[ReplyFieldsSize..]);
                    break;
                default:
                    break;
            }

            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new MongoDbDetails
        {
            ClientName = _clientName,
            Driver = _driver,
            Database = _database,
            Authentication = _authentication,
            ServerVersion = _serverVersion,
            Commands = _commands.ToList(),
            Command = _commands.Last,
            Errors = _errors,
            Error = _error,
        };

        private static bool IsOpening(int length) => length is > HeaderSize and <= LargestOpening;

        private static bool IsLength(int length) => length is > HeaderSize and <= LargestMessage;

        /// <summary>OP_MSG: flags, and a section that is a document with a name in it.</summary>
        private static Match ProbeMessage(ReadOnlySpan<byte> body, int size)
        {
            const int DocumentAt = FlagsSize + 1;
            if (body.Length < DocumentAt + sizeof(int))
            {
                return size < DocumentAt + BsonReader.SmallestDocument ? Match.No : Match.NeedMore;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(body[DocumentAt..]);
            bool fits = (BinaryPrimitives.ReadUInt32LittleEndian(body) & UnknownFlags) == 0 && body[FlagsSize] is BodySection or 1
                && length >= BsonReader.SmallestDocument && length <= size - DocumentAt;
            return fits ? Match.Yes : Match.No;
        }

        /// <summary>OP_QUERY: flags, the full name of a collection, two numbers, a document.</summary>
        private static Match ProbeQuery(ReadOnlySpan<byte> body, int size)
        {
            const int LongestName = 255; // bytes
            if (body.Length <= FlagsSize)
            {
                return size <= FlagsSize ? Match.No : Match.NeedMore;
            }

            ReadOnlySpan<byte> name = body[FlagsSize..];
            int end = name.IndexOf((byte)0);
            name = end < 0 ? name : name[..end];
            if (name.Length > LongestName || !IsPrintable(name) || (end >= 0 && !name.Contains((byte)'.')))
            {
                return Match.No;
            }

            return end >= 0 ? Match.Yes : body.Length < size ? Match.NeedMore : Match.No;
        }

        private static Match ProbeReply(ReadOnlySpan<byte> body, int size)
        {
            const byte KnownFlags = 0b1111;
            const int CountAt = 16;
            const int Most = 1_000_000;
            if (size < ReplyFieldsSize || (!body.IsEmpty && body[0] > KnownFlags))
            {
                return Match.No;
            }

            return body.Length < ReplyFieldsSize ? Match.NeedMore
                : BinaryPrimitives.ReadUInt32LittleEndian(body) <= KnownFlags && BinaryPrimitives.ReadUInt32LittleEndian(body[CountAt..]) < Most
                ? Match.Yes : Match.No;
        }

        /// <summary>OP_COMPRESSED: the opcode inside, its length, the compressor.</summary>
        private static Match ProbeCompressed(ReadOnlySpan<byte> body, int size)
        {
            const int CompressorAt = 8;
            const byte LastCompressor = 3; // zstd
            if (body.Length <= CompressorAt)
            {
                return size <= CompressorAt ? Match.No : Match.NeedMore;
            }

            bool fits = BinaryPrimitives.ReadInt32LittleEndian(body) is Message or Query or Reply && body[CompressorAt] <= LastCompressor;
            return fits ? Match.Yes : Match.No;
        }

        private void ReadQuery(ReadOnlySpan<byte> body)
        {
            const int NumbersSize = 8; // documents to skip and to return
            if (!TryReadTerminated(ref body, out var name) || body.Length < NumbersSize)
            {
                return;
            }

            int dot = name.IndexOf((byte)'.');
            if (dot > 0 && WireText.Update(ref _database, name[..dot]))
            {
                Changed();
            }

            if (name.EndsWith(".$cmd"u8))
            {
                ReadDocument(isRequest: true, body[NumbersSize..]);
            }
            else
            {
                _commands.Add("query");
                Changed();
            }
        }

        /// <summary>The first name of a request is the command's.</summary>
        private void ReadDocument(bool isRequest, ReadOnlySpan<byte> document)
        {
            BsonReader reader = new(document);
            bool first = true;
            bool failed = false;
            while (reader.TryRead(out BsonElement element))
            {
                if (!isRequest)
                {
                    failed |= ReadReplyField(element);
                }
                else if (first && element.Name.Length is > 0 and <= CommandNameLength && Ascii.IsValid(element.Name))
                {
                    _commands.Add(element.Name);
                    Changed();
                }
                else
                {
                    ReadRequestField(element);
                }

                first = false;
            }

            if (failed)
            {
                _errors++;
                Changed();
            }
        }

        private void ReadRequestField(in BsonElement element)
        {
            bool changed = false;
            if (element.Name.SequenceEqual("$db"u8))
            {
                changed = WireText.Update(ref _database, element.AsText);
            }
            else if (element.Name.SequenceEqual("mechanism"u8) && _commands.Last == "saslStart")
            {
                changed = WireText.Update(ref _authentication, element.AsText);
            }
            else if (element.Name.SequenceEqual("client"u8) && element.Type == BsonElement.Document)
            {
                ReadClient(element.Value);
                changed = true;
            }

            if (changed)
            {
                Changed();
            }
        }

        /// <summary>What the client says of itself in hello ("MongoDB Handshake" of the driver specifications).</summary>
        private void ReadClient(ReadOnlySpan<byte> document)
        {
            BsonReader reader = new(document);
            while (reader.TryRead(out BsonElement part))
            {
                if (part.Type != BsonElement.Document)
                {
                    continue;
                }

                BsonReader fields = new(part.Value);
                string? version = null;
                string? name = null;
                while (fields.TryRead(out BsonElement field))
                {
                    name = field.Name.SequenceEqual("name"u8) ? WireText.Clean(field.AsText) : name;
                    version = field.Name.SequenceEqual("version"u8) ? WireText.Clean(field.AsText) : version;
                }

                if (part.Name.SequenceEqual("driver"u8))
                {
                    _driver = version is null ? name : $"{name} {version}";
                }
                else if (part.Name.SequenceEqual("application"u8))
                {
                    _clientName = name;
                }
            }
        }

        /// <returns>True when the field says that the command failed.</returns>
        private bool ReadReplyField(in BsonElement element)
        {
            if (element.Name.SequenceEqual("codeName"u8))
            {
                _ = WireText.Update(ref _error, element.AsText);
            }
            else if (element.Name.SequenceEqual("version"u8) && !element.AsText.IsEmpty && _commands.Last is "buildInfo" or "buildinfo")
            {
                if (WireText.Update(ref _serverVersion, element.AsText))
                {
                    Changed();
                }
            }

            // "ok" is a number of any type: all bits are zero for failure.
            return element.Name.SequenceEqual("ok"u8) && !element.Value.ContainsAnyExcept((byte)0);
        }
    }
}
