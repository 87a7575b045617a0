namespace NetMonitor.Tests.Corpus;

/// <summary>
/// A folder of captures with what they contain: <c>captures/NAME</c> and <c>hostile/NAME</c>, and <c>truth/NAME.json</c> for each. It is not part of
/// the project: it is looked for at <c>NETMONITOR_CORPUS</c>, or as <c>shared/corpus/dev</c> in a folder beside the repository.
/// </summary>
internal sealed record CorpusFolder(string Path)
{
    private const string EnvironmentVariable = "NETMONITOR_CORPUS";
    private const string SolutionFile = "NetMonitor.slnx";

    /// <summary>Why tests that need the corpus are skipped.</summary>
    public const string Missing = $"No corpus: set {EnvironmentVariable}, or place shared/corpus/dev beside the repository.";

    private static readonly string Beside = System.IO.Path.Combine("shared", "corpus", "dev");

    /// <summary>The folder the repository was checked out to.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The corpus of this machine, or null.</summary>
    public static CorpusFolder? Find()
    {
        string? named = Environment.GetEnvironmentVariable(EnvironmentVariable);
        string path = string.IsNullOrEmpty(named) ? System.IO.Path.Combine(Repository, "..", Beside) : named;
        return Directory.Exists(System.IO.Path.Combine(path, "truth")) ? new CorpusFolder(System.IO.Path.GetFullPath(path)) : null;
    }

    /// <summary>Every capture with a truth, by name. The files are opened one at a time as the sequence is walked.</summary>
    public IEnumerable<TruthCapture> Captures() =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Path, "truth"), "*.json").Order(StringComparer.Ordinal).Select(TruthCapture.Read);

    /// <summary>Where the capture itself is.</summary>
    public string FileOf(TruthCapture capture) => System.IO.Path.Combine(Path, capture.IsHostile ? "hostile" : "captures", capture.Capture);

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, SolutionFile)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No {SolutionFile} above {AppContext.BaseDirectory}.");
    }
}

/// <summary>A test that needs the corpus: skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (CorpusFolder.Find() is null)
        {
            Skip = CorpusFolder.Missing;
        }
    }
}
