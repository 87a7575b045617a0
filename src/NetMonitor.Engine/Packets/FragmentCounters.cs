namespace NetMonitor.Packets;

/// <summary>What became of IP fragments, in fragments unless said otherwise. Written by one thread, readable by all.</summary>
public sealed class FragmentCounters
{
    private long _received;
    private long _pending;
    private long _reassembled;
    private long _timedOut;
    private long _evicted;
    private long _overlapping;
    private long _malformed;
    private long _duplicate;
    private long _noRoom;

    /// <summary>All that came.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Those that wait for the rest of their datagram now.</summary>
    public long Pending => Volatile.Read(ref _pending);

    /// <summary>Datagrams put together.</summary>
    public long ReassembledDatagrams => Volatile.Read(ref _reassembled);

    /// <summary>Given up because the rest did not come in time.</summary>
    public long TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Given up to make room for newer ones.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Given up because IPv6 fragments overlap (RFC 5722 section 3).</summary>
    public long Overlapping => Volatile.Read(ref _overlapping);

    /// <summary>Ignored because offset, length or end contradict the protocol or each other.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <summary>Those that brought nothing new; counted also with the datagram they belong to.</summary>
    public long Duplicate => Volatile.Read(ref _duplicate);

    /// <summary>
    /// Given up because the buffer of reassembled datagrams was full: more than one batch without <see cref="PacketDecoder.Reset"/>.
    /// </summary>
    public long NoRoom => Volatile.Read(ref _noRoom);

    internal void CountReceived() => _received++;

    internal void CountPending(int change) => _pending += change;

    internal void CountReassembled() => _reassembled++;

    internal void CountTimedOut(int fragments) => _timedOut += fragments;

    internal void CountEvicted(int fragments) => _evicted += fragments;

    internal void CountOverlapping(int fragments) => _overlapping += fragments;

    internal void CountMalformed() => _malformed++;

    internal void CountDuplicate() => _duplicate++;

    internal void CountNoRoom(int fragments) => _noRoom += fragments;

    internal void AddTo(Dictionary<string, long> result)
    {
        DecodeCounters.Add(result, "fragments", Received);
        DecodeCounters.Add(result, "fragments pending", Pending);
        DecodeCounters.Add(result, "fragmented datagrams reassembled", ReassembledDatagrams);
        DecodeCounters.Add(result, "fragments given up: timeout", TimedOut);
        DecodeCounters.Add(result, "fragments given up: eviction", Evicted);
        DecodeCounters.Add(result, "fragments given up: IPv6 overlap", Overlapping);
        DecodeCounters.Add(result, "fragments given up: buffer full", NoRoom);
        DecodeCounters.Add(result, "fragments malformed", Malformed);
        DecodeCounters.Add(result, "fragments duplicate", Duplicate);
    }
}
