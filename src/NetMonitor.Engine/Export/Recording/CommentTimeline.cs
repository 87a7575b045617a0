using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Export;

/// <summary>Comments for packets of a capture whose connections are all known: of several connections of one flow, that which the packet's time falls into.</summary>
internal sealed class CommentTimeline
{
    private readonly PacketDecoder _decoder = new();
    private readonly Packet[] _packets = new Packet[PacketDecoder.MaxDepth];
    private readonly Dictionary<FlowKey, List<(long Start, byte[]? Comment)>> _flows = [];
    private readonly PacketComments _names = new();

    public CommentTimeline(IEnumerable<NetConnection> connections)
    {
        foreach (NetConnection connection in connections.OrderBy(connection => connection.CreationNanoseconds))
        {
            FlowKey key = FlowKey.Of(connection);
            if (!_flows.TryGetValue(key, out List<(long Start, byte[]? Comment)>? list))
            {
                _flows.Add(key, list = []);
            }

            list.Add((connection.CreationNanoseconds, PacketComments.Format(connection)));
            _names.Learn(connection);
        }
    }

    /// <summary>Names of addresses that the connections' DNS answers gave.</summary>
    public IReadOnlyCollection<(IPAddressValue Address, string Name)> Names => _names.NamesSoFar();

    /// <summary>True when the frame belongs to one of the connections.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="record">Its record.</param>
    /// <param name="comment">The comment of its innermost known connection, or null when there is nothing to say.</param>
    public bool TryFind(ReadOnlySpan<byte> frame, in FrameRecord record, out byte[]? comment)
    {
        int count = _decoder.Decode(frame, record.LinkType, record.WireLength, record.Timestamp, _packets);
        _decoder.Reset();
        for (int i = count - 1; i >= 0; i--)
        {
            if (_flows.TryGetValue(FlowKey.Of(_packets[i], out _), out List<(long Start, byte[]? Comment)>? list))
            {
                comment = list[0].Comment;
                foreach ((long start, byte[]? later) in list)
                {
                    if (start <= record.Timestamp)
                    {
                        comment = later;
                    }
                }

                return true;
            }
        }

        comment = null;
        return false;
    }
}
