using System.Buffers.Text;

namespace NetMonitor
{
    /// <summary>What a NATS connection said (docs.nats.io, "Client Protocol"). Neither messages nor credentials are kept.</summary>
    public sealed record NatsDetails : ApplicationDetails
    {
        /// <summary>The server's name.</summary>
        public string? Server { get; init; }

        /// <summary>The server's version.</summary>
        public string? ServerVersion { get; init; }

        /// <summary>Name the client gave itself.</summary>
        public string? ClientName { get; init; }

        /// <summary>The client's library and version ("go 1.31.0").</summary>
        public string? Library { get; init; }

        /// <summary>True when the server wants TLS.</summary>
        public bool TlsRequired { get; init; }

        /// <summary>Operations of both sides by name.</summary>
        public IReadOnlyList<NameCount> Operations { get; init; } = [];

        /// <summary>Subjects published to or subscribed to.</summary>
        public IReadOnlyList<NameCount> Subjects { get; init; } = [];

        /// <inheritdoc/>
        public override string Summary =>
            string.Join(' ', new[] { "NATS", ServerVersion, ClientName }.Where(word => !string.IsNullOrEmpty(word)));
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>Lines that begin with an operation; those that carry a message end with its size. The server speaks first.</summary>
    internal sealed class NatsInspector(FlowContext context) : MessageInspector
    {
        private const int LineEndSize = 2;      // CR LF
        private const int LargestPayload = 64 << 20; // bytes, as servers allow at most (max_payload)
        private const byte TlsHandshake = 0x16;

        private readonly NameTally _operations = new();
        private readonly NameTally _subjects = new();
        private string? _serverName;
        private string? _serverVersion;
        private string? _clientName;
        private string? _language;
        private string? _version;
        private bool _tlsRequired;
        private bool _sawInfo;

        /// <inheritdoc/>
        public override string Application => "NATS";

        /// <summary>INFO with the server's id, CONNECT with the option that every client sends; both are JSON.</summary>
        public static Match Probe(in FlowContext flow, Side from, ReadOnlySpan<byte> bytes)
        {
            Match info = Begins(bytes, "INFO {"u8);
            if (info == Match.No)
            {
                Match connect = Begins(bytes, "CONNECT {"u8);
                return connect == Match.Yes ? ProbeMember(bytes, "\"verbose\""u8) : connect;
            }

            return info == Match.Yes ? ProbeMember(bytes, "\"server_id\""u8) : info;
        }

        /// <inheritdoc/>
        protected override Match Measure(Side from, ReadOnlySpan<byte> rest, out long size)
        {
            size = 0;
            if (rest[0] == TlsHandshake && _sawInfo)
            {
                return Match.Yes;
            }

            Match match = MeasureLine(rest, out size);
            if (match == Match.Yes && CarriesMessage(rest))
            {
                ReadOnlySpan<byte> line = rest[..(int)size].TrimEnd("\r\n "u8);
                ReadOnlySpan<byte> last = line[(line.LastIndexOf((byte)' ') + 1)..];
                if (!Utf8Parser.TryParse(last, out int payload, out int used) || used != last.Length || payload is < 0 or > LargestPayload)
                {
                    return Match.No;
                }

                size += payload + LineEndSize;
            }

            return match;
        }

        /// <inheritdoc/>
        protected override Outcome Read(Side from, ReadOnlySpan<byte> message, long size)
        {
            if (size == 0)
            {
                return StartTls(context);
            }

            int end = message.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? message : message[..end]).TrimEnd("\r "u8);
            int space = line.IndexOfAny((byte)' ', (byte)'\t');
            ReadOnlySpan<byte> operation = space < 0 ? line : line[..space];
            ReadOnlySpan<byte> rest = space < 0 ? default : line[(space + 1)..].TrimStart(" \t"u8);
            if (line.IsEmpty)
            {
                return Outcome.More;
            }

            if (Known(operation) is not { } name)
            {
                return Outcome.Reject;
            }

            _operations.Add(name);
            Changed();
            switch (name)
            {
                case "INFO":
                    _sawInfo = true;
                    ReadInfo(rest);
                    break;
                case "CONNECT":
                    ReadConnect(rest);
                    break;
                case "PUB" or "HPUB" or "SUB":
                    int subjectEnd = rest.IndexOfAny((byte)' ', (byte)'\t');
                    _subjects.Add(subjectEnd < 0 ? rest : rest[..subjectEnd]);
                    break;
                default:
                    break;
            }

            return Outcome.More;
        }

        /// <inheritdoc/>
        protected override ApplicationDetails BuildDetails() => new NatsDetails
        {
            Server = _serverName,
            ServerVersion = _serverVersion,
            ClientName = _clientName,
            Library = _language is null || _version is null ? _language : $"{_language} {_version}",
            TlsRequired = _tlsRequired,
            Operations = _operations.ToList(),
            Subjects = _subjects.ToList(),
        };

        private static Match ProbeMember(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            return line.IndexOf(name) >= 0 ? Match.Yes : end < 0 ? Match.NeedMore : Match.No;
        }

        private static bool CarriesMessage(ReadOnlySpan<byte> line) => line.StartsWith("PUB "u8) || line.StartsWith("HPUB "u8)
            || line.StartsWith("MSG "u8) || line.StartsWith("HMSG "u8);

        private static string? Known(ReadOnlySpan<byte> operation)
        {
            ReadOnlySpan<string> known = ["PUB", "MSG", "HPUB", "HMSG", "SUB", "UNSUB", "PING", "PONG", "+OK", "-ERR", "INFO", "CONNECT"];
            foreach (string name in known)
            {
                if (System.Text.Ascii.EqualsIgnoreCase(operation, name))
                {
                    return name;
                }
            }

            return null;
        }

        private void ReadInfo(ReadOnlySpan<byte> json)
        {
            JsonFields fields = new(json);
            while (fields.TryRead(out var name, out var value))
            {
                if (name.SequenceEqual("server_name"u8))
                {
                    _ = WireText.Update(ref _serverName, value);
                }
                else if (name.SequenceEqual("version"u8))
                {
                    _ = WireText.Update(ref _serverVersion, value);
                }
                else if (name.SequenceEqual("tls_required"u8))
                {
                    _tlsRequired = value.SequenceEqual("true"u8);
                }
            }
        }

        private void ReadConnect(ReadOnlySpan<byte> json)
        {
            JsonFields fields = new(json);
            while (fields.TryRead(out var name, out var value))
            {
                if (name.SequenceEqual("name"u8))
                {
                    _ = WireText.Update(ref _clientName, value);
                }
                else if (name.SequenceEqual("lang"u8))
                {
                    _ = WireText.Update(ref _language, value);
                }
                else if (name.SequenceEqual("version"u8))
                {
                    _ = WireText.Update(ref _version, value);
                }
            }
        }
    }
}
