namespace NetMonitor
{
    /// <summary>What an MQTT connection said: version 3.1 (IBM and Eurotech, 2010), 3.1.1 and 5.0 (OASIS). Neither user name nor password
    /// nor a message's content is kept.</summary>
    public sealed record MqttDetails : ApplicationDetails
    {
        /// <summary>Protocol version ("3.1.1"), or null when CONNECT was not seen.</summary>
        public string? Version { get; init; }

        /// <summary>Client identifier as sent; empty when the server shall assign one.</summary>
        public string? ClientId { get; init; }

        /// <summary>Keep-alive time in seconds.</summary>
        public int? KeepAlive { get; init; }

        /// <summary>The return code (3.x) or reason code (5.0) of CONNACK; 0 is success.</summary>
        public int? ConnectCode { get; init; }

        /// <summary>The topic last published to, by either side.</summary>
        public string? Topic { get; init; }

        /// <summary>Topics published to, by either side.</summary>
        public IReadOnlyList<NameCount> Topics { get; init; } = [];

        /// <summary>Topic filters subscribed to.</summary>
        public IReadOnlyList<NameCount> Subscriptions { get; init; } = [];

        /// <summary>PUBLISH packets of quality of service 0.</summary>
        public int PublishedQos0 { get; init; }

        /// <summary>PUBLISH packets of quality of service 1.</summary>
        public int PublishedQos1 { get; init; }

        /// <summary>PUBLISH packets of quality of service 2.</summary>
        public int PublishedQos2 { get; init; }

        /// <inheritdoc/>
        public override string Summary =>
            string.Join(' ', new[] { "MQTT", Version, ClientId, Topic }.Where(word => !string.IsNullOrEmpty(word)));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>MQTT control packets (MQTT 3.1.1 section 2, MQTT 5.0 section 2): type and flags in a byte, the rest's length in one to four.</summary>
    internal sealed class MqttInspector : MessageInspector
    {
        private const ushort UsualPort = 1883;
        private const int TypeShift = 4;
        private const byte FlagsMask = 0x0F;
        private const byte Connect = 1;
        private const byte ConnectAcknowledge = 2;
        private const byte Publish = 3;
        private const byte PublishRelease = 6;
        private const byte Subscribe = 8;
        private const byte Unsubscribe = 10;
        private const byte Disconnect = 14;
        private const byte Auth = 15;
        private const byte SetFlags = 0b0010;       // what 2.2.2 fixes for PUBREL, SUBSCRIBE and UNSUBSCRIBE
        private const byte Version31 = 3;
        private const byte Version311 = 4;
        private const byte Version5 = 5;
        private const byte BridgeFlag = 0x80;       // of the version: set by bridges of the Mosquitto family
        private const int LongestLengthField = 4;   // bytes (2.2.3)

        private readonly NameTally _topics = new();
        private readonly NameTally _subscriptions = new();
        private readonly int[] _published = new int[3]; // by quality of service
        private byte _version;
        private string? _clientId;
        private int? _keepAlive;
        private int? _connectCode;

        /// <inheritdoc/>
        public override string Application => "MQTT";

        /// <summary>CONNECT from a client, CONNACK from a server.</summary>
        public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => (bytes[0] >> TypeShift) switch
        {
            Connect when (bytes[0] & FlagsMask) == 0 => ProbeConnect(bytes),
            ConnectAcknowledge when (bytes[0] & FlagsMask) == 0 => ProbeAcknowledge(context, bytes),
            _ => Match.No,
        };

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 0;
            int type = rest[0] >> TypeShift;
            int flags = type is PublishRelease or Subscribe or Unsubscribe ? SetFlags : 0;
            if (type == 0 || (type != Publish && (rest[0] & FlagsMask) != flags))
            {
                return Match.No;
            }

            Match match = TryReadVariable(rest[1..], out int length, out int lengthSize);
            size = 1 + lengthSize + length;
            return match;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            _ = TryReadVariable(message[1..], out _, out int lengthSize);
            WireReader body = new(message[(1 + lengthSize)..]);
            switch (message[0] >> TypeShift)
            {
                case Connect:
                    return ReadConnect(body);
                case ConnectAcknowledge when body.TryReadByte(out _) && body.TryReadByte(out byte code):
                    _connectCode = code;
                    Changed();
                    break;
                case Publish:
                    ReadPublish(message[0], body);
                    break;
                case Subscribe:
                    ReadSubscribe(body);
                    break;
                case Disconnect:
                    return Outcome.Finished;
                case Auth: // enhanced authentication (5.0 section 4.12): secrets
                default:
                    break;
            }

            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new MqttDetails
        {
            Version = _version switch { 0 => null, Version31 => "3.1", Version311 => "3.1.1", _ => "5.0" },
            ClientId = _clientId,
            KeepAlive = _keepAlive,
            ConnectCode = _connectCode,
            Topic = _topics.Last,
            Topics = _topics.ToList(),
            Subscriptions = _subscriptions.ToList(),
            PublishedQos0 = _published[0],
            PublishedQos1 = _published[1],
            PublishedQos2 = _published[2],
        };

        private static Match ProbeConnect(ReadOnlySpan<byte> bytes)
        {
            Match match = TryReadVariable(bytes[1..], out int length, out int lengthSize);
            if (match != Match.Yes)
            {
                return match;
            }

            ReadOnlySpan<byte> body = bytes[(1 + lengthSize)..];
            Match name = Begins(body, "\0\u0004MQTT"u8);
            name = name == Match.No ? Begins(body, "\0\u0006MQIsdp"u8) : name;
            return length < "\0\u0004MQTT"u8.Length ? Match.No : name;
        }

        private static Match ProbeAcknowledge(in FlowContext context, ReadOnlySpan<byte> bytes)
        {
            // Four bytes say little: away from the usual port the next packet must fit too.
            const int Size = 4;
            const byte ShortLength = 2;
            const byte LastCode = 5;
            ReadOnlySpan<byte> next = [0x90, 0xB0, 0x40, 0x50, 0xD0, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35];
            for (int i = 1; i < Math.Min(bytes.Length, Size); i++)
            {
                bool fits = i switch { 1 => bytes[i] == ShortLength, 2 => bytes[i] <= 1, _ => bytes[i] <= LastCode };
                if (!fits)
                {
                    return Match.No;
                }
            }

            if (bytes.Length < Size)
            {
                return Match.NeedMore;
            }

            if (context.Uses(UsualPort))
            {
                return Match.Yes;
            }

            ReadOnlySpan<byte> behind = bytes[Size..];
            if (behind.IsEmpty)
            {
                return Match.NeedMore;
            }

            Match match = TryReadVariable(behind[1..], out int length, out _);
            return !next.Contains(behind[0]) || (match == Match.Yes && behind[0] == 0xD0 && length != 0) ? Match.No : match;
        }

        /// <summary>A "variable byte integer": seven bits a byte, the lowest first (3.1.1 section 2.2.3, 5.0 section 1.5.5).</summary>
        private static Match TryReadVariable(ReadOnlySpan<byte> bytes, out int value, out int size)
        {
            const byte More = 0x80;
            const int Bits = 7;
            value = 0;
            for (size = 0; size < Math.Min(bytes.Length, LongestLengthField); size++)
            {
                value |= (bytes[size] & ~More) << (Bits * size);
                if ((bytes[size] & More) == 0)
                {
                    size++;
                    return Match.Yes;
                }
            }

            return size == LongestLengthField ? Match.No : Match.NeedMore;
        }

        /// <summary>Client identifier, then will, user name and password, which are not read (3.1.3).</summary>
        private Outcome ReadConnect(WireReader body)
        {
            if (!body.TryReadVector16(out var name) || !body.TryReadByte(out byte version) || !body.TryReadByte(out _)
                || !body.TryReadUInt16(out ushort keepAlive) || !(name.SequenceEqual("MQTT"u8) || name.SequenceEqual("MQIsdp"u8)))
            {
                return Outcome.Reject;
            }

            _version = (byte)(version & ~BridgeFlag);
            _keepAlive = keepAlive;
            if (_version is < Version31 or > Version5 || !TrySkipProperties(ref body))
            {
                return Outcome.Reject;
            }

            if (body.TryReadVector16(out var clientId))
            {
                _clientId = WireText.Clean(clientId);
            }

            Changed();
            return Outcome.More;
        }

        private void ReadPublish(byte header, WireReader body)
        {
            const int QosShift = 1;
            const int QosMask = 3;
            int qos = (header >> QosShift) & QosMask;
            if (qos >= _published.Length || !body.TryReadVector16(out var topic))
            {
                return;
            }

            // In 5.0 an alias may stand for the topic, which is then empty (3.3.2.1).
            _published[qos]++;
            if (!topic.IsEmpty)
            {
                _topics.Add(topic);
            }

            Changed();
        }

        private void ReadSubscribe(WireReader body)
        {
            if (!body.TryReadUInt16(out _) || !TrySkipProperties(ref body))
            {
                return;
            }

            while (body.TryReadVector16(out var filter) && body.TryReadByte(out _))
            {
                _subscriptions.Add(filter);
                Changed();
            }
        }

        private bool TrySkipProperties(ref WireReader body) => _version != Version5
            || (TryReadVariable(body.Rest, out int length, out int size) == Match.Yes && body.TryRead(size, out _) && body.TryRead(length, out _));
    }
}
