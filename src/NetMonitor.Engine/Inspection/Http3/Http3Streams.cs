using NetMonitor.Inspection.Http2;
using NetMonitor.Inspection.Quic;

namespace NetMonitor.Inspection.Http3;

/// <summary>The header sections that open the request streams of an HTTP/3 connection, in both directions (RFC 9114 sections 4.1 and 7).</summary>
internal sealed class Http3Streams
{
    private const ulong Headers = 1;              // frame type
    private const ulong KindMask = 3;             // of a stream id: 0 is a client's, in both directions (RFC 9000 section 2.1)

    private readonly Dictionary<(ulong Id, bool ByClient), QuicCryptoStream> _open = [];
    private readonly HashSet<(ulong Id, bool ByClient)> _done = [];
    private readonly Http2Block _block = new();
    private readonly Http2Facts _facts = new();

    /// <summary>What was said; null before anything was.</summary>
    public ApplicationDetails? Details { get; private set; }

    /// <summary>Reads the data of a STREAM frame.</summary>
    /// <returns>True when it said something.</returns>
    public bool Read(bool byClient, ulong id, ulong offset, ReadOnlySpan<byte> data)
    {
        (ulong, bool) key = (id, byClient);
        if ((id & KindMask) != 0 || _done.Contains(key))
        {
            return false;
        }

        if (!_open.TryGetValue(key, out QuicCryptoStream? stream))
        {
            // Of a stream whose beginning was missed, and of one too many, nothing is kept.
            if (_open.Count >= InspectionLimits.Http3Streams || offset >= InspectionLimits.QuicCryptoBytes)
            {
                return false;
            }

            _open[key] = stream = new QuicCryptoStream();
        }

        bool learned = false;
        ReadOnlySpan<byte> window = stream.Push(offset, data);
        while (!window.IsEmpty)
        {
            int used = Read(window, ref learned);
            if (learned)
            {
                Close(key, stream);
                break;
            }

            window = stream.Advance(window, used);
        }

        return learned;
    }

    /// <summary>Gives buffers back.</summary>
    public void Release()
    {
        foreach (QuicCryptoStream stream in _open.Values)
        {
            stream.Release();
        }

        _open.Clear();
    }

    /// <summary>Reads the frames at the front, up to the first header section that says something.</summary>
    /// <returns>Bytes used.</returns>
    private int Read(ReadOnlySpan<byte> window, ref bool learned)
    {
        WireReader reader = new(window);
        while (true)
        {
            WireReader ahead = reader;
            if (!QuicVarInt.TryRead(ref ahead, out ulong type) || !QuicVarInt.TryReadVector(ref ahead, out ReadOnlySpan<byte> body))
            {
                return window.Length - reader.Rest.Length;
            }

            reader = ahead;
            if (type != Headers)
            {
                continue; // Reserved ones, to keep readers tolerant (section 7.2.8); DATA comes later.
            }

            _block.Begin();
            if (QpackReader.TryRead(body, _block) && _facts.Read(_block))
            {
                ApplicationDetails details = _facts.ToDetails();
                Details = details is Http2Details http ? Http3Details.Of(http) : details with { Outer = Http3Details.Of((Http2Details)details.Outer!) };
                learned = true;
                return window.Length;
            }
        }
    }

    private void Close((ulong Id, bool ByClient) key, QuicCryptoStream stream)
    {
        stream.Release();
        _open.Remove(key);
        if (_done.Count >= InspectionLimits.Http3Streams)
        {
            _done.Clear(); // A frame of an old stream sent again would then be read again.
        }

        _done.Add(key);
    }
}
