using NetMonitor.Inspection;
using NetMonitor.Inspection.Http;
using NetMonitor.Inspection.Ssh;
using NetMonitor.Packets;
using NetMonitor.Tests.Inspection;

namespace NetMonitor.Fuzz.Targets;

/// <summary>
/// A conversation through the inspection of a flow, which finds the protocol by itself: every row of the protocol table is reached. What is learned must not
/// depend on how a stream was cut into segments, nor on the order in which they came.
/// </summary>
internal sealed class ConversationTarget(TransportProtocol protocol, string seedFolder) : FuzzTarget
{
    private const long Start = 1_700_000_000_000_000_000;
    private const uint ClientStart = 0xFFFF_FF00; // wraps soon
    private const uint ServerStart = 7;

    /// <summary>Both directions, and the same again for what inspectors keep: see docs/limits.md.</summary>
    private const int MostBuffered = 2 * (InspectionLimits.StreamWindow + InspectionLimits.ReorderBytes);

    /// <summary>A conversation within every limit of detection is told alike however it is cut.</summary>
    private const int MostForSplit = InspectionLimits.DetectionWindow;

    public override string Name => protocol == TransportProtocol.TCP ? "stream" : "datagram";

    public override IEnumerable<byte[]> Seeds => (Directory.Exists(seedFolder) ? Directory.EnumerateFiles(seedFolder) : [])
        .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(seed => ConversationBytes.Decode(seed).Protocol == protocol);

    public override void Run(ReadOnlySpan<byte> input) => Check(input, cuts: 1, isGolden: false);

    public override void RunSeed(ReadOnlySpan<byte> input) => Check(input, cuts: 32, isGolden: true);

    private void Check(ReadOnlySpan<byte> input, int cuts, bool isGolden)
    {
        ConversationBytes conversation = ConversationBytes.Decode(input) with { Protocol = protocol };
        FlowInspection flow = Feed(conversation, Whole);
        BrokenInvariantException.Unless(
            !Conversation.Tell(flow).Any(character => char.IsControl(character) && character != '\n'), $"text is cleaned of control characters ({flow.Application})");
        if (protocol != TransportProtocol.TCP)
        {
            Same(flow, Feed(conversation, Whole), "the same datagrams say the same", isNote: false);
        }
        else if (input.Length <= MostForSplit && IsToldAlikeHoweverCut(conversation, flow))
        {
            Random random = new(input.Length);
            for (int cut = 0; cut < cuts; cut++)
            {
                Same(flow, Feed(conversation, new Cut(random, Shuffled: false).Pieces), "a stream cut into segments says the same", !isGolden);

                // Without a SYN, a direction begins where its first segment does: then the order matters.
                if (conversation.HasHandshake)
                {
                    Same(flow, Feed(conversation, new Cut(random, Shuffled: true).Pieces), "segments in another order say the same", !isGolden);
                }
            }
        }
    }

    public override byte[] Mutate(byte[] input, byte[] other, Mutator mutator)
    {
        if (mutator.Random.Next(8) == 0)
        {
            return mutator.Mutate(input, other);
        }

        ConversationBytes conversation = ConversationBytes.Decode(input);
        ConversationBytes donor = ConversationBytes.Decode(other);
        List<Sent> sent = [.. conversation.Sent];
        int at = mutator.Random.Next(Math.Max(sent.Count, 1));
        byte[] donated = donor.Sent.Count == 0 ? [] : donor.Sent[mutator.Random.Next(donor.Sent.Count)].Bytes;
        switch (mutator.Random.Next(10))
        {
            case 0 when sent.Count > 1:
                sent.RemoveAt(at);
                break;
            case 1 when donor.Sent.Count > 0:
                sent.Insert(at, donor.Sent[mutator.Random.Next(donor.Sent.Count)]);
                break;
            case 2 when sent.Count > 0:
                sent[at] = sent[at] with { From = 1 - sent[at].From };
                break;
            case 3:
                conversation = conversation with { ServerPort = donor.ServerPort, HasHandshake = mutator.Random.Next(4) > 0 };
                break;
            default:
                if (sent.Count > 0)
                {
                    sent[at] = sent[at] with { Bytes = mutator.Mutate(sent[at].Bytes, donated) };
                }

                break;
        }

        byte[] result = (conversation with { Sent = sent }).Encode();
        return result.Length <= Mutator.MostBytes ? result : result[..Mutator.MostBytes];
    }

    /// <summary>Names of the rows that no conversation of the folder reaches: their parsers are tried by chance only.</summary>
    public IEnumerable<string> RowsWithoutSeed()
    {
        ConversationBytes[] seeds = [.. Seeds.Select(seed => ConversationBytes.Decode(seed))];
        return ProtocolTable.Rows.Where(row => row.HasProbe(protocol) && !seeds.Any(seed => IsFoundBy(row, seed))).Select(row => row.Name);
    }

    private bool IsFoundBy(ProtocolRow row, ConversationBytes seed)
    {
        FlowContext context = new(protocol, seed.ClientPort, seed.ServerPort);
        Probe probe = (protocol == TransportProtocol.TCP ? row.StreamProbe : row.DatagramProbe)!;
        return seed.Sent.Any(sent => probe(context, sent.From, sent.Bytes) == Match.Yes);
    }

    private static IEnumerable<(int At, int Length)> Whole(int length) => [(0, length)];

    /// <summary>
    /// Two guesses depend on how a stream was cut, for nothing else tells. HTTP joined in the middle looks for the next message where a segment begins (behind
    /// a body of unknown length). SSH with encrypted lengths takes a segment's end for a packet's, so what it says of the state may differ.
    /// </summary>
    private static bool IsToldAlikeHoweverCut(ConversationBytes conversation, FlowInspection flow)
    {
        for (ApplicationDetails? layer = flow.Details; layer is not null; layer = layer.Outer)
        {
            if (layer is SshDetails { State: >= SshState.AUTHENTICATION, CipherToClient: { } cipher } ssh
                && !cipher.Contains("gcm", StringComparison.OrdinalIgnoreCase) && ssh.MacToClient?.Contains("-etm@", StringComparison.Ordinal) != true)
            {
                return false;
            }

            if (layer is HttpDetails)
            {
                return Enum.GetValues<Side>().All(side => HttpProbe.Probe(default, side, Joined(conversation, side)) == Match.Yes);
            }
        }

        return true;
    }

    private static byte[] Joined(ConversationBytes conversation, Side side) =>
        [.. conversation.Sent.Where(sent => sent.From == side).SelectMany(sent => sent.Bytes)];

    private FlowInspection Feed(ConversationBytes conversation, Func<int, IEnumerable<(int At, int Length)>> cut)
    {
        FlowInspection flow = new(new FlowContext(protocol, conversation.ClientPort, conversation.ServerPort));
        uint[] next = [ClientStart, ServerStart];
        long time = Start;
        if (conversation.HasHandshake)
        {
            flow.Segment(Side.Originator, next[0]++, TcpFlags.Syn, default, 0, time);
            flow.Segment(Side.Responder, next[1]++, TcpFlags.Syn | TcpFlags.Ack, default, 0, time);
        }

        foreach (Sent sent in conversation.Sent)
        {
            time += 1_000_000;
            if (protocol == TransportProtocol.UDP)
            {
                flow.Datagram(sent.From, sent.Bytes, time);
                continue;
            }

            foreach ((int at, int length) in cut(sent.Bytes.Length))
            {
                flow.Segment(sent.From, next[(int)sent.From] + (uint)at, TcpFlags.Ack | TcpFlags.Psh, sent.Bytes.AsSpan(at, length), length, time);
                BrokenInvariantException.Unless(flow.Buffered <= MostBuffered, "buffers are bounded");
            }

            next[(int)sent.From] += (uint)sent.Bytes.Length;
        }

        flow.Close();
        BrokenInvariantException.Unless(flow.IsFinished && flow.Buffered == 0, "a closed flow holds nothing");
        BrokenInvariantException.Unless((flow.Application is null) == (flow.Confidence is null), "a name has a confidence");
        return flow;
    }

    /// <summary>Well-formed conversations say the same, whatever happens on the way. Of damaged ones, what is read before nonsense ends the inspection may
    /// depend on which bytes came first: worth a note.</summary>
    private static void Same(FlowInspection expected, FlowInspection flow, string promise, bool isNote)
    {
        string said = Conversation.Tell(expected);
        string told = Conversation.Tell(flow);
        if (said != told)
        {
            throw new BrokenInvariantException($"{promise} ({expected.Application ?? flow.Application})\n--- whole\n{said}\n--- otherwise\n{told}", isNote);
        }
    }

    /// <summary>Cuts what was sent into pieces, some of which come again; shuffled within what the reassembly waits for.</summary>
    private sealed record Cut(Random Random, bool Shuffled)
    {
        private const int MostPieces = 16;

        public IEnumerable<(int At, int Length)> Pieces(int length)
        {
            List<(int At, int Length)> pieces = [];
            int size = Math.Max(1, length / Random.Next(1, MostPieces));
            for (int at = 0; at < length;)
            {
                int piece = Math.Min(Random.Next(1, (2 * size) + 1), length - at);
                pieces.Add((at, piece));
                if (Random.Next(4) == 0)
                {
                    pieces.Add((at, piece)); // a retransmission
                }

                at += piece;
            }

            return Shuffled && pieces.Count <= InspectionLimits.ReorderPieces ? Shuffle(pieces) : pieces;
        }

        private (int At, int Length)[] Shuffle(List<(int At, int Length)> pieces)
        {
            (int At, int Length)[] shuffled = [.. pieces];
            Random.Shuffle(shuffled);
            return shuffled;
        }
    }
}
