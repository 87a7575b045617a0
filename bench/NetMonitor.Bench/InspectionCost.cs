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
/// times over, packet by packet with a clock around each, and the last pass, which runs optimized code, is reported.
/// </summary>
internal sealed class InspectionCost
{
    private const int Passes = 5;
    private static readonly TimeSpan WarmingUp = TimeSpan.FromSeconds(10); // so that a few small captures too are read by optimized code

    private sealed class Flow(FlowInspection inspection)
    {
        public FlowInspection Inspection { get; } = inspection;

        public long Ticks { get; set; }

        public int Packets { get; set; }
    }

    private readonly Dictionary<FlowKey, (Flow Flow, int Originator)> _flows = [];
    private readonly Dictionary<string, (int Flows, long Packets, long Ticks)> _byApplication = [];

    /// <summary>Measures a capture, or all captures of a folder, and returns a Markdown table.</summary>
    public static string Take(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)] : [path];
        var cost = new InspectionCost();
        long started = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < Passes || Stopwatch.GetElapsedTime(started) < WarmingUp; pass++)
        {
            cost._byApplication.Clear();
            foreach (string file in files)
            {
                cost.Inspect(file);
            }
        }

        StringBuilder text = new();
        text.AppendLine("| application | flows | packets inspected | packets per flow | ns per packet | ns per flow |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach ((string application, (int flows, long packets, long ticks)) in cost._byApplication.OrderByDescending(pair => pair.Value.Flows))
        {
            double nanoseconds = Math.Max(0, (ticks * (1e9 / Stopwatch.Frequency)) - (packets * ClockCost()));
            text.AppendLine($"| {application} | {flows:N0} | {packets:N0} | {(double)packets / flows:F1} | {nanoseconds / packets:F0} | {nanoseconds / flows:F0} |");
        }

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

        foreach ((Flow flow, _) in _flows.Values.Where(flow => flow.Flow.Packets > 0))
        {
            flow.Inspection.Close();
            string application = flow.Inspection.Application ?? "(not recognized)";
            (int flows, long packets, long ticks) = _byApplication.GetValueOrDefault(application);
            _byApplication[application] = (flows + 1, packets + flow.Packets, ticks + flow.Ticks);
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
