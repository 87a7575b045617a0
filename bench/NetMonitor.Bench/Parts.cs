using BenchmarkDotNet.Attributes;
using NetMonitor.Bench.Generation;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Monitoring;
using NetMonitor.Packets;
using PcapWriter = NetMonitor.Bench.Generation.PcapWriter;

namespace NetMonitor.Bench;

/// <summary>The parts of the way of a packet, each by itself, per packet, flow or row.</summary>
[InProcess]
[MemoryDiagnoser]
[HideColumns("Error", "StdDev", "Median", "Gen0", "Gen1", "Gen2")]
public class Parts
{
    private const int Frames = FrameBatch.DefaultFrames;
    private const int Rows = 100_000;

    private static readonly byte[] DnsQuery = Convert.FromHexString("12340100000100000000000003777777076578616D706C6503636F6D0000010001");

    private readonly Deal _deal = new(shards: 1);
    private readonly Dealer _dealer = new(shards: 1, seed: 1);
    private readonly FlowTable _table = new(int.MaxValue, seed: 1);
    private readonly Shard _shard = new(new ShardSettings { LocalAddresses = new Nobody(), InterfaceName = static _ => null, Seed = 1 });
    private readonly byte[] _client = new byte[PcapWriter.MaxFrame];
    private readonly byte[] _server = new byte[PcapWriter.MaxFrame];
    private readonly List<NetConnection> _rows = new(Rows);
    private int _clientLength;
    private int _serverLength;

    /// <summary>Makes frames of 100,000 flows; the first batch stays, all are tracked.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        ITraffic traffic = Traffic.Kinds["small"]();
        Span<byte> frame = new byte[PcapWriter.MaxFrame];
        for (int batch = 0; batch < 50 * Rows / Frames / 4; batch++)
        {
            int used = 0;
            for (int i = 0; i < Frames; i++)
            {
                int length = traffic.Next(frame);
                frame[..length].CopyTo(_deal.Frames.Buffer.AsSpan(used));
                _deal.Frames.Frames[i] = new FrameRecord { Offset = used, CapturedLength = length, WireLength = length, LinkType = LinkType.Ethernet, Timestamp = batch + 1 };
                used += length;
            }

            _deal.Frames.Count = Frames;
            _dealer.Play(_deal, 0, Frames);
            _shard.Process(_deal.Hands[0], _deal.Frames);
            foreach (PacketRoute route in _deal.Hands[0].Routes.AsSpan(0, Frames))
            {
                if (_table.Find(route.Key, _table.HashOf(route.Key)) == FlowTable.None)
                {
                    _table.Add(route.Key, _table.HashOf(route.Key));
                }
            }
        }

        _clientLength = TlsMessages.ClientHello(_client, 1, new byte[256]);
        _serverLength = TlsMessages.ServerHello(_server, 1);
    }

    /// <summary>Headers of a frame, flow key and hash.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public void Decode() => _dealer.Play(_deal, 0, Frames);

    /// <summary>One of 100,000 flows, in random order, behind a prefetch.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int Lookup()
    {
        const int Ahead = 32;
        PacketRoute[] routes = _deal.Hands[0].Routes;
        Span<FlowGuess> guesses = stackalloc FlowGuess[Ahead];
        int sum = 0;
        for (int i = 0; i < Frames; i++)
        {
            _table.PrefetchSlot(routes[Math.Min(i + (2 * Ahead), Frames - 1)].Hash);
            sum += _table.Find(routes[i].Key, routes[i].Hash, guesses[i % Ahead]);
            guesses[i % Ahead] = _table.Guess(routes[Math.Min(i + Ahead, Frames - 1)].Hash);
            _table.PrefetchEntry(guesses[i % Ahead], isTcp: false);
        }

        return sum;
    }

    /// <summary>A packet of one of 100,000 known flows.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public void Track() => _shard.Process(_deal.Hands[0], _deal.Frames);

    /// <summary>Both hellos of a TLS 1.3 connection, from the first byte to the end of inspection.</summary>
    [Benchmark]
    public FlowInspection Tls()
    {
        var flow = new FlowInspection(new FlowContext(TransportProtocol.TCP, 40_000, 443));
        flow.Segment(Side.Originator, 1, TcpFlags.Ack, _client.AsSpan(0, _clientLength), _clientLength, 1);
        flow.Segment(Side.Responder, 1, TcpFlags.Ack, _server.AsSpan(0, _serverLength), _serverLength, 2);
        return flow;
    }

    /// <summary>A request and its response.</summary>
    [Benchmark]
    public FlowInspection Http()
    {
        ReadOnlySpan<byte> request = "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n"u8;
        ReadOnlySpan<byte> response = "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"u8;
        var flow = new FlowInspection(new FlowContext(TransportProtocol.TCP, 40_000, 80));
        flow.Segment(Side.Originator, 1, TcpFlags.Ack, request, request.Length, 1);
        flow.Segment(Side.Responder, 1, TcpFlags.Ack, response, response.Length, 2);
        return flow;
    }

    /// <summary>A query.</summary>
    [Benchmark]
    public FlowInspection Dns()
    {
        var flow = new FlowInspection(new FlowContext(TransportProtocol.UDP, 40_000, 53));
        flow.Datagram(Side.Originator, DnsQuery, 1);
        return flow;
    }

    /// <summary>Bytes that no protocol knows, both ways: every probe is tried.</summary>
    [Benchmark]
    public FlowInspection Unknown()
    {
        var flow = new FlowInspection(new FlowContext(TransportProtocol.TCP, 40_000, 40_001));
        flow.Segment(Side.Originator, 1, TcpFlags.Ack, _deal.Frames.Buffer.AsSpan(200, 60), 60, 1);
        flow.Segment(Side.Responder, 1, TcpFlags.Ack, _deal.Frames.Buffer.AsSpan(700, 60), 60, 2);
        return flow;
    }

    /// <summary>A row of a snapshot of 100,000.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Snapshot()
    {
        _rows.Clear();
        _shard.Snapshot(_rows, filter: null, loopback: true, historic: true, now: 0);
        return _rows.Count;
    }

    private sealed class Nobody : ILocalAddresses
    {
        public bool IsLocal(IPAddressValue address) => false;
    }
}
