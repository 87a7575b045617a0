using System.Buffers.Binary;
using System.Globalization;

namespace NetMonitor
{
    /// <summary>What an Apache Kafka connection said ("Kafka Protocol Guide"). Neither records nor credentials are kept.</summary>
    public sealed record KafkaDetails : ApplicationDetails
    {
        /// <summary>The client id of the last request that had one.</summary>
        public string? ClientId { get; init; }

        /// <summary>The client's library and version ("apache-kafka-java 3.7.0"), where ApiVersions told it.</summary>
        public string? Library { get; init; }

        /// <summary>SASL mechanism the client authenticates with ("SCRAM-SHA-512"), or null.</summary>
        public string? Authentication { get; init; }

        /// <summary>Name of the last request ("Produce").</summary>
        public string? Request { get; init; }

        /// <summary>Version of the last request.</summary>
        public int? RequestVersion { get; init; }

        /// <summary>Requests by name.</summary>
        public IReadOnlyList<NameCount> Requests { get; init; } = [];

        /// <summary>Responses that belong to a request seen.</summary>
        public int Responses { get; init; }

        /// <inheritdoc/>
        public override string Summary => string.Join(' ', new[]
        {
            "Kafka", ClientId, Request, RequestVersion is { } version ? string.Create(CultureInfo.InvariantCulture, $"v{version}") : null,
        }.Where(word => !string.IsNullOrEmpty(word)));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>
    /// Requests and responses with their length in four bytes before them. A request has an API key, its version, a correlation id, which the
    /// response repeats, and the client's id (headers version 1 and 2; version 0 died with ControlledShutdown v0).
    /// </summary>
    internal sealed class KafkaInspector : MessageInspector
    {
        private const ushort UsualPort = 9092;
        private const int SizeSize = 4;
        private const int KeyAt = 4;
        private const int VersionAt = 6;
        private const int CorrelationAt = 8;
        private const int ClientIdAt = 12;
        private const int HeaderSize = 14;                  // with the length of the client id
        private const int LargestMessage = 100 << 20;       // bytes, as brokers allow (socket.request.max.bytes)
        private const int LargestOpening = 0xFFFF;          // bytes; a connection begins with a question
        private const int LongestClientId = 255;            // bytes, as brokers allow
        private const int SaslHandshake = 17;
        private const int ApiVersions = 18;
        private const int FlexibleApiVersions = 3;
        private const int NewerVersions = 3;                // beyond those known today

        // By API key: the name and its newest version in Kafka 4.0 ("The Messages", "API Keys").
        private static readonly (string Name, int Version)[] Apis =
        [
            ("Produce", 13), ("Fetch", 17), ("ListOffsets", 11), ("Metadata", 13), ("LeaderAndIsr", 7), ("StopReplica", 4), ("UpdateMetadata", 8),
            ("ControlledShutdown", 3), ("OffsetCommit", 9), ("OffsetFetch", 9), ("FindCoordinator", 6), ("JoinGroup", 9), ("Heartbeat", 4),
            ("LeaveGroup", 5), ("SyncGroup", 5), ("DescribeGroups", 6), ("ListGroups", 5), ("SaslHandshake", 1), ("ApiVersions", 4),
            ("CreateTopics", 7), ("DeleteTopics", 6), ("DeleteRecords", 2), ("InitProducerId", 5), ("OffsetForLeaderEpoch", 4),
            ("AddPartitionsToTxn", 5), ("AddOffsetsToTxn", 4), ("EndTxn", 5), ("WriteTxnMarkers", 1), ("TxnOffsetCommit", 5), ("DescribeAcls", 3),
            ("CreateAcls", 3), ("DeleteAcls", 3), ("DescribeConfigs", 4), ("AlterConfigs", 2), ("AlterReplicaLogDirs", 2), ("DescribeLogDirs", 4),
            ("SaslAuthenticate", 2), ("CreatePartitions", 3), ("CreateDelegationToken", 3), ("RenewDelegationToken", 2),
            ("ExpireDelegationToken", 2), ("DescribeDelegationToken", 3), ("DeleteGroups", 2), ("ElectLeaders", 2), ("IncrementalAlterConfigs", 1),
            ("AlterPartitionReassignments", 1), ("ListPartitionReassignments", 0), ("OffsetDelete", 0), ("DescribeClientQuotas", 1),
            ("AlterClientQuotas", 1), ("DescribeUserScramCredentials", 0), ("AlterUserScramCredentials", 0), ("Vote", 2), ("BeginQuorumEpoch", 1),
            ("EndQuorumEpoch", 1), ("DescribeQuorum", 2), ("AlterPartition", 3), ("UpdateFeatures", 2), ("Envelope", 0), ("FetchSnapshot", 1),
            ("DescribeCluster", 2), ("DescribeProducers", 0), ("BrokerRegistration", 4), ("BrokerHeartbeat", 1), ("UnregisterBroker", 0),
            ("DescribeTransactions", 0), ("ListTransactions", 1), ("AllocateProducerIds", 0), ("ConsumerGroupHeartbeat", 1),
            ("ConsumerGroupDescribe", 1), ("ControllerRegistration", 0), ("GetTelemetrySubscriptions", 0), ("PushTelemetry", 0),
            ("AssignReplicasToDirs", 0), ("ListClientMetricsResources", 0), ("DescribeTopicPartitions", 0),
        ];

        private readonly NameTally _requests = new();
        private readonly Queue<uint> _pending = new();
        private Side? _client;
        private bool _rawTokens;                            // SaslHandshake v0: tokens without a header follow
        private string? _clientId;
        private string? _library;
        private string? _authentication;
        private int? _requestVersion;
        private int _responses;

        /// <inheritdoc/>
        public override string Application => "Kafka";

        /// <summary>A request of a known API with a readable client id. Brokers never speak first, and a response alone has no structure.</summary>
        public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < HeaderSize)
            {
                bool possible = bytes[0] == 0 && (bytes.Length <= 1 || bytes[1] == 0)
                    && (bytes.Length < SizeSize || IsOpening(BinaryPrimitives.ReadUInt32BigEndian(bytes)))
                    && (bytes.Length <= KeyAt || bytes[KeyAt] == 0)
                    && (bytes.Length < CorrelationAt || IsApi(bytes));
                return possible ? Match.NeedMore : Match.No;
            }

            uint size = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            int idLength = BinaryPrimitives.ReadInt16BigEndian(bytes[ClientIdAt..]);
            bool fits = IsOpening(size) && IsApi(bytes) && BinaryPrimitives.ReadInt32BigEndian(bytes[CorrelationAt..]) >= 0
                && idLength is >= -1 and <= LongestClientId && size + SizeSize >= HeaderSize + idLength;
            if (!fits)
            {
                return Match.No;
            }

            if (idLength <= 0)
            {
                // Without a client id the rest says too little elsewhere.
                return context.Uses(UsualPort) ? Match.Yes : Match.No;
            }

            ReadOnlySpan<byte> id = bytes[HeaderSize..Math.Min(bytes.Length, HeaderSize + idLength)];
            return !IsPrintable(id) ? Match.No : id.Length < idLength ? Match.NeedMore : Match.Yes;
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 0;
            if (rest.Length < SizeSize)
            {
                return Match.NeedMore;
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            size = SizeSize + length;
            return length is >= SizeSize and <= LargestMessage || _rawTokens ? Match.Yes : Match.No;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            _client ??= from;
            if (from != _client)
            {
                ReadResponse(message);
                return Outcome.More;
            }

            if (message.Length < HeaderSize || !IsApi(message))
            {
                return _rawTokens ? Outcome.More : Outcome.Reject;
            }

            ReadRequest(message);
            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new KafkaDetails
        {
            ClientId = _clientId,
            Library = _library,
            Authentication = _authentication,
            Request = _requests.Last,
            RequestVersion = _requestVersion,
            Requests = _requests.ToList(),
            Responses = _responses,
        };

        private static bool IsOpening(uint size) => size is >= HeaderSize - SizeSize and <= LargestOpening;

        private static bool IsApi(ReadOnlySpan<byte> bytes)
        {
            int key = BinaryPrimitives.ReadUInt16BigEndian(bytes[KeyAt..]);
            return key < Apis.Length && BinaryPrimitives.ReadUInt16BigEndian(bytes[VersionAt..]) <= Apis[key].Version + NewerVersions;
        }

        private void ReadRequest(ReadOnlySpan<byte> message)
        {
            int key = BinaryPrimitives.ReadUInt16BigEndian(message[KeyAt..]);
            int version = BinaryPrimitives.ReadUInt16BigEndian(message[VersionAt..]);
            if (_pending.Count == InspectionLimits.KafkaPending)
            {
                _pending.Dequeue();
            }

            _pending.Enqueue(BinaryPrimitives.ReadUInt32BigEndian(message[CorrelationAt..]));
            _requests.Add(Apis[key].Name);
            _requestVersion = version;
            Changed();

            WireReader reader = new(message[ClientIdAt..]);
            if (!TryReadNullable(ref reader, out var id))
            {
                return;
            }

            if (!id.IsEmpty)
            {
                _ = WireText.Update(ref _clientId, id);
            }

            if (key == SaslHandshake && TryReadNullable(ref reader, out var mechanism))
            {
                _ = WireText.Update(ref _authentication, mechanism);
                _rawTokens = version == 0;
            }
            else if (key == ApiVersions && version >= FlexibleApiVersions && _library is null)
            {
                ReadLibrary(reader);
            }
        }

        /// <summary>ApiVersions v3: no tagged fields in the header, then two compact strings, whose length is one more than it says.</summary>
        private void ReadLibrary(WireReader reader)
        {
            if (reader.TryReadByte(out byte tags) && tags == 0
                && TryReadCompact(ref reader, out var name) && TryReadCompact(ref reader, out var version))
            {
                _library = $"{WireText.Clean(name)} {WireText.Clean(version)}";
            }
        }

        private static bool TryReadCompact(ref WireReader reader, out ReadOnlySpan<byte> text)
        {
            const byte LongestInOneByte = 0x7F;
            text = default;
            return reader.TryReadByte(out byte length) && length is > 0 and <= LongestInOneByte && reader.TryRead(length - 1, out text);
        }

        private static bool TryReadNullable(ref WireReader reader, out ReadOnlySpan<byte> text)
        {
            text = default;
            return reader.TryReadUInt16(out ushort length) && ((short)length < 0 || reader.TryRead(length, out text));
        }

        /// <summary>Responses come in the order of their requests; a Produce that wants none is passed over.</summary>
        private void ReadResponse(ReadOnlySpan<byte> message)
        {
            uint correlation = message.Length < SizeSize * 2 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(message[SizeSize..]);
            if (!_pending.Contains(correlation))
            {
                return;
            }

            while (_pending.TryDequeue(out uint waiting) && waiting != correlation)
            {
            }

            _responses++;
            Changed();
        }
    }
}
