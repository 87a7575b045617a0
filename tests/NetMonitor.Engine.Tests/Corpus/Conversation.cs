using NetMonitor.Packets;

namespace NetMonitor.Tests.Corpus;

/// <summary>An unordered 5-tuple: the ends in numeric order, so that both directions and both tools give one key.</summary>
internal readonly record struct ConversationKey(TransportProtocol Protocol, IPAddressValue First, ushort FirstPort, IPAddressValue Second, ushort SecondPort)
{
    /// <summary>Both ends are one: the directions cannot be told apart.</summary>
    public bool IsToItself => First == Second && FirstPort == SecondPort;

    /// <summary>The key, and whether the end that was given first is its first.</summary>
    public static (ConversationKey Key, bool IsGivenOrder) Of(
        TransportProtocol protocol, IPAddressValue a, ushort aPort, IPAddressValue b, ushort bPort)
    {
        // tshark calls IPv4 (4) and IPv6 (41) inside IP alike.
        protocol = protocol == TransportProtocol.IPv6 ? TransportProtocol.IPIP : protocol;
        int order = a.CompareTo(b);
        return order < 0 || (order == 0 && aPort <= bPort)
            ? (new ConversationKey(protocol, a, aPort, b, bPort), true)
            : (new ConversationKey(protocol, b, bPort, a, aPort), false);
    }

    public override string ToString() => $"{Protocol} {First}:{FirstPort} - {Second}:{SecondPort}";
}

/// <summary>All connections of ours with one 5-tuple, added up: truth has one flow per 5-tuple, however often its ports were used again.</summary>
internal sealed class Conversation(ConversationKey key)
{
    private readonly long[] _packets = new long[2];
    private readonly long[] _bytes = new long[2];

    public ConversationKey Key { get; } = key;

    /// <summary>In the order they were opened.</summary>
    public List<NetConnection> Connections { get; } = [];

    /// <summary>IP packets sent by the first end, and by the second.</summary>
    public IReadOnlyList<long> Packets => _packets;

    /// <summary>Bytes at IP level sent by the first end, and by the second.</summary>
    public IReadOnlyList<long> Bytes => _bytes;

    /// <summary>Whether the key's first end opened the conversation; null when not known.</summary>
    public bool? IsOpenedByFirst { get; private set; }

    /// <summary>The conversations of a capture.</summary>
    public static Dictionary<ConversationKey, Conversation> Group(IEnumerable<NetConnection> connections)
    {
        Dictionary<ConversationKey, Conversation> conversations = [];
        foreach (NetConnection connection in connections)
        {
            (ConversationKey key, bool isLocalFirst) = ConversationKey.Of(
                connection.Protocol,
                connection.Local,
                (ushort)(connection.LocalPort ?? 0),
                connection.Remote,
                (ushort)(connection.RemotePort ?? 0));
            if (!conversations.TryGetValue(key, out Conversation? conversation))
            {
                conversations.Add(key, conversation = new Conversation(key));
            }

            conversation.Add(connection, isLocalFirst);
        }

        return conversations;
    }

    private void Add(NetConnection connection, bool isLocalFirst)
    {
        int local = isLocalFirst ? 0 : 1;
        _packets[local] += connection.PacketsSent;
        _packets[1 - local] += connection.PacketsReceived;
        _bytes[local] += connection.BytesSent;
        _bytes[1 - local] += connection.BytesReceived;
        IsOpenedByFirst ??= connection.Direction is { } direction ? (direction == ConnectionDirection.Outgoing) == isLocalFirst : null;
        Connections.Add(connection);
    }
}
