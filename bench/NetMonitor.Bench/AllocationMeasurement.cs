using System.Diagnostics;
using System.Text;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Monitoring;
using NetMonitor.Packets;

namespace NetMonitor.Bench;

/// <summary>
/// Tracks the same frames several times over: the first pass opens the flows and classifies them, later ones bring packets of flows that are
/// known, as on a connection that has been up for a while. The promise is that those allocate nothing.
/// </summary>
internal sealed class AllocationMeasurement
{
    private const int Passes = 10; // the last ones run optimized code
    private const int MostBatches = 128; // a megabyte each

    /// <summary>Segments that open or close connections: a connection opened again is a new one, which costs an object rightly.</summary>
    private const TcpFlags Boundaries = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst;

    private readonly List<Deal> _deals = [];
    private readonly Dealer _dealer = new(shards: 1, Settings.Seed);
    private readonly Shard _shard = new(Settings);

    private static ShardSettings Settings => new() { LocalAddresses = new NoLocalAddresses(), InterfaceName = static _ => null, Seed = 1 };

    /// <summary>Measures and returns a Markdown table.</summary>
    public static string Take(string path)
    {
        AllocationMeasurement measurement = new();
        measurement.Load(path);

        StringBuilder text = new();
        text.AppendLine("| pass | packets | bytes allocated per packet | ns per packet |");
        text.AppendLine("|---|---:|---:|---:|");
        for (int pass = 1; pass <= Passes; pass++)
        {
            (long packets, long allocated, TimeSpan elapsed) = measurement.Pass();
            string name = pass == 1 ? "flows open" : "flows known";
            if (pass is 1 or 2 or Passes)
            {
                text.AppendLine($"| {pass}: {name} | {packets:N0} | {(double)allocated / packets:F4} | {elapsed.TotalNanoseconds / packets:F0} |");
            }

            measurement.PrepareNextPass();
        }

        text.AppendLine();
        text.AppendLine($"{Path.GetFileName(path)}: {measurement._shard.Connections:N0} connections open.");
        return text.ToString();
    }

    private void Load(string path)
    {
        using CaptureFile file = CaptureFile.Open(path);
        while (_deals.Count < MostBatches)
        {
            Deal deal = new(shards: 1);
            if (!file.Read(deal.Frames))
            {
                break;
            }

            _deals.Add(deal);
        }

        // Room for the packets is made by decoding once, so that the first pass shows what flows cost and nothing else.
        Dealer warmUp = new(shards: 1, Settings.Seed);
        foreach (Deal deal in _deals)
        {
            warmUp.Play(deal, 0, deal.Frames.Count);
        }
    }

    private (long Packets, long Allocated, TimeSpan Elapsed) Pass()
    {
        long packets = _shard.Packets;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        foreach (Deal deal in _deals)
        {
            _dealer.Play(deal, 0, deal.Frames.Count);
            _shard.Process(deal.Hands[0], deal.Frames);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return (_shard.Packets - packets, GC.GetAllocatedBytesForCurrentThread() - allocated, elapsed);
    }

    /// <summary>Takes out the segments that open or close, and lets the rest follow in time on what was there.</summary>
    private void PrepareNextPass()
    {
        long span = _deals.Max(deal => deal.Frames.Frames.Take(deal.Frames.Count).Max(frame => frame.Timestamp))
            - _deals.Min(deal => deal.Frames.Frames.Take(deal.Frames.Count).Min(frame => frame.Timestamp));
        foreach (Deal deal in _deals)
        {
            PacketBatch hand = deal.Hands[0];
            HashSet<int> boundaries = [];
            for (int i = 0; i < hand.Count; i++)
            {
                if (hand.Packets[i].Protocol == TransportProtocol.TCP && (hand.Packets[i].Flags & Boundaries) != 0)
                {
                    boundaries.Add(hand.Routes[i].FrameOffset);
                }
            }

            FrameRecord[] frames = deal.Frames.Frames;
            int kept = 0;
            for (int i = 0; i < deal.Frames.Count; i++)
            {
                if (!boundaries.Contains(frames[i].Offset))
                {
                    frames[kept] = frames[i];
                    frames[kept++].Timestamp += span;
                }
            }

            deal.Frames.Count = kept;
        }

        _deals.RemoveAll(deal => deal.Frames.Count == 0);
    }

    private sealed class NoLocalAddresses : ILocalAddresses
    {
        public bool IsLocal(IPAddressValue address) => false;
    }
}
