using System.Globalization;
using System.Text;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Monitoring;
using NetMonitor.Packets;

namespace NetMonitor.Export;

/// <summary>
/// What is known of each packet's connection, in RustNet's form: <c>netmonitor process=curl pid=42 direction=outgoing app=HTTPS
/// sni=example.com country=DE</c>. Only what is known; blanks and control characters become "_". Any thread may tell it of connections; one
/// asks it about packets.
/// </summary>
internal sealed class PacketComments
{
    /// <summary>Connections whose comments are known at once (docs/limits.md).</summary>
    public const int Connections = 262_144;

    /// <summary>Names of addresses that are kept for the file (docs/limits.md).</summary>
    public const int Names = 10_000;

    private readonly PacketDecoder _decoder = new();
    private readonly Packet[] _packets = new Packet[PacketDecoder.MaxDepth];
    private readonly Dictionary<FlowKey, Known> _known = [];
    private readonly Queue<FlowKey> _order = new();
    private readonly Dictionary<IPAddressValue, string> _names = [];

    private sealed class Known
    {
        public required NetConnection Connection;
        public byte[]? Comment;
    }

    /// <summary>Takes in what is known of a connection now.</summary>
    public void Learn(NetConnection connection)
    {
        FlowKey key = FlowKey.Of(connection);
        lock (_known)
        {
            if (!_known.ContainsKey(key))
            {
                _order.Enqueue(key);
                if (_order.Count > Connections)
                {
                    _known.Remove(_order.Dequeue());
                }
            }

            _known[key] = new Known { Connection = connection };
            if (connection.Details is DnsDetails { Answers.Count: > 0 } dns)
            {
                LearnNames(dns);
            }
        }
    }

    /// <summary>The comment of a frame: of its innermost packet whose connection is known; null when nothing is known.</summary>
    public byte[]? Of(ReadOnlySpan<byte> frame, in FrameRecord record)
    {
        int count = _decoder.Decode(frame, record.LinkType, record.WireLength, record.Timestamp, _packets);
        _decoder.Reset();
        lock (_known)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                if (_known.TryGetValue(FlowKey.Of(_packets[i], out _), out Known? known))
                {
                    return known.Comment ??= Format(known.Connection);
                }
            }
        }

        return null;
    }

    /// <summary>The names of addresses that DNS answers gave so far.</summary>
    public IReadOnlyCollection<(IPAddressValue Address, string Name)> NamesSoFar()
    {
        lock (_known)
        {
            return [.. _names.Select(pair => (pair.Key, pair.Value))];
        }
    }

    /// <summary>The comment on the packets of a connection; empty when there is nothing to say.</summary>
    internal static byte[]? Format(NetConnection connection)
    {
        var text = new StringBuilder("netmonitor");
        int nothing = text.Length;
        Add(text, "process", connection.ProcessName);
        Add(text, "pid", connection.OwningProcess?.ToString(CultureInfo.InvariantCulture));
        Add(text, "ppid", connection.ParentProcesses is [var parent, ..] ? parent.ProcessId.ToString(CultureInfo.InvariantCulture) : null);
        Add(text, "user", connection.UserName);
        Add(text, "attr", connection.AttributionSource?.ToString().ToLowerInvariant());
        Add(text, "pod", connection.Pod);
        Add(text, "ns", connection.PodNamespace);
        Add(text, "container", connection.Container);
        Add(text, "direction", connection.Direction?.ToString().ToLowerInvariant());
        Add(text, "app", connection.Application);
        Add(text, "sni", connection.Sni);
        Add(text, "host", connection.HostName == connection.Sni ? null : connection.HostName);
        Add(text, "country", connection.Country);
        Add(text, "asn", connection.Asn?.ToString(CultureInfo.InvariantCulture));
        return text.Length == nothing ? null : Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Add(StringBuilder text, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        text.Append(' ').Append(name).Append('=');
        foreach (char c in value)
        {
            text.Append(char.IsWhiteSpace(c) || char.IsControl(c) ? '_' : c);
        }
    }

    private void LearnNames(DnsDetails dns)
    {
        foreach (DnsAnswer answer in dns.Answers)
        {
            if (answer.Type is "A" or "AAAA" && _names.Count < Names && System.Net.IPAddress.TryParse(answer.Data, out System.Net.IPAddress? address))
            {
                _names.TryAdd(IPAddressValue.From(address), dns.QueryName ?? answer.Name);
            }
        }
    }
}
