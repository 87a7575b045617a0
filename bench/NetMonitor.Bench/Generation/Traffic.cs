namespace NetMonitor.Bench.Generation;

/// <summary>A deterministic stream of frames.</summary>
internal interface ITraffic
{
    /// <summary>Writes the next frame.</summary>
    /// <returns>Its length.</returns>
    int Next(Span<byte> frame);
}

/// <summary>The kinds of traffic by name.</summary>
internal static class Traffic
{
    private const string Mixed = "mixed";

    public static readonly IReadOnlyDictionary<string, Func<ITraffic>> Kinds = new Dictionary<string, Func<ITraffic>>
    {
        ["small"] = () => new SmallTraffic(100_000),
        ["small-1k"] = () => new SmallTraffic(1_000),
        ["small-10k"] = () => new SmallTraffic(10_000),
        ["small-1m"] = () => new SmallTraffic(1_000_000),
        ["bulk"] = () => new BulkTraffic(),
        ["many"] = () => new ManyTraffic(),
        ["open"] = () => new OpenTraffic(),
        [Mixed] = () => new MixedTraffic(),
    };

    /// <summary>The folder of real captures: NETMONITOR_CORPUS/captures, or shared/corpus/dev/captures beside the repository; null when neither is there.</summary>
    public static string? Corpus =>
        new[] { Environment.GetEnvironmentVariable("NETMONITOR_CORPUS"), Path.Combine("..", "shared", "corpus", "dev") }
            .Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, "captures")).FirstOrDefault(Directory.Exists);

    /// <summary>Writes a capture of <paramref name="packets"/> frames, one a microsecond.</summary>
    /// <returns>Its size in bytes.</returns>
    /// <remarks>"mixed" is the project's corpus of real captures, repeated, where there is one; see docs/performance.md.</remarks>
    public static long Write(string kind, long packets, string path)
    {
        const long FirstTimestamp = 1_700_000_000_000_000_000;
        const long Interval = 1_000; // ns

        using PcapWriter writer = new(path);
        if (kind == Mixed && Corpus is { } corpus)
        {
            new CorpusTraffic(corpus).Write(writer, packets, FirstTimestamp);
            return writer.Length;
        }

        ITraffic traffic = Kinds[kind]();
        for (long i = 0; i < packets; i++)
        {
            writer.Commit(traffic.Next(writer.NextFrame), FirstTimestamp + (i * Interval));
        }

        return writer.Length;
    }
}

/// <summary>Random bytes to copy payloads from: cheaper than making each.</summary>
internal sealed class RandomBytes
{
    private const int Size = 1 << 16;
    private readonly byte[] _bytes = new byte[Size];

    public RandomBytes(ref Prng prng)
    {
        for (int i = 0; i < Size; i += sizeof(ulong))
        {
            BitConverter.TryWriteBytes(_bytes.AsSpan(i), prng.Next());
        }
    }

    public void Fill(Span<byte> destination, ref Prng prng) => _bytes.AsSpan(prng.Next(Size - destination.Length), destination.Length).CopyTo(destination);
}

/// <summary>Packets of 60 to 129 bytes of established flows (100,000 unless another number is named) in random order, four of five TCP: the table's worst case.</summary>
internal sealed class SmallTraffic : ITraffic
{
    private const ushort Port = 20_001; // registered for nothing
    private const int LeastFrame = 60;
    private const int MostFrame = 129;

    private readonly int _flows;
    private readonly uint[,] _sequence;
    private readonly RandomBytes _random;
    private Prng _prng = new(1);

    public SmallTraffic(int flows)
    {
        _flows = flows;
        _sequence = new uint[flows, 2];
        _random = new RandomBytes(ref _prng);
    }

    public int Next(Span<byte> frame)
    {
        int flow = _prng.Next(_flows);
        bool fromClient = (_prng.Next() & 1) == 0;
        int length = LeastFrame + _prng.Next(MostFrame - LeastFrame + 1);
        bool isTcp = flow % 5 != 0;

        // 10.1.0.0/16 to 198.18.0.0/15 (RFC 2544).
        Ends ends = new(0x0A01_0000 + ((uint)flow % 50_000), (ushort)(20_000 + (flow / 50_000)), 0xC612_0000 + ((uint)flow % 1_000), Port);
        if (!isTcp)
        {
            int datagram = length - FrameBuilder.UdpHeaders;
            _random.Fill(frame.Slice(FrameBuilder.UdpHeaders, datagram), ref _prng);
            return FrameBuilder.WriteUdp(frame, ends, fromClient, datagram);
        }

        int segment = length - FrameBuilder.TcpHeaders;
        _random.Fill(frame.Slice(FrameBuilder.TcpHeaders, segment), ref _prng);
        int side = fromClient ? 0 : 1;
        uint sequence = _sequence[flow, side];
        _sequence[flow, side] += (uint)segment;
        return FrameBuilder.WriteTcp(frame, ends, fromClient, sequence, _sequence[flow, 1 - side], Control.Ack | Control.Psh, segment);
    }
}

/// <summary>200 downloads over TCP: handshakes, then segments of 1,448 bytes with an acknowledgment for every second one.</summary>
internal sealed class BulkTraffic : ITraffic
{
    private const int Flows = 200;
    private const ushort Port = 20_002; // registered for nothing
    private const int SegmentSize = 1448; // 1,500 less IPv4, TCP and the timestamps option
    private const int SegmentsPerAcknowledgment = 2;

    private readonly State[] _flows = new State[Flows];
    private readonly RandomBytes _random;
    private Prng _prng = new(2);

    public BulkTraffic() => _random = new RandomBytes(ref _prng);

    public int Next(Span<byte> frame)
    {
        int index = _prng.Next(Flows);
        ref State flow = ref _flows[index];
        Ends ends = new(0x0A02_0000 + (uint)index, (ushort)(30_000 + index), 0xC612_8000 + (uint)(index % 20), Port);
        switch (flow.Sent++)
        {
            case 0:
                return FrameBuilder.WriteTcp(frame, ends, fromClient: true, 999, 0, Control.Syn, 0);
            case 1:
                flow.Sequence = 5_000;
                return FrameBuilder.WriteTcp(frame, ends, fromClient: false, 4_999, 1_000, Control.Syn | Control.Ack, 0);
            case 2:
                return FrameBuilder.WriteTcp(frame, ends, fromClient: true, 1_000, flow.Sequence, Control.Ack, 0);
            default:
                break;
        }

        if (flow.Unacknowledged == SegmentsPerAcknowledgment)
        {
            flow.Unacknowledged = 0;
            return FrameBuilder.WriteTcp(frame, ends, fromClient: true, 1_000, flow.Sequence, Control.Ack, 0);
        }

        flow.Unacknowledged++;
        uint sequence = flow.Sequence;
        flow.Sequence += SegmentSize;
        _random.Fill(frame.Slice(FrameBuilder.TcpHeaders, SegmentSize), ref _prng);
        return FrameBuilder.WriteTcp(frame, ends, fromClient: false, sequence, 1_000, Control.Ack, SegmentSize);
    }

    private struct State
    {
        public int Sent;
        public int Unacknowledged;
        public uint Sequence;
    }
}

/// <summary>Of ten packets four of <see cref="BulkTraffic"/>, four of <see cref="SmallTraffic"/>, two of <see cref="ManyTraffic"/>: about 520 bytes on average.</summary>
internal sealed class MixedTraffic : ITraffic
{
    private readonly BulkTraffic _bulk = new();
    private readonly SmallTraffic _small = new(100_000);
    private readonly ManyTraffic _many = new();
    private Prng _prng = new(4);

    public int Next(Span<byte> frame) => _prng.Next(10) switch
    {
        < 4 => _bulk.Next(frame),
        < 8 => _small.Next(frame),
        _ => _many.Next(frame),
    };
}
