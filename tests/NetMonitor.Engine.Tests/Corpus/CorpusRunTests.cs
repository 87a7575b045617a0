using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Corpus;

/// <summary>The reader of the corpus, on a corpus of one capture: what goes wrong must be reported.</summary>
public sealed class CorpusRunTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly CorpusFolder _folder = new(Directory.CreateTempSubdirectory("netmonitor-corpus-").FullName);

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void A_capture_that_is_read_is_scored()
    {
        Add("normal");

        CorpusRun run = CorpusRun.Read(_folder, _ => Result(frames: 2), Long);

        Assert.Empty(run.Failures);
        Assert.Equal(1, run.Scorer.Rows[Scorer.ConversationRow].Truth);
        Assert.Single(run.Costs);
    }

    [Fact]
    public void A_hostile_capture_is_read_and_not_scored()
    {
        Add("hostile");

        CorpusRun run = CorpusRun.Read(_folder, _ => Result(frames: 0), Long);

        Assert.Empty(run.Failures);
        Assert.Equal(0, run.Scorer.Rows[Scorer.ConversationRow].Truth);
        Assert.Single(run.Costs);
    }

    [Theory]
    [InlineData("normal", 1, 0)]
    [InlineData("hostile", 0, 1)]
    public void Only_hostile_captures_may_be_refused(string category, int failures, int damaged)
    {
        Add(category);

        CorpusRun run = CorpusRun.Read(_folder, _ => throw new CaptureException(CaptureError.NotACaptureFile, "no"), Long);

        Assert.Equal((failures, damaged), (run.Failures.Count, run.Damaged.Count));
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("hostile")]
    public void Any_other_exception_is_a_failure(string category)
    {
        Add(category);

        CorpusRun run = CorpusRun.Read(_folder, _ => throw new IndexOutOfRangeException(), Long);

        Assert.Contains(nameof(IndexOutOfRangeException), Assert.Single(run.Failures));
        Assert.Equal(category == "normal" ? 1 : 0, run.Scorer.Rows[Scorer.ConversationRow].Truth);
    }

    [Fact]
    public void A_frame_lost_is_a_failure()
    {
        Add("normal");

        CorpusRun run = CorpusRun.Read(_folder, _ => Result(frames: 1), Long);

        Assert.Equal("one.pcap: 1 frames read of 2", Assert.Single(run.Failures));
    }

    [Fact]
    public void A_capture_that_hangs_is_a_failure()
    {
        Add("normal");
        using ManualResetEventSlim release = new();

        CorpusRun run = CorpusRun.Read(
            _folder,
            _ =>
            {
                release.Wait();
                return Result(frames: 2);
            },
            TimeSpan.FromMilliseconds(20));
        release.Set();

        Assert.Contains("not read after", Assert.Single(run.Failures));
    }

    private static ImportResult Result(long frames) => new([], new SessionCounters { Received = frames }, []);

    private void Add(string category)
    {
        string truth = Directory.CreateDirectory(Path.Combine(_folder.Path, "truth")).FullName;
        File.WriteAllText(Path.Combine(truth, "one.pcap.json"), $$"""
            {"capture": "one.pcap", "category": "{{category}}", "packets": 2, "opens": true, "flows": [
              {"id": 0, "l4": "udp", "a": "192.0.2.1", "ap": 1, "b": "192.0.2.2", "bp": 2, "pkts": [2, 0], "bytes": [84, 0]}]}
            """);
    }
}
