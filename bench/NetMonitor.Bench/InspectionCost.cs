using System.Diagnostics;
using System.Text;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Monitoring;
using NetMonitor.Packets;

namespace NetMonitor.Bench;

/// <summary>
/// What inspection costs until a flow is classified and nothing more is expected, by the application that was found: captures are inspected several
/// times over, packet by packet with a clock around each; of each capture the pass that took least is reported, which runs optimized code and met no
/// collection of garbage. What packets of flows that are done allocate is counted too, by the thread's own counter.
/// </summary>
internal sealed class InspectionCost
{
    private const int Passes = 40; // the runtime optimizes a method after 30 calls, and some protocols have one flow
    private static readonly TimeSpan WarmingUp = TimeSpan.FromSeconds(10); // so that a few small captures too are read by optimized code

    private sealed record Sum(int Flows, long Packets, long Ticks)
    {
        public static readonly Sum Nothing = new(0, 0, 0);

        public static Sum operator +(Sum one, Sum other) => new(one.Flows + other.Flows, one.Packets + other.Packets, one.Ticks + other.Ticks);
    }

    private sealed class Flow(FlowInspection inspection)
    {
        public FlowInspection Inspection { get; } = inspection;

        public long Ticks { get; set; }

        public int Packets { get; set; }
    }

    private readonly Dictionary<FlowKey, (Flow Flow, int Originator)> _flows = [];
    private readonly Dictionary<(string File, string Application), Sum> _best = [];
    private long _packetsAfter;
    private long _allocatedAfter;

    /// <summary>Measures a capture, or all captures of a folder, and returns a Markdown table.</summary>
    public static string Take(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)] : [path];
        var cost = new InspectionCost();
        long started = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < Passes || Stopwatch.GetElapsedTime(started) < WarmingUp; pass++)
        {
            (cost._packetsAfter, cost._allocatedAfter) = (0, 0);
            foreach (string file in files)
            {
                cost.Inspect(file);
            }
        }

        double clock = ClockCost();
        StringBuilder text = new();
        text.AppendLine("| application | flows | packets inspected | packets per flow | ns per packet | ns per flow |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach (IGrouping<string, Sum> group in cost._best.GroupBy(best => best.Key.Application, best => best.Value).OrderByDescending(group => group.Sum(sum => sum.Flows)))
        {
            (int flows, long packets, long ticks) = group.Aggregate(Sum.Nothing, (one, other) => one + other);
            double nanoseconds = Math.Max(0, (ticks * (1e9 / Stopwatch.Frequency)) - (packets * clock));
            text.AppendLine($"| {group.Key} | {flows:N0} | {packets:N0} | {(double)packets / flows:F1} | {nanoseconds / packets:N0} | {nanoseconds / flows:N0} |");
        }

        text.AppendLine().AppendLine($"Packets of flows that were done: {cost._packetsAfter:N0}; bytes allocated for them: {cost._allocatedAfter:N0}.");
        return text.ToString();
    }

    /// <summary>Nanoseconds that reading the clock twice takes.</summary>
    private static double ClockCost()
    {
        const int Times = 10_000;
        long start = Stopwatch.GetTimestamp();
        long sum = 0;
        for (int i = 0; i < Times; i++)
        {
            sum += Stopwatch.GetTimestamp() & 1;
        }

        return (Stopwatch.GetElapsedTime(start).TotalNanoseconds + (sum & 1)) / Times;
    }

    private void Inspect(string file)
    {
        _flows.Clear();
        var dealer = new Dealer(shards: 1, seed: 1);
        var deal = new Deal(shards: 1);
        try
        {
            using CaptureFile source = CaptureFile.Open(file);
            while (source.Read(deal.Frames))
            {
                dealer.Play(deal, 0, deal.Frames.Count);
                PacketBatch hand = deal.Hands[0];
                for (int i = 0; i < hand.Count; i++)
                {
                    Inspect(hand.Packets[i], hand.Routes[i], hand.PayloadOf(hand.Packets[i], hand.Routes[i], deal.Frames));
                }
            }
        }
        catch (CaptureException)
        {
            // What a damaged capture held before the damage counts.
        }

        Dictionary<string, Sum> sums = [];
        foreach ((Flow flow, _) in _flows.Values.Where(flow => flow.Flow.Packets > 0))
        {
            flow.Inspection.Close();
            string application = flow.Inspection.Application ?? "(not recognized)";
            sums[application] = sums.GetValueOrDefault(application, Sum.Nothing) + new Sum(1, flow.Packets, flow.Ticks);
        }

        foreach ((string application, Sum sum) in sums)
        {
            if (!_best.TryGetValue((file, application), out Sum? best) || sum.Ticks < best.Ticks)
            {
                _best[(file, application)] = sum;
            }
        }
    }

    private void Inspect(in Packet packet, in PacketRoute route, ReadOnlySpan<byte> payload)
    {
        if (packet.Protocol is not (TransportProtocol.TCP or TransportProtocol.UDP) || (packet.Traits & PacketTraits.CarriesInner) != 0)
        {
            return;
        }

        if (!_flows.TryGetValue(route.Key, out (Flow Flow, int Originator) known))
        {
            var context = new FlowContext(packet.Protocol, packet.SourcePort, packet.DestinationPort);
            _flows[route.Key] = known = (new Flow(new FlowInspection(context)), route.Sender);
        }

        Flow flow = known.Flow;
        if (flow.Inspection.IsFinished)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            flow.Inspection.Segment(Side.Originator, packet.Sequence, packet.Flags, payload, packet.WirePayloadLength, packet.Timestamp);
            flow.Inspection.Datagram(Side.Originator, payload, packet.Timestamp);
            _allocatedAfter += GC.GetAllocatedBytesForCurrentThread() - before;
            _packetsAfter++;
            return;
        }

        Side from = route.Sender == known.Originator ? Side.Originator : Side.Responder;
        long start = Stopwatch.GetTimestamp();
        if (packet.Protocol == TransportProtocol.TCP)
        {
            flow.Inspection.Segment(from, packet.Sequence, packet.Flags, payload, packet.WirePayloadLength, packet.Timestamp);
        }
        else
        {
            flow.Inspection.Datagram(from, payload, packet.Timestamp);
        }

        flow.Ticks += Stopwatch.GetTimestamp() - start;
        flow.Packets += payload.IsEmpty ? 0 : 1;
    }
}
