using System.Globalization;
using System.Text;

namespace NetMonitor.Tests.Corpus;

/// <summary>The outcome of a run as people read it.</summary>
internal static class CorpusReport
{
    private const int SlowestShown = 5;

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

        text.AppendLine();
        Line(text, $"{run.Costs.Count:N0} captures read in {run.Elapsed.TotalSeconds:F1} s, {run.Failures.Count} failed, {run.Damaged.Count} damaged or refused.");
        Line(text, $"Most allocated by one capture: {run.Costs.Select(cost => cost.Allocated).DefaultIfEmpty().Max() / 1e6:F1} MB.");
        Section(text, "Slowest", run.Costs.OrderByDescending(cost => cost.Elapsed).Take(SlowestShown)
            .Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Name}: {cost.Elapsed.TotalMilliseconds:F0} ms")));
        Section(text, "Failed", run.Failures);
        Section(text, "Damaged or refused", run.Damaged);
        return text.ToString();
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

    private static string Percent(double? value) => value is { } percent ? percent.ToString("F2", CultureInfo.InvariantCulture) + " %" : "–";

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
