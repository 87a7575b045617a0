using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Monitoring;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Corpus;

/// <summary>What our tracker says of a capture's TCP segments, frame by frame.</summary>
/// <param name="Findings">Frames with a finding, those of all TCP layers of the frame together.</param>
/// <param name="HandshakeRtts">Initial round-trip time in seconds by the frame that ended the handshake.</param>
internal sealed record OurAnalysis(IReadOnlyDictionary<int, TcpFindings> Findings, IReadOnlyDictionary<int, double> HandshakeRtts)
{
    private const ulong Seed = 1;

    public static OurAnalysis Of(string capture)
    {
        Dictionary<int, TcpFindings> findings = [];
        Dictionary<int, double> handshakes = [];
        var table = new FlowTable(int.MaxValue, Seed);
        var dealer = new Dealer(shards: 1, Seed);
        var deal = new Deal(shards: 1);
        int frame = 0;
        using CaptureFile file = CaptureFile.Open(capture);
        try
        {
            while (file.Read(deal.Frames))
            {
                for (int i = 0; i < deal.Frames.Count; i++)
                {
                    frame++;
                    dealer.Play(deal, i, 1);
                    Track(deal, table, frame, findings, handshakes);
                }
            }
        }
        catch (CaptureException e) when (e.Error == CaptureError.CaptureFileDamaged)
        {
            // What was read counts, as it does for tshark.
        }

        return new OurAnalysis(findings, handshakes);
    }

    private static void Track(Deal deal, FlowTable table, int frame, Dictionary<int, TcpFindings> findings, Dictionary<int, double> handshakes)
    {
        PacketBatch hand = deal.Hands[0];
        for (int i = 0; i < hand.Count; i++)
        {
            ref Packet packet = ref hand.Packets[i];
            if (packet.Protocol != TransportProtocol.TCP || (packet.Traits & PacketTraits.HasPorts) == 0)
            {
                continue;
            }

            PacketRoute route = hand.Routes[i];
            int number = table.Find(route.Key, route.Hash);
            if (number != FlowTable.None && table.Tcp(number).IsNewConnection(route.Sender, packet))
            {
                table.Remove(number);
                number = FlowTable.None;
            }

            number = number == FlowTable.None ? table.Add(route.Key, route.Hash) : number;
            ref TcpTrack track = ref table.Tcp(number);
            bool wasKnown = track.Numbers(0, 0, default).HandshakeRtt is not null;
            TcpFindings found = track.Update(route.Sender, 0, packet, hand.HeaderOf(packet, route, deal.Frames));
            if (found != TcpFindings.None)
            {
                findings[frame] = findings.GetValueOrDefault(frame) | found;
            }

            if (!wasKnown && track.Numbers(0, 0, default).HandshakeRtt is { } rtt)
            {
                handshakes[frame] = rtt.TotalSeconds;
            }
        }
    }
}
