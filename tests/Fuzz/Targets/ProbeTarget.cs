using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection;

namespace NetMonitor.Fuzz.Targets;

/// <summary>
/// Every probe on every beginning of a direction. What a probe says of a few bytes must hold for more: only "more bytes would tell" may change. Otherwise a
/// protocol is found or not by how its first bytes were cut.
/// </summary>
internal sealed class ProbeTarget(string seedFolder) : FuzzTarget
{
    private const int MostBytes = 96; // longer beginnings are tried in steps

    public override string Name => "probes";

    public override IEnumerable<byte[]> Seeds => (Directory.Exists(seedFolder) ? Directory.EnumerateFiles(seedFolder) : [])
        .Order(StringComparer.Ordinal).Select(file => ConversationBytes.Decode(File.ReadAllBytes(file))).Where(conversation => conversation.Sent.Count > 0)
        .SelectMany(Beginnings);

    public override void Run(ReadOnlySpan<byte> input)
    {
        ConversationBytes conversation = ConversationBytes.Decode(input);
        if (conversation.Sent.Count == 0)
        {
            return;
        }

        (Side side, byte[] bytes) = conversation.Sent[0];
        FlowContext context = new(TransportProtocol.TCP, conversation.ClientPort, conversation.ServerPort);
        foreach (ProtocolRow row in ProtocolTable.Rows.Where(row => row.StreamProbe is not null))
        {
            Match last = Match.NeedMore;
            for (int length = 1; length <= bytes.Length; length += length < MostBytes ? 1 : 1 + (bytes.Length / 16))
            {
                Match match = row.StreamProbe!(context, side, bytes.AsSpan(0, length));
                BrokenInvariantException.Unless(last == Match.NeedMore || last == match, $"what a probe says holds for more bytes ({row.Name}: {last}, then {match})");
                last = match;
            }
        }
    }

    public override byte[] Mutate(byte[] input, byte[] other, Mutator mutator)
    {
        ConversationBytes conversation = ConversationBytes.Decode(input);
        ConversationBytes donor = ConversationBytes.Decode(other);
        byte[] bytes = mutator.Mutate(conversation.Sent.Count > 0 ? conversation.Sent[0].Bytes : [], donor.Sent.Count > 0 ? donor.Sent[0].Bytes : []);
        return (conversation with { Sent = [new Sent((Side)mutator.Random.Next(2), bytes)] }).Encode();
    }

    /// <summary>What each side says first.</summary>
    private static IEnumerable<byte[]> Beginnings(ConversationBytes conversation) => conversation.Sent.DistinctBy(sent => sent.From)
        .Select(sent => (conversation with { Protocol = TransportProtocol.TCP, Sent = [sent] }).Encode());
}
