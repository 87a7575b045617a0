using System.Buffers.Binary;
using System.Globalization;

namespace NetMonitor
{
    /// <summary>What a Cassandra connection said (CQL native protocol, "native_protocol_v3.spec" to "v5.spec"). Neither statements nor
    /// credentials are kept.</summary>
    public sealed record CassandraDetails : ApplicationDetails
    {
        /// <summary>Version of the native protocol (4).</summary>
        public int ProtocolVersion { get; init; }

        /// <summary>Version of CQL the client asked for ("3.0.0").</summary>
        public string? CqlVersion { get; init; }

        /// <summary>The client's driver and its version.</summary>
        public string? Driver { get; init; }

        /// <summary>Compression the client asked for ("lz4"), or null.</summary>
        public string? Compression { get; init; }

        /// <summary>The server's authenticator class, where it wants one ("PasswordAuthenticator").</summary>
        public string? Authentication { get; init; }

        /// <summary>Keyspace set last.</summary>
        public string? Keyspace { get; init; }

        /// <summary>First words of statements, and other requests.</summary>
        public IReadOnlyList<NameCount> Commands { get; init; } = [];

        /// <summary>The last of them.</summary>
        public string? Command { get; init; }

        /// <summary>Code of the last error, or null.</summary>
        public int? Error { get; init; }

        /// <inheritdoc/>
        public override string Summary => string.Join(' ', new[]
        {
            "Cassandra", string.Create(CultureInfo.InvariantCulture, $"v{ProtocolVersion}"), Keyspace, Command,
        }.Where(word => word is not null));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>
    /// Frames of version and direction, flags, stream, opcode, length (v3 section 2). Version 5 wraps what follows STARTUP in frames of another
    /// kind, and the inspection ends there.
    /// </summary>
    internal sealed class CassandraInspector : MessageInspector
    {
        private const byte ResponseBit = 0x80;
        private const byte FirstVersion = 3;
        private const byte LastVersion = 5;
        private const int FlagsAt = 1;
        private const int OpcodeAt = 4;
        private const int LengthAt = 5;
        private const int HeaderSize = 9;
        private const byte CompressedFlag = 0x01;
        private const byte KnownFlags = 0x1F;
        private const int LargestFrame = 256 << 20; // bytes (section 2.5)
        private const byte Error = 0x00;
        private const byte Startup = 0x01;
        private const byte Ready = 0x02;
        private const byte Authenticate = 0x03;
        private const byte Options = 0x05;
        private const byte Supported = 0x06;
        private const byte Query = 0x07;
        private const byte Result = 0x08;
        private const byte Prepare = 0x09;
        private const byte Execute = 0x0A;
        private const byte Register = 0x0B;
        private const byte Batch = 0x0D;

        private readonly NameTally _commands = new();
        private byte _version;
        private bool _started;
        private string? _cqlVersion;
        private string? _driverName;
        private string? _driverVersion;
        private string? _compression;
        private string? _authentication;
        private string? _keyspace;
        private int? _error;

        /// <inheritdoc/>
        public override string Application => "Cassandra";

        /// <summary>The requests that open a connection, and their responses.</summary>
        public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
        {
            bool isResponse = (bytes[0] & ResponseBit) != 0;
            bool fits = (bytes[0] & ~ResponseBit) is >= FirstVersion and <= LastVersion && (bytes.Length <= FlagsAt || bytes[FlagsAt] is 0 or 0x10)
                && (bytes.Length <= OpcodeAt || (isResponse ? bytes[OpcodeAt] is Supported or Ready or Authenticate or Error
                    : bytes[OpcodeAt] is Options or Startup));
            if (!fits || bytes.Length < HeaderSize)
            {
                return fits ? Match.NeedMore : Match.No;
            }

            const int LargestOpening = 4096; // bytes
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[LengthAt..]);
            ReadOnlySpan<byte> body = bytes[HeaderSize..(int)Math.Min(bytes.Length, HeaderSize + Math.Min(length, LargestOpening))];
            bool whole = body.Length == length;
            switch (bytes[OpcodeAt])
            {
                case Options or Ready:
                    return length == 0 ? Match.Yes : Match.No;
                case Startup or Supported when length is > sizeof(ushort) and <= LargestOpening:
                    // A map, whose keys are in any order: CQL_VERSION must be among them.
                    return body.Length > 0 && body[0] != 0 ? Match.No
                        : body.IndexOf("CQL_VERSION"u8) >= 0 ? Match.Yes : whole ? Match.No : Match.NeedMore;
                case Authenticate when length is > sizeof(ushort) and <= LargestOpening:
                    return body.Length < sizeof(ushort) ? Match.NeedMore
                        : BinaryPrimitives.ReadUInt16BigEndian(body) != length - sizeof(ushort) || !IsPrintable(body[sizeof(ushort)..]) ? Match.No
                        : whole ? Match.Yes : Match.NeedMore;
                case Error when length is > sizeof(int) + sizeof(ushort) and <= LargestOpening:
                    const uint LargestCode = 0x2500;
                    const int TextAt = sizeof(int) + sizeof(ushort);
                    return body.Length < TextAt ? Match.NeedMore
                        : BinaryPrimitives.ReadUInt32BigEndian(body) <= LargestCode
                            && BinaryPrimitives.ReadUInt16BigEndian(body[sizeof(int)..]) <= length - TextAt
                            && BinaryPrimitives.ReadUInt16BigEndian(body[sizeof(int)..]) > 0 && (body.Length == TextAt || IsPrintable(body.Slice(TextAt, 1)))
                        ? (body.Length == TextAt ? Match.NeedMore : Match.Yes) : Match.No;
                default:
                    return Match.No;
            }
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 0;
            if (rest.Length < HeaderSize)
            {
                return Match.NeedMore;
            }

            size = HeaderSize + (long)BinaryPrimitives.ReadUInt32BigEndian(rest[LengthAt..]);
            bool fits = (rest[0] & ~ResponseBit) is >= FirstVersion and <= LastVersion && rest[FlagsAt] <= KnownFlags && size <= LargestFrame;
            return fits ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            bool isResponse = (message[0] & ResponseBit) != 0;
            if (!isResponse || _version == 0)
            {
                _version = (byte)(message[0] & ~ResponseBit);
            }

            WireReader body = new((message[FlagsAt] & CompressedFlag) == 0 ? message[HeaderSize..] : default);
            if (!isResponse)
            {
                ReadRequest(message[OpcodeAt], body);
                return Outcome.More;
            }

            ReadResponse(message[OpcodeAt], body);
            bool framesChange = _version >= LastVersion && _started && message[OpcodeAt] is Ready or Authenticate;
            return framesChange ? Outcome.Finished : Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new CassandraDetails
        {
            ProtocolVersion = _version,
            CqlVersion = _cqlVersion,
            Driver = _driverVersion is null ? _driverName : $"{_driverName} {_driverVersion}",
            Compression = _compression,
            Authentication = _authentication,
            Keyspace = _keyspace,
            Commands = _commands.ToList(),
            Command = _commands.Last,
            Error = _error,
        };

        private void ReadRequest(byte opcode, WireReader body)
        {
            switch (opcode)
            {
                case Startup:
                    _started = true;
                    ReadStartup(body);
                    break;
                case Query or Prepare:
                    // A long string: its length in four bytes.
                    _commands.Add(body.TryReadUInt32(out _) ? SqlVerb.Find(body.Rest) : SqlVerb.Other);
                    break;
                case Execute or Batch or Register or Options:
                    _commands.Add(opcode switch { Execute => "EXECUTE", Batch => "BATCH", Register => "REGISTER", _ => "OPTIONS" });
                    break;
                default:
                    return; // credentials
            }

            Changed();
        }

        private void ReadStartup(WireReader body)
        {
            _ = body.TryReadUInt16(out _);
            while (body.TryReadVector16(out var name) && body.TryReadVector16(out var value))
            {
                if (name.SequenceEqual("CQL_VERSION"u8))
                {
                    _cqlVersion = WireText.Clean(value);
                }
                else if (name.SequenceEqual("DRIVER_NAME"u8))
                {
                    _driverName = WireText.Clean(value);
                }
                else if (name.SequenceEqual("DRIVER_VERSION"u8))
                {
                    _driverVersion = WireText.Clean(value);
                }
                else if (name.SequenceEqual("COMPRESSION"u8))
                {
                    _compression = WireText.Clean(value);
                }
            }
        }

        private void ReadResponse(byte opcode, WireReader body)
        {
            const uint SetKeyspace = 3;
            switch (opcode)
            {
                case Error when body.TryReadUInt32(out uint code):
                    _error = (int)code;
                    Changed();
                    break;
                case Authenticate when body.TryReadVector16(out var authenticator):
                    _authentication = WireText.Clean(authenticator[(authenticator.LastIndexOf((byte)'.') + 1)..]);
                    Changed();
                    break;
                case Result when body.TryReadUInt32(out uint kind) && kind == SetKeyspace && body.TryReadVector16(out var keyspace):
                    _keyspace = WireText.Clean(keyspace);
                    Changed();
                    break;
                case Supported or Ready:
                    Changed();
                    break;
                default:
                    break;
            }
        }
    }
}
