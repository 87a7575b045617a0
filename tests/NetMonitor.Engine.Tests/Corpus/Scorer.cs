using System.Globalization;
using System.Text.Json;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Corpus;

/// <summary>Compares what we say of captures with their truth and keeps count, flows in and around tunnels apart.</summary>
internal sealed class Scorer
{
    public const string ConversationRow = "conversation (5-tuple)";
    public const string PacketsRow = "packets equal";
    public const string BytesRow = "bytes equal";
    public const string OpenedByRow = "opened by";
    public const string LabelRow = "application label";
    public const string ContentLabelRow = "application label, by content";
    public const string NoConflictRow = "no conflicting label";

    /// <summary>Disagreements that count nowhere: the truth is not sure, or silent.</summary>
    public const string UnsureLabelRow = "(label where truth is not sure)";
    private const string TunnelSuffix = ", tunnel";

    private readonly Dictionary<string, Tally> _rows = [];
    private readonly SortedDictionary<string, Tally> _labels = new(StringComparer.Ordinal);
    private readonly List<Disagreement> _disagreements = [];

    public Scorer()
    {
        foreach (string suffix in (string[])["", TunnelSuffix])
        {
            foreach (string row in (string[])[ConversationRow, PacketsRow, BytesRow, OpenedByRow, .. NameField.All.Select(field => field.Row), LabelRow, ContentLabelRow, NoConflictRow])
            {
                _rows.Add(row + suffix, new Tally());
            }
        }
    }

    /// <summary>The lines of the table, in order: plain flows first.</summary>
    public IReadOnlyDictionary<string, Tally> Rows => _rows;

    /// <summary>The application label by the first label that the truth is sure of: which protocols we know and which we do not.</summary>
    public IReadOnlyDictionary<string, Tally> Labels => _labels;

    public IReadOnlyList<Disagreement> Disagreements => _disagreements;

    public static string InTunnel(string row) => row + TunnelSuffix;

    public void Score(TruthCapture capture, IEnumerable<NetConnection> connections)
    {
        Dictionary<ConversationKey, Conversation> unmatched = Conversation.Group(connections);
        foreach (TruthFlow flow in capture.Flows)
        {
            (ConversationKey key, bool isAFirst) = flow.Key();
            unmatched.Remove(key, out Conversation? ours);
            new FlowScore(this, capture, flow, key, isAFirst, ours).Run();
        }

        foreach (Conversation ours in unmatched.Values)
        {
            ScoreUnknown(capture, ours);
        }
    }

    /// <summary>A conversation that truth does not have: wrong, and so is each of its names.</summary>
    private void ScoreUnknown(TruthCapture capture, Conversation ours)
    {
        bool isTunnel = ours.Connections.Any(connection => connection.Tunnel != TunnelKind.None);
        if (isTunnel && ours.Key.Protocol == TransportProtocol.ARP)
        {
            return; // Truth has ARP outside of tunnels only.
        }

        Count(capture, isTunnel, ConversationRow, ours.Key, 0, 0, 1, "", $"{ours.Packets[0]}/{ours.Packets[1]} packets");
        foreach (NameField field in NameField.All)
        {
            HashSet<string> names = Names(field, ours);
            long wrong = field.Match == NameMatch.Any ? Math.Min(names.Count, 1) : names.Count;
            Count(capture, isTunnel, field.Row, ours.Key, 0, 0, wrong, "", string.Join(' ', names));
        }
    }

    /// <summary>What we say; without the name of the DNS root, which truth leaves out.</summary>
    private static HashSet<string> Names(NameField field, Conversation? ours) =>
        [.. (ours?.Connections ?? []).SelectMany(field.Found).Select(field.Normalize).Where(name => name.Length > 0)];

    private void Count(
        TruthCapture capture, bool isTunnel, string row, ConversationKey key, long truth, long found, long wrong, string said, string ours)
    {
        row = isTunnel ? InTunnel(row) : row;
        _rows[row].Add(truth, found, wrong);
        if (found < truth || wrong > 0)
        {
            _disagreements.Add(new Disagreement(capture.Capture, row, key.ToString(), said, ours));
        }
    }

    /// <summary>One flow of the truth beside our conversation, which is null when we have none.</summary>
    private readonly struct FlowScore(
        Scorer scorer, TruthCapture capture, TruthFlow flow, ConversationKey key, bool isAFirst, Conversation? ours)
    {
        public void Run()
        {
            Add(ConversationRow, ours is null ? null : true, "a flow", "");
            ScorePackets();
            ScoreBytes();
            ScoreOpener();
            foreach (NameField field in NameField.All)
            {
                ScoreNames(field);
            }

            ScoreLabel();
        }

        /// <summary>
        /// Asked for where the truth is sure. A name of ours that none of the flow's labels and protocols agrees with is a conflict, unless only the port
        /// suggests it.
        /// </summary>
        private void ScoreLabel()
        {
            (string Name, bool IsByContent)[] names =
            [
                .. (ours?.Connections ?? []).Where(connection => connection.Application is not null)
                    .Select(connection => (connection.Application!, connection.Confidence > Confidence.Port)).Distinct(),
            ];
            HashSet<string> labels = [.. flow.Labels];
            HashSet<string> any = [.. flow.Labels, .. flow.Sure, .. flow.Protos.Keys, flow.App ?? ""];
            bool isFound = names.Any(name => ApplicationLabels.Of(name.Name).Any(labels.Contains));
            bool isFoundByContent = names.Any(name => name.IsByContent && ApplicationLabels.Of(name.Name).Any(labels.Contains));
            bool isConflict = names.Any(name => name.IsByContent && !ApplicationLabels.Of(name.Name).Any(any.Contains));
            string said = string.Join(' ', flow.Sure.Count > 0 ? flow.Sure : any.AsEnumerable());
            string told = string.Join(' ', names.Select(name => name.IsByContent ? name.Name : $"({name.Name})"));
            int wrong = isConflict ? 1 : 0;
            if (flow.Sure.Count == 0)
            {
                if (isConflict)
                {
                    scorer._disagreements.Add(new Disagreement(capture.Capture, UnsureLabelRow, key.ToString(), said, told));
                }

                return;
            }

            scorer.Count(capture, flow.IsTunnel, LabelRow, key, 1, isFound ? 1 : 0, wrong, said, told);
            scorer.Count(capture, flow.IsTunnel, ContentLabelRow, key, 1, isFoundByContent ? 1 : 0, wrong, said, told);
            scorer.Count(capture, flow.IsTunnel, NoConflictRow, key, 1, 1 - wrong, wrong, said, told);
            if (!scorer._labels.TryGetValue(flow.Sure[0], out Tally? tally))
            {
                scorer._labels.Add(flow.Sure[0], tally = new Tally());
            }

            tally.Add(1, isFoundByContent ? 1 : 0, wrong);
        }

        private void ScorePackets()
        {
            long[] truth = flow.IpPackets();
            long[]? found = FromA(ours?.Packets);
            bool? agrees = found is null ? null : key.IsToItself ? found.Sum() == truth.Sum() : found.SequenceEqual(truth);
            Add(PacketsRow, agrees, Text(truth), Text(found));
        }

        private void ScoreBytes()
        {
            if (ByteBounds.Of(capture, flow, 0) is not { } forth || ByteBounds.Of(capture, flow, 1) is not { } back)
            {
                return;
            }

            long[]? found = FromA(ours?.Bytes);
            bool? agrees = found is null ? null
                : key.IsToItself ? new ByteBounds(forth.Least + back.Least, forth.Most + back.Most, forth.Packets + back.Packets).Contains(found.Sum())
                : forth.Contains(found[0]) && back.Contains(found[1]);
            Add(BytesRow, agrees, $"{forth.Least}..{forth.Most} {back.Least}..{back.Most}", Text(found));
        }

        private void ScoreOpener()
        {
            if (flow.Client is null || key.IsToItself)
            {
                return;
            }

            bool isFirst = (flow.Client == "a") == isAFirst;
            bool? found = ours?.IsOpenedByFirst;
            Add(OpenedByRow, found is null ? null : found == isFirst, isFirst ? "first" : "second", found switch { true => "first", false => "second", _ => "" });
        }

        private void ScoreNames(NameField field)
        {
            HashSet<string> optional = Optional(field);
            HashSet<string> expected = [.. field.Expected(flow).Select(field.Normalize)];
            HashSet<string> accepted = [.. expected, .. optional, .. field.Tolerated(flow).Select(field.Normalize)];
            expected.ExceptWith(optional);
            HashSet<string> found = Names(field, ours);

            long truth = expected.Count;
            long right = expected.Intersect(found).LongCount();
            long wrong = accepted.Contains(NameField.Anything) ? 0 : found.Except(accepted).LongCount();
            if (field.Match == NameMatch.Any)
            {
                (truth, right, wrong) = (Math.Min(truth, 1), Math.Min(right, 1), Math.Min(wrong, 1));
            }

            scorer.Count(capture, flow.IsTunnel, field.Row, key, truth, right, wrong, string.Join(' ', expected), string.Join(' ', found));
        }

        /// <summary>The values of this field and flow that the opinions behind the truth do not agree on.</summary>
        private HashSet<string> Optional(NameField field)
        {
            int id = flow.Id;
            return
            [
                .. capture.Disputed
                    .Where(dispute => dispute.Verdict == "optional" && dispute.Flow == id && dispute.Field == field.TruthField)
                    .Select(dispute => dispute.Value.ValueKind == JsonValueKind.Array ? dispute.Value[0].GetString() : dispute.Value.GetString())
                    .OfType<string>()
                    .Select(field.Normalize),
            ];
        }

        private void Add(string row, bool? agrees, string said, string found) =>
            scorer.Count(capture, flow.IsTunnel, row, key, 1, agrees is true ? 1 : 0, agrees is false ? 1 : 0, said, found);

        /// <summary>Counts by the key's order, in the order of the truth.</summary>
        private long[]? FromA(IReadOnlyList<long>? counts) => counts is null ? null : isAFirst ? [counts[0], counts[1]] : [counts[1], counts[0]];

        private static string Text(long[]? counts) => counts is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{counts[0]}/{counts[1]}");
    }
}
