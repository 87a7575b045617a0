using Xunit.Abstractions;

namespace NetMonitor.Tests.Corpus;

/// <summary>Our TCP numbers against tshark's, frame by frame. Writes <c>out/tcp-agreement.md</c>, and beside it every disagreement.</summary>
public sealed class TcpAgreementTests(ITestOutputHelper output)
{
    [CorpusFact]
    public void Segments_are_classified_as_tshark_does()
    {
        if (!TsharkAnalysis.IsInstalled)
        {
            output.WriteLine("Not compared: tshark is not installed.");
            return;
        }

        TcpAgreement agreement = Compare(CorpusFolder.Find()!);
        string folder = Directory.CreateDirectory(Path.Combine(CorpusFolder.Repository, "out")).FullName;
        File.WriteAllText(Path.Combine(folder, "tcp-agreement.md"), agreement.Markdown());
        File.WriteAllText(Path.Combine(folder, "tcp-disagreements.tsv"), agreement.Disagreements);
        Floors floors = Floors.Read(Path.Combine(AppContext.BaseDirectory, "Corpus", "Tcp", "floors.json"));
        floors.RaisedTo(agreement.Rows).Write(Path.Combine(folder, "tcp-floors.json"));
        output.WriteLine(agreement.Markdown());
        Assert.Empty(floors.Check(agreement.Rows).Broken);
    }

    private static TcpAgreement Compare(CorpusFolder folder)
    {
        TcpAgreement agreement = new();
        foreach (TruthCapture capture in folder.Captures())
        {
            string path = folder.FileOf(capture);
            if (!capture.IsHostile && capture.Opens)
            {
                agreement.Score(capture.Capture, TsharkAnalysis.Of(path), OurAnalysis.Of(path));
            }
        }

        return agreement;
    }
}
