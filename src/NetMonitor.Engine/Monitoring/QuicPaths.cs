using NetMonitor.Flows;
using NetMonitor.Inspection.Quic;

namespace NetMonitor.Monitoring;

/// <summary>
/// Finds the QUIC connection of a packet whose addresses nobody knows: a client that moved (RFC 9000 section 9), or whose NAT gave it another port, is still
/// called by the connection ids that both sides chose in the handshake, and the other end has stayed where it was. A client that takes a new id along, which
/// was told to it under encryption, cannot be found again.
/// </summary>
internal sealed class QuicPaths
{
    /// <summary>Connection ids a shard remembers (docs/limits.md).</summary>
    public const int MostIds = 65_536;

    private const int ShortestId = 4;  // bytes; shorter ones are found in anything
    private const int IdAt = 1;        // in a packet with a short header (RFC 9000 section 17.3.1), which does not say how long it is
    private const int SmallestPacket = 21; // bytes (RFC 9000 section 10.3)

    private readonly Dictionary<QuicConnectionId, int> _flows = [];
    private readonly Dictionary<int, (QuicConnectionId Client, QuicConnectionId Server)> _ids = [];
    private readonly int[] _lengths = new int[QuicLongHeader.LongestId + 1]; // how many ids there are of each

    /// <summary>Remembers the ids of a flow.</summary>
    /// <param name="number">The flow's number in the table.</param>
    /// <param name="ids">Those known now; ones that are empty or too short are passed over.</param>
    public void Learn(int number, (QuicConnectionId Client, QuicConnectionId Server) ids)
    {
        if (_flows.Count + 2 > MostIds || (_ids.TryGetValue(number, out var known) && known == ids))
        {
            return;
        }

        Forget(number);
        if (Add(ids.Client, number) | Add(ids.Server, number))
        {
            _ids[number] = ids;
        }
    }

    /// <summary>The flow is gone.</summary>
    public void Forget(int number)
    {
        if (_ids.Count > 0 && _ids.Remove(number, out var ids))
        {
            Remove(ids.Client, number);
            Remove(ids.Server, number);
        }
    }

    /// <summary>All flows are gone.</summary>
    public void Clear()
    {
        _flows.Clear();
        _ids.Clear();
        Array.Clear(_lengths);
    }

    /// <summary>The flow that a datagram belongs to by its connection id, or <see cref="FlowTable.None"/>.</summary>
    /// <param name="datagram">UDP payload.</param>
    public int Find(ReadOnlySpan<byte> datagram)
    {
        if (_flows.Count == 0 || datagram.Length < SmallestPacket || !QuicLongHeader.IsShort(datagram[0]))
        {
            return FlowTable.None;
        }

        for (int length = ShortestId; length <= QuicLongHeader.LongestId; length++)
        {
            if (_lengths[length] > 0 && _flows.TryGetValue(QuicConnectionId.Of(datagram.Slice(IdAt, length)), out int number))
            {
                return number;
            }
        }

        return FlowTable.None;
    }

    private bool Add(QuicConnectionId id, int number)
    {
        // An id that two flows have tells neither.
        if (id.Length < ShortestId || !_flows.TryAdd(id, number))
        {
            return false;
        }

        _lengths[id.Length]++;
        return true;
    }

    private void Remove(QuicConnectionId id, int number)
    {
        if (_flows.TryGetValue(id, out int owner) && owner == number)
        {
            _flows.Remove(id);
            _lengths[id.Length]--;
        }
    }
}
