using NetMonitor.Monitoring;
using Xunit.Abstractions;

namespace NetMonitor.Tests.Corpus;

/// <summary>The engine against captures with known content. Writes <c>out/accuracy.md</c>, and beside it every disagreement and the floors as they could be.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const long Megabyte = 1_000_000;

    /// <summary>No capture of the corpus is larger than 4 MB: one that takes this long hangs.</summary>
    private static readonly TimeSpan LimitPerCapture = TimeSpan.FromSeconds(20);

    /// <summary>The corpus is read once for all tests of this class.</summary>
    private static readonly Lazy<CorpusRun> Run = new(() =>
        CorpusRun.Read(CorpusFolder.Find()!, path => CaptureImport.Import(new SessionOptions { Path = path }), LimitPerCapture));

    [CorpusFact]
    public void Every_capture_is_read_without_an_exception_and_in_time()
    {
        Assert.NotEmpty(Run.Value.Costs);
        Assert.Empty(Run.Value.Failures);
    }

    [CorpusFact]
    public void No_capture_makes_memory_grow()
    {
        Assert.NotEmpty(Run.Value.Costs);
        Assert.All(Run.Value.Costs, cost => Assert.True(
            cost.Allocated < 256 * Megabyte, $"{cost.Name} allocated {cost.Allocated / Megabyte} MB"));
    }

    [CorpusFact]
    public void Agreement_is_not_below_its_floors()
    {
        Floors floors = Floors.Read(Path.Combine(AppContext.BaseDirectory, "Corpus", "floors.json"));
        FloorVerdict verdict = floors.Check(Run.Value.Scorer.Rows);

        string folder = Directory.CreateDirectory(Path.Combine(CorpusFolder.Repository, "out")).FullName;
        string report = CorpusReport.Markdown(Run.Value, floors);
        File.WriteAllText(Path.Combine(folder, "accuracy.md"), report);
        File.WriteAllText(Path.Combine(folder, "corpus-disagreements.tsv"), CorpusReport.DisagreementsAsTsv(Run.Value.Scorer));
        floors.RaisedTo(Run.Value.Scorer.Rows).Write(Path.Combine(folder, "corpus-floors.json"));

        output.WriteLine(report);
        output.WriteLine("Floors that may be raised (out/corpus-floors.json has them):");
        output.WriteLine(string.Join('\n', verdict.Raisable));
        Assert.Empty(verdict.Broken);
    }
}
