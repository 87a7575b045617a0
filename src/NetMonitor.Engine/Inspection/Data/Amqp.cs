using System.Buffers.Binary;
using System.Globalization;

namespace NetMonitor
{
    /// <summary>What an AMQP connection said: 0-9-1 (amqp.org, 2008) and 1.0 (ISO/IEC 19464). Neither messages nor credentials are kept.</summary>
    public sealed record AmqpDetails : ApplicationDetails
    {
        /// <summary>Protocol version ("0-9-1", "1.0").</summary>
        public string? Version { get; init; }

        /// <summary>The server's product and version ("RabbitMQ 3.12.1").</summary>
        public string? Server { get; init; }

        /// <summary>The client's product and version, or (1.0) the name of its container.</summary>
        public string? Client { get; init; }

        /// <summary>SASL mechanism the client chose ("PLAIN").</summary>
        public string? Authentication { get; init; }

        /// <summary>Virtual host opened (0-9-1), or host name asked for (1.0).</summary>
        public string? VirtualHost { get; init; }

        /// <summary>Methods (0-9-1) or performatives (1.0) by name, those of the handshake left out.</summary>
        public IReadOnlyList<NameCount> Methods { get; init; } = [];

        /// <summary>Reply code of Connection.Close (0-9-1), or null.</summary>
        public int? CloseCode { get; init; }

        /// <inheritdoc/>
        public override string Summary => string.Join(' ', new[]
        {
            "AMQP", Version, VirtualHost, Server, CloseCode?.ToString(CultureInfo.InvariantCulture),
        }.Where(word => !string.IsNullOrEmpty(word)));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>
    /// A protocol header of eight bytes, then frames. 0-9-1 (sections 2.3.5 and 4.2.2): type, channel, size, payload, end byte. 1.0 (part 2 section
    /// 2.3): size, where the body begins, type, channel. A server of another version answers with its own header.
    /// </summary>
    internal sealed class AmqpInspector(FlowContext context) : MessageInspector
    {
        private const int ProtocolHeaderSize = 8;
        private const int ProtocolIdAt = 4;
        private const byte TlsProtocolId = 2;           // 1.0 part 5 section 5.2.1
        private const int FrameHeaderSize = 7;
        private const int FrameEndSize = 1;
        private const int FrameSizeAt = 3;
        private const byte MethodFrame = 1;
        private const byte HeartbeatFrame = 8;
        private const int LargestFrame = 64 << 20;      // bytes; brokers offer 128 KiB
        private const ushort ConnectionClass = 10;
        private const int Header1Size = 8;              // of a frame of 1.0

        private readonly NameTally _methods = new();
        private bool _is1;
        private Side? _askedForTls;
        private string? _version;
        private string? _server;
        private string? _client;
        private string? _authentication;
        private string? _virtualHost;
        private int? _closeCode;

        /// <inheritdoc/>
        public override string Application => "AMQP";

        private static ReadOnlySpan<byte> ProtocolName => "AMQP"u8;

        /// <summary>The protocol header from either side; from a server of 0-9-1 Connection.Start.</summary>
        public static Match Probe(in FlowContext flow, Side from, ReadOnlySpan<byte> bytes)
        {
            if (bytes[0] == ProtocolName[0])
            {
                Match name = Begins(bytes, ProtocolName);
                return name != Match.Yes ? name : bytes.Length < ProtocolHeaderSize ? Match.NeedMore : VersionOf(bytes) is null ? Match.No : Match.Yes;
            }

            // type method, channel 0, size, class Connection, method Start, version 0.9 or 0.8
            const int ClassAt = FrameHeaderSize;
            Match start = Begins(bytes, [MethodFrame, 0, 0, 0]);
            return start != Match.Yes || bytes.Length <= ClassAt ? (start == Match.No ? start : Match.NeedMore)
                : Best(Begins(bytes[ClassAt..], [0, 10, 0, 10, 0, 9]), Begins(bytes[ClassAt..], [0, 10, 0, 10, 8, 0]));
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = ProtocolHeaderSize;
            if (rest.Length < ProtocolHeaderSize)
            {
                return Match.NeedMore;
            }

            if (rest.StartsWith(ProtocolName))
            {
                return Match.Yes;
            }

            size = _is1 ? BinaryPrimitives.ReadUInt32BigEndian(rest)
                : FrameHeaderSize + FrameEndSize + (long)BinaryPrimitives.ReadUInt32BigEndian(rest[FrameSizeAt..]);
            bool fits = size is >= Header1Size and <= LargestFrame && (_is1 || rest[0] is > 0 and <= HeartbeatFrame);
            return fits ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            if (message.StartsWith(ProtocolName))
            {
                _version = VersionOf(message) ?? _version;
                _is1 = message[ProtocolIdAt + 1] == 1 && message[ProtocolIdAt] != 1;
                Changed();

                // Both sides say so before they speak TLS.
                bool asksForTls = _is1 && message[ProtocolIdAt] == TlsProtocolId;
                Side? other = _askedForTls;
                _askedForTls = asksForTls ? from : null;
                return asksForTls && other is { } first && first != from ? StartTls(context) : Outcome.More;
            }

            if (_is1)
            {
                ReadPerformative(message);
                return Outcome.More;
            }

            _version ??= "0-9-1";
            return message[0] == MethodFrame ? ReadMethod(new WireReader(message[FrameHeaderSize..])) : Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new AmqpDetails
        {
            Version = _version,
            Server = _server,
            Client = _client,
            Authentication = _authentication,
            VirtualHost = _virtualHost,
            Methods = _methods.ToList(),
            CloseCode = _closeCode,
        };

        private static Match Best(Match one, Match other) => one > other ? one : other;

        private static string? VersionOf(ReadOnlySpan<byte> header) => (header[4], header[5], header[6], header[7]) switch
        {
            (0, 0, 9, 1) => "0-9-1",
            (1, 1, 0, 9) or (1, 1, 9, 1) => "0-9",
            (1, 1, 8, 0) => "0-8",
            (1, 1, 0, 10) => "0-10",
            (0 or TlsProtocolId or 3, 1, 0, 0) => "1.0",
            _ => null,
        };

        private Outcome ReadMethod(WireReader reader)
        {
            const ushort Start = 10;
            const ushort StartOk = 11;
            const ushort Open = 40;
            const ushort Close = 50;
            const ushort CloseOk = 51;
            if (!reader.TryReadUInt16(out ushort type) || !reader.TryReadUInt16(out ushort method))
            {
                return Outcome.More;
            }

            if (type != ConnectionClass)
            {
                if (Name(type, method) is { } name)
                {
                    _methods.Add(name);
                    Changed();
                }

                return Outcome.More;
            }

            Changed();
            switch (method)
            {
                case Start when reader.TryReadUInt16(out _):
                    _server = ReadProduct(ref reader) ?? _server;
                    break;
                case StartOk:
                    _client = ReadProduct(ref reader) ?? _client;
                    if (reader.TryReadVector8(out var mechanism)) // What comes behind it is the secret.
                    {
                        _authentication = WireText.Clean(mechanism);
                    }

                    break;
                case Open when reader.TryReadVector8(out var host):
                    _virtualHost = WireText.Clean(host);
                    break;
                case Close when reader.TryReadUInt16(out ushort code):
                    _closeCode = code;
                    break;
                case CloseOk:
                    return Outcome.Finished;
                default:
                    break;
            }

            return Outcome.More;
        }

        private static string? Name(ushort type, ushort method) => (type, method) switch
        {
            (20, 10) => "channel.open",
            (20, 40) => "channel.close",
            (40, 10) => "exchange.declare",
            (40, 20) => "exchange.delete",
            (50, 10) => "queue.declare",
            (50, 20) => "queue.bind",
            (50, 30) => "queue.purge",
            (50, 40) => "queue.delete",
            (50, 50) => "queue.unbind",
            (60, 10) => "basic.qos",
            (60, 20) => "basic.consume",
            (60, 30) => "basic.cancel",
            (60, 40) => "basic.publish",
            (60, 50) => "basic.return",
            (60, 60) => "basic.deliver",
            (60, 70) => "basic.get",
            (60, 80) => "basic.ack",
            (60, 90) => "basic.reject",
            (60, 120) => "basic.nack",
            (85, 10) => "confirm.select",
            (90, 10) => "tx.select",
            (90, 20) => "tx.commit",
            (90, 30) => "tx.rollback",
            _ => null,
        };

        /// <summary>Product and version of a table of properties (4.2.5.5).</summary>
        private static string? ReadProduct(ref WireReader reader)
        {
            if (!reader.TryReadUInt32(out uint length))
            {
                return null;
            }

            if (!reader.TryRead((int)Math.Min(length, int.MaxValue), out var table))
            {
                table = reader.Rest; // longer than what is looked at
            }

            string? product = null;
            string? version = null;
            WireReader fields = new(table);
            while (fields.TryReadVector8(out var name) && fields.TryReadByte(out byte type) && TryReadValue(ref fields, type, out var value))
            {
                product = name.SequenceEqual("product"u8) ? WireText.Clean(value) : product;
                version = name.SequenceEqual("version"u8) ? WireText.Clean(value) : version;
            }

            return Join(product, version);
        }

        private static string? Join(string? product, string? version) => product is null || version is null ? product : $"{product} {version}";

        /// <summary>A value of a table, by the letters that brokers agree on ("AMQP 0-9-1 Errata", RabbitMQ).</summary>
        private static bool TryReadValue(ref WireReader reader, byte type, out ReadOnlySpan<byte> value)
        {
            value = default;
            if (type is (byte)'S' or (byte)'F' or (byte)'A' or (byte)'x')
            {
                return reader.TryReadUInt32(out uint length) && reader.TryRead((int)Math.Min(length, int.MaxValue), out value);
            }

            int size = (char)type switch
            {
                'V' => 0,
                't' or 'b' or 'B' => 1,
                's' or 'u' or 'U' => 2,
                'I' or 'i' or 'f' => 4,
                'D' => 5,
                'l' or 'L' or 'd' or 'T' => 8,
                _ => -1,
            };
            return size >= 0 && reader.TryRead(size, out value);
        }

        /// <summary>The body of a frame of 1.0: a described list (part 1 section 1.3, part 2 section 2.7, part 5 section 5.3.3).</summary>
        private void ReadPerformative(ReadOnlySpan<byte> frame)
        {
            const int BodyAtAt = 4;
            const int WordSize = 4;
            int bodyAt = frame[BodyAtAt] * WordSize;
            WireReader reader = new(bodyAt <= frame.Length ? frame[bodyAt..] : default);
            if (!reader.TryReadByte(out byte descriptor) || descriptor != 0 || !reader.TryReadByte(out byte small) || small != 0x53
                || !reader.TryReadByte(out byte code) || !TryEnterList(ref reader))
            {
                return;
            }

            switch (code)
            {
                case 0x10: // open
                    ReadOpen(reader);
                    break;
                case 0x41 when TryRead1(ref reader, out _, out var mechanism): // sasl-init; what comes behind it is the secret
                    _authentication = WireText.Clean(mechanism);
                    break;
                case 0x12 or 0x14 or 0x16 or 0x17 or 0x18:
                    _methods.Add(code switch { 0x12 => "attach", 0x14 => "transfer", 0x16 => "detach", 0x17 => "end", _ => "close" });
                    break;
                default:
                    return;
            }

            Changed();
        }

        /// <summary>container-id, hostname, seven fields, properties</summary>
        private void ReadOpen(WireReader reader)
        {
            const int FieldsBetween = 7;
            if (!TryRead1(ref reader, out _, out var container))
            {
                return;
            }

            string name = WireText.Clean(container);
            if (TryRead1(ref reader, out _, out var host) && !host.IsEmpty)
            {
                _virtualHost = WireText.Clean(host);
            }

            string? product = null;
            string? version = null;
            int fields = 0;
            while (fields < FieldsBetween && TryRead1(ref reader, out _, out _))
            {
                fields++;
            }

            if (fields == FieldsBetween && TryEnterMap(ref reader))
            {
                while (TryRead1(ref reader, out _, out var key) && TryRead1(ref reader, out _, out var value))
                {
                    product = key.SequenceEqual("product"u8) ? WireText.Clean(value) : product;
                    version = key.SequenceEqual("version"u8) ? WireText.Clean(value) : version;
                }
            }

            // The client opens first.
            if (_client is null)
            {
                _client = Join(product, version) ?? name;
            }
            else
            {
                _server = Join(product, version) ?? name;
            }
        }

        private static bool TryEnterList(ref WireReader reader) => TryEnter(ref reader, 0xC0, 0xD0);

        private static bool TryEnterMap(ref WireReader reader) => TryEnter(ref reader, 0xC1, 0xD1);

        /// <summary>Size and count of a list or map, in a byte or four each.</summary>
        private static bool TryEnter(ref WireReader reader, byte small, byte large)
        {
            if (!reader.TryReadByte(out byte constructor))
            {
                return false;
            }

            return constructor == small ? reader.TryRead(2, out _) : constructor == large && reader.TryRead(sizeof(uint) * 2, out _);
        }

        /// <summary>A primitive value: the high half of its constructor tells its size (part 1 section 1.2).</summary>
        private static bool TryRead1(ref WireReader reader, out byte constructor, out ReadOnlySpan<byte> value)
        {
            value = default;
            if (!reader.TryReadByte(out constructor))
            {
                return false;
            }

            uint length;
            switch (constructor >> 4)
            {
                case 0x4:
                    return true;
                case 0x5:
                    return reader.TryRead(1, out value);
                case 0x6:
                    return reader.TryRead(2, out value);
                case 0x7:
                    return reader.TryRead(4, out value);
                case 0x8:
                    return reader.TryRead(8, out value);
                case 0x9:
                    return reader.TryRead(16, out value);
                case 0xA or 0xC or 0xE:
                    return reader.TryReadVector8(out value);
                case 0xB or 0xD or 0xF:
                    return reader.TryReadUInt32(out length) && reader.TryRead((int)Math.Min(length, int.MaxValue), out value);
                default:
                    return false;
            }
        }
    }
}
