using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

/// <summary>Made-up conversations over a network that loses, doubles and overtakes, watched at both ends: each watcher must know the state its end is in.</summary>
public sealed class TcpPropertyTests
{
    private const int Conversations = 10_000;
    private const int FirstPort = 1024;
    private const int MostSteps = 250;

    [Fact]
    public void Ten_thousand_conversations_are_in_the_state_their_ends_are_in()
    {
        var reached = new Dictionary<ConnectionState, int>();
        Conversation[] monitors = [new(Conversation.Client, inspect: false), new(Conversation.Server, inspect: false)];
        var expected = new Dictionary<int, Counts>[] { [], [] };
        for (int seed = 0; seed < Conversations; seed++)
        {
            var network = new Network(seed);
            network.Run(MostSteps, reached);
            for (int end = 0; end < 2; end++)
            {
                if (network.Watched(end) is { HasSeen: true } watcher)
                {
                    monitors[end].ClientPort = (ushort)(FirstPort + seed);
                    expected[end].Add(FirstPort + seed, watcher.Replay(monitors[end]));
                }
            }
        }

        for (int end = 0; end < 2; end++)
        {
            int client = end;
            Assert.Equal(
                expected[end].OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)),
                monitors[end].Rows().Select(row => ((client == 0 ? row.LocalPort : row.RemotePort)!.Value, CountsOf(row))).Order());
        }

        // The run means something only when it went everywhere.
        Assert.Equal(
            [ConnectionState.SYN_SENT, ConnectionState.SYN_RECV, ConnectionState.ESTABLISHED, ConnectionState.FIN_WAIT1, ConnectionState.FIN_WAIT2,
                ConnectionState.CLOSE_WAIT, ConnectionState.LAST_ACK, ConnectionState.CLOSING, ConnectionState.TIME_WAIT, ConnectionState.CLOSED],
            reached.Where(state => state.Value > 100).Select(state => state.Key).Order());
    }

    private static Counts CountsOf(NetConnection row) => new(row.State, row.PacketsSent, row.PacketsReceived, row.PayloadSent, row.PayloadReceived);

    /// <summary>What a monitor must show of a conversation.</summary>
    private readonly record struct Counts(ConnectionState State, long PacketsSent, long PacketsReceived, long PayloadSent, long PayloadReceived) : IComparable<Counts>
    {
        public int CompareTo(Counts other) => 0; // Ports order them.
    }

    /// <summary>Two ends, the segments between them, and a watcher at each.</summary>
    private sealed class Network
    {
        private readonly Random _random;
        private readonly int _seed;
        private readonly TcpEndpoint[] _ends;
        private readonly Watcher[] _watchers = [new(0), new(1)];
        private readonly List<(int To, TcpSegment Segment)> _underWay = [];
        private readonly double _loss;
        private readonly double _doubling;

        public Network(int seed)
        {
            _seed = seed;
            _random = new Random(seed);
            _loss = _random.Next(3) == 0 ? 0 : _random.NextDouble() * 0.3;
            _doubling = _random.NextDouble() * 0.1;
            _ends = [new TcpEndpoint((uint)_random.NextInt64(uint.MaxValue), segment => Send(0, segment)), new TcpEndpoint((uint)_random.NextInt64(uint.MaxValue), segment => Send(1, segment))];
        }

        public void Run(int steps, Dictionary<ConnectionState, int> reached)
        {
            _ends[0].Open();
            if (_random.Next(20) == 0)
            {
                _ends[1].Open(); // both at once
            }

            int closing = _random.Next(20, 120);
            for (int step = 0; step < steps; step++)
            {
                Act(step > closing);
                for (int end = 0; end < 2; end++)
                {
                    Check(end, step, reached);
                }

                if (_underWay.Count == 0 && _ends.All(end => end.State is ConnectionState.CLOSED or ConnectionState.TIME_WAIT))
                {
                    break;
                }
            }
        }

        public Watcher Watched(int end) => _watchers[end];

        private void Act(bool mayClose)
        {
            int end = _random.Next(2);
            switch (_random.Next(16))
            {
                case < 9 when _underWay.Count > 0:
                    Deliver(_random.Next(4) == 0 ? _random.Next(_underWay.Count) : 0);
                    break;
                case < 12:
                    _ends[end].SendAgain();
                    break;
                case < 15:
                    _ends[end].Write(_random.Next(1, 1460));
                    break;
                default:
                    if (mayClose && _random.Next(12) == 0)
                    {
                        _ends[end].Abort();
                    }
                    else if (mayClose)
                    {
                        _ends[end].Close();
                    }

                    break;
            }
        }

        private void Deliver(int index)
        {
            (int to, TcpSegment segment) = _underWay[index];
            _underWay.RemoveAt(index);
            _watchers[to].See(1 - to, segment);
            _ends[to].Receive(segment);
        }

        private void Send(int from, TcpSegment segment)
        {
            _watchers[from].See(from, segment);
            if (_random.NextDouble() >= _loss)
            {
                _underWay.Add((1 - from, segment));
                if (_random.NextDouble() < _doubling)
                {
                    _underWay.Add((1 - from, segment));
                }
            }
        }

        private void Check(int end, int step, Dictionary<ConnectionState, int> reached)
        {
            Watcher watcher = _watchers[end];
            if (!watcher.HasSeen || _ends[end].HasEarlyFin)
            {
                return;
            }

            ConnectionState expected = _ends[end].State;
            reached[expected] = reached.GetValueOrDefault(expected) + 1;
            if (expected != watcher.State)
            {
                Assert.Fail($"Conversation {_seed}, step {step}, end {end}: in {expected}, watched as {watcher.State}. {watcher.Log}");
            }

            watcher.CheckCounts();
        }
    }

    /// <summary>Sees what its end sends and receives, and counts it in the simplest way.</summary>
    private sealed class Watcher(int end)
    {
        private const long Start = 1_700_000_000L * 1_000_000_000;

        private readonly List<(int From, TcpSegment Segment)> _log = [];
        private readonly long[] _again = new long[2];
        private readonly uint?[] _highest = new uint?[2];

        /// <summary>A SYN came again after data: Wireshark's rule then forgets what was sent beyond a gap, and so do we.</summary>
        private bool _hasLateSyn;
        private TcpTrack _track;
        private TcpCounts _counts;
        private long _now = Start;

        public bool HasSeen => _log.Count > 0;

        public ConnectionState State => _track.State(end);

        public string Log => string.Join(' ', _log.Select(
            seen => $"{seen.From}:{seen.Segment.Flags}:{seen.Segment.Sequence}:{seen.Segment.Acknowledgment}:{seen.Segment.Payload}"));

        public void See(int from, TcpSegment segment)
        {
            _now += 50_000_000; // later than anything counts as overtaken
            _log.Add((from, segment));
            Count(from, segment);
            _counts.Add(_track.Update(from, end, PacketOf(segment), []), isLoss: false);
        }

        /// <summary>Shows a monitor the same segments, and says what it must make of them.</summary>
        public Counts Replay(Conversation monitor)
        {
            foreach ((int from, TcpSegment segment) in _log)
            {
                monitor.Wait(1).Segment(from == 0, segment.Flags, segment.Sequence, segment.Acknowledgment, segment.Payload, TcpEndpoint.Window);
            }

            return new Counts(State, Packets(end), Packets(1 - end), Payload(end), Payload(1 - end));

            long Packets(int of) => _log.LongCount(seen => seen.From == of);
            long Payload(int of) => _log.Where(seen => seen.From == of).Sum(seen => (long)seen.Segment.Payload);
        }

        /// <summary>A segment that takes room in the sequence and starts below the highest number was sent again, or overtaken.</summary>
        public void CheckCounts()
        {
            if (_hasLateSyn)
            {
                return;
            }

            long behind = _again[0] + _again[1];
            if (behind != _counts.Retransmissions + _counts.OutOfOrder)
            {
                Assert.Fail($"{behind} begin below the highest number, counted {_counts.Retransmissions} sent again and {_counts.OutOfOrder} overtaken. {Log}");
            }
        }

        private void Count(int from, TcpSegment segment)
        {
            _hasLateSyn |= (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn && _highest[from] is { } sent && sent != segment.End;
            if (segment.End != segment.Sequence && _highest[from] is { } highest && (int)(segment.Sequence - highest) < 0 && !IsKeepAlive(segment, highest))
            {
                _again[from]++;
            }

            if (_highest[from] is not { } known || (int)(segment.End - known) > 0)
            {
                _highest[from] = segment.End;
            }
        }

        private static bool IsKeepAlive(TcpSegment segment, uint highest) =>
            segment.Payload <= 1 && segment.Sequence == highest - 1 && (segment.Flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0;

        private Packet PacketOf(TcpSegment segment) => new()
        {
            Protocol = TransportProtocol.TCP,
            Traits = PacketTraits.HasPorts,
            Flags = segment.Flags,
            Sequence = segment.Sequence,
            Acknowledgment = segment.Acknowledgment,
            Window = TcpEndpoint.Window,
            WirePayloadLength = segment.Payload,
            Timestamp = _now,
        };
    }
}
