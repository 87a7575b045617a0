using System.Globalization;
using System.Text;

namespace NetMonitor.Tests.Corpus;

/// <summary>The outcome of a run as people read it.</summary>
internal static class CorpusReport
{
    private const int SlowestShown = 5;
    private const int CapturesShown = 3;

    /// <summary>The table, what was refused, and the cost.</summary>
    public static string Markdown(CorpusRun run, Floors floors)
    {
        StringBuilder text = new();
        text.AppendLine("# Agreement with the corpus").AppendLine();
        text.AppendLine("| field | truth | found | wrong | recall | precision | floor |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach ((string row, Tally tally) in run.Scorer.Rows)
        {
            string floor = floors.Rows.TryGetValue(row, out Floor? least) ? $"{Percent(least.Recall)} / {Percent(least.Precision)}" : "none";
            Line(text, $"| {row} | {tally.Truth:N0} | {tally.Found:N0} | {tally.Wrong:N0} | {Percent(tally.Recall)} | {Percent(tally.Precision)} | {floor} |");
        }

        Peers(text, run.Scorer);
        Labels(text, run.Scorer);
        MostDisagreements(text, run.Scorer);
        text.AppendLine();
        Line(text, $"{run.Costs.Count:N0} captures read in {run.Elapsed.TotalSeconds:F1} s, {run.Failures.Count} failed, {run.Damaged.Count} damaged or refused.");
        Line(text, $"Most allocated by one capture: {run.Costs.Select(cost => cost.Allocated).DefaultIfEmpty().Max() / 1e6:F1} MB.");
        Section(text, "Slowest", run.Costs.OrderByDescending(cost => cost.Elapsed).Take(SlowestShown)
            .Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Name}: {cost.Elapsed.TotalMilliseconds:F0} ms")));
        Section(text, "Failed", run.Failures);
        Section(text, "Damaged or refused", run.Damaged);
        return text.ToString();
    }

    /// <summary>The recall of other tools beside ours.</summary>
    private static void Peers(StringBuilder text, Scorer scorer)
    {
        text.AppendLine().AppendLine("## Beside the peers").AppendLine().AppendLine(PeerFigure.Note).AppendLine();
        text.AppendLine("| field | NetMonitor | of | nDPI 4.2 | nDPI 4.11 | Suricata 7 | of |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (PeerFigure peer in PeerFigure.All)
        {
            Tally ours = scorer.Rows[peer.Row];
            Line(text, $"| {peer.Row} | {Percent(ours.Recall)} | {ours.Truth:N0} | {Percent(peer.Ndpi42, 1)} | {Percent(peer.Ndpi411, 1)} | {Percent(peer.Suricata7, 1)} | {peer.Flows:N0} |");
        }
    }

    /// <summary>Which protocols are known by their bytes, and where something else was said.</summary>
    private static void Labels(StringBuilder text, Scorer scorer)
    {
        text.AppendLine().AppendLine("## Application labels, by content").AppendLine();
        text.AppendLine("| truth is sure of | flows | found | conflicting |");
        text.AppendLine("|---|---:|---:|---:|");
        foreach ((string label, Tally tally) in scorer.Labels.OrderByDescending(label => label.Value.Truth))
        {
            Line(text, $"| {label} | {tally.Truth:N0} | {tally.Found:N0} | {tally.Wrong:N0} |");
        }
    }

    /// <summary>The captures to look at first, line by line; every one is in the table of disagreements.</summary>
    private static void MostDisagreements(StringBuilder text, Scorer scorer)
    {
        text.AppendLine().AppendLine("## Disagreements").AppendLine();
        text.AppendLine("| field | disagreements | captures | most of them in |");
        text.AppendLine("|---|---:|---:|---|");
        foreach (IGrouping<string, Disagreement> row in scorer.Disagreements.GroupBy(disagreement => disagreement.Row))
        {
            IGrouping<string, Disagreement>[] captures = [.. row.GroupBy(disagreement => disagreement.Capture).OrderByDescending(capture => capture.Count())];
            string most = string.Join(", ", captures.Take(CapturesShown).Select(capture => $"{capture.Key} ({capture.Count()})"));
            Line(text, $"| {row.Key} | {row.Count():N0} | {captures.Length:N0} | {most} |");
        }
    }

    /// <summary>Every disagreement, one a line, for spreadsheets and grep.</summary>
    public static string DisagreementsAsTsv(Scorer scorer)
    {
        StringBuilder text = new("capture\trow\tconversation\ttruth\tours\n");
        foreach (Disagreement disagreement in scorer.Disagreements)
        {
            text.AppendJoin('\t', disagreement.Capture, disagreement.Row, disagreement.Conversation, Cell(disagreement.Truth), Cell(disagreement.Ours)).Append('\n');
        }

        return text.ToString();
    }

    private static string Cell(string value) => value.ReplaceLineEndings(" ").Replace('\t', ' ');

    private static string Percent(double? value, int digits = 2) =>
        value is { } percent ? percent.ToString($"F{digits}", CultureInfo.InvariantCulture) + " %" : "–";

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        text.AppendLine().AppendLine($"## {title}").AppendLine();
        foreach (string line in lines)
        {
            text.AppendLine($"- {line}");
        }
    }
}
