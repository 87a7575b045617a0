namespace NetMonitor.Packets;

/// <summary>
/// Puts fragmented datagrams together (RFC 791 section 3.2, RFC 8200 section 4.5), within limits. Where IPv4 fragments overlap the first
/// bytes stay; overlapping IPv6 fragments make the datagram worthless (RFC 5722 section 3), unless they are exact copies (RFC 8200 section
/// 4.5).
/// </summary>
internal sealed class FragmentReassembler(FragmentCounters counters)
{
    /// <summary>Datagrams that may wait at a time; the oldest leaves for the newest.</summary>
    public const int MaxDatagrams = 1024;

    /// <summary>Bytes that waiting datagrams may hold.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Payload of one datagram: an IP length field has 16 bits.</summary>
    public const int MaxDatagramBytes = ushort.MaxValue;

    /// <summary>
    /// Nanoseconds after its first fragment that a datagram waits: Linux's net.ipv4.ipfrag_time (RFC 791 says 15 s at least, RFC 8200 60 s
    /// at most).
    /// </summary>
    public const long Timeout = 30_000_000_000;

    /// <summary>Bytes of <see cref="Buffer"/> between two resets.</summary>
    public const int MaxBuffer = 16 << 20;

    private readonly Dictionary<FragmentKey, FragmentedDatagram> _waiting = new(MaxDatagrams);
    private readonly Stack<FragmentedDatagram> _spare = new();
    private FragmentedDatagram? _oldest;
    private FragmentedDatagram? _newest;
    private int _bytes;
    private byte[] _buffer = [];
    private int _used;

    /// <summary>The payloads of datagrams completed since <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Buffer => _buffer.AsSpan(0, _used);

    /// <summary>Datagrams that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Memory that waiting datagrams hold, in bytes.</summary>
    public int WaitingBytes => _bytes;

    /// <summary>Forgets completed datagrams; what waits stays.</summary>
    public void Reset() => _used = 0;

    /// <summary>Takes one fragment. Returns true when it completes its datagram.</summary>
    public bool TryAdd(
        in FragmentKey key, in Fragment fragment, ReadOnlySpan<byte> captured, bool isIPv6, long timestamp, out ReassembledDatagram result)
    {
        result = default;
        counters.CountReceived();
        Expire(timestamp);
        int end = fragment.Offset + fragment.WireLength;
        if (end > MaxDatagramBytes || fragment.WireLength == 0 || (fragment.More && fragment.WireLength % FragmentedDatagram.Unit != 0))
        {
            counters.CountMalformed();
            return false;
        }

        if (!_waiting.TryGetValue(key, out FragmentedDatagram? datagram))
        {
            datagram = Start(key, timestamp);
        }

        if (datagram.IsDiscarded)
        {
            counters.CountOverlapping(1);
            return false;
        }

        if (!datagram.Fits(fragment))
        {
            counters.CountMalformed();
            return false;
        }

        _bytes += datagram.Reserve(end);
        MakeRoom(except: datagram);
        counters.CountPending(1);
        switch (datagram.Add(fragment, captured, discardOverlap: isIPv6))
        {
            case FragmentedDatagram.Outcome.Duplicate:
                counters.CountDuplicate();
                return false;
            case FragmentedDatagram.Outcome.Overlap:
                counters.CountPending(-datagram.Fragments);
                counters.CountOverlapping(datagram.Fragments);
                _bytes -= datagram.Discard();
                return false;
            case FragmentedDatagram.Outcome.Complete:
                counters.CountPending(-datagram.Fragments);
                bool done = TryComplete(datagram, out result);
                Remove(datagram);
                return done;
            default:
                return false;
        }
    }

    private FragmentedDatagram Start(in FragmentKey key, long timestamp)
    {
        if (_waiting.Count == MaxDatagrams)
        {
            Evict(_oldest!);
        }

        FragmentedDatagram datagram = _spare.TryPop(out FragmentedDatagram? spare) ? spare : new FragmentedDatagram();
        datagram.Start(key, timestamp);
        datagram.Older = _newest;
        datagram.Newer = null;
        if (_newest is null)
        {
            _oldest = datagram;
        }
        else
        {
            _newest.Newer = datagram;
        }

        _newest = datagram;
        _waiting.Add(key, datagram);
        return datagram;
    }

    private void Expire(long timestamp)
    {
        while (_oldest is { } oldest && timestamp - oldest.FirstSeen > Timeout)
        {
            counters.CountPending(-oldest.Fragments);
            counters.CountTimedOut(oldest.Fragments);
            Remove(oldest);
        }
    }

    private void MakeRoom(FragmentedDatagram except)
    {
        while (_bytes > MaxBytes)
        {
            Evict(_oldest == except ? except.Newer! : _oldest!);
        }
    }

    private void Evict(FragmentedDatagram datagram)
    {
        counters.CountPending(-datagram.Fragments);
        counters.CountEvicted(datagram.Fragments);
        Remove(datagram);
    }

    private void Remove(FragmentedDatagram datagram)
    {
        _waiting.Remove(datagram.Key);
        if (datagram.Older is null)
        {
            _oldest = datagram.Newer;
        }
        else
        {
            datagram.Older.Newer = datagram.Newer;
        }

        if (datagram.Newer is null)
        {
            _newest = datagram.Older;
        }
        else
        {
            datagram.Newer.Older = datagram.Older;
        }

        _bytes -= datagram.Discard();
        datagram.Older = datagram.Newer = null;
        _spare.Push(datagram);
    }

    private bool TryComplete(FragmentedDatagram datagram, out ReassembledDatagram result)
    {
        result = default;
        ReadOnlySpan<byte> payload = datagram.Payload;
        if (_used + payload.Length > MaxBuffer)
        {
            counters.CountNoRoom(datagram.Fragments);
            return false;
        }

        if (_used + payload.Length > _buffer.Length)
        {
            // The old array stays alive as long as somebody decodes from it.
            int doubled = Math.Min(MaxBuffer, Math.Max(2 * _buffer.Length, 2 * MaxDatagramBytes));
            Array.Resize(ref _buffer, Math.Max(_used + payload.Length, doubled));
        }

        payload.CopyTo(_buffer.AsSpan(_used));
        result = new ReassembledDatagram(
            _used, payload.Length, datagram.Length, datagram.IpLength, datagram.Fragments, datagram.NextHeader, datagram.HopLimit);
        _used += payload.Length;
        counters.CountReassembled();
        return true;
    }
}
