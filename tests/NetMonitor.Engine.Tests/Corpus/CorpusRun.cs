using System.Diagnostics;
using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Corpus;

/// <summary>One capture that was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Allocated">Bytes allocated meanwhile by the reading thread.</param>
internal sealed record CaptureCost(string Name, TimeSpan Elapsed, long Allocated);

/// <summary>Reads a whole corpus, each capture by itself, and scores those that are not hostile.</summary>
internal sealed class CorpusRun
{
    private readonly List<string> _failures = [];
    private readonly List<string> _damaged = [];
    private readonly List<CaptureCost> _costs = [];

    private CorpusRun()
    {
    }

    public Scorer Scorer { get; } = new();

    /// <summary>What must not be: an exception, a capture that takes too long, a wrong number of frames.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Captures that ended early or were refused with a <see cref="CaptureException"/>, and why.</summary>
    public IReadOnlyList<string> Damaged => _damaged;

    public IReadOnlyList<CaptureCost> Costs => _costs;

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Reads every capture of the folder.</summary>
    /// <param name="folder">The corpus.</param>
    /// <param name="import">Gives the connections of a file.</param>
    /// <param name="limit">The longest that one capture may take.</param>
    public static CorpusRun Read(CorpusFolder folder, Func<string, ImportResult> import, TimeSpan limit)
    {
        CorpusRun run = new();
        long start = Stopwatch.GetTimestamp();
        foreach (TruthCapture capture in folder.Captures())
        {
            run.ReadOne(capture, folder.FileOf(capture), import, limit);
        }

        run.Elapsed = Stopwatch.GetElapsedTime(start);
        return run;
    }

    private void ReadOne(TruthCapture capture, string path, Func<string, ImportResult> import, TimeSpan limit)
    {
        ImportResult? result = Import(capture, path, import, limit);
        if (result?.Damage is { } damage)
        {
            _damaged.Add($"{capture.Capture}: {damage.Error} {damage.Message}");
        }

        if (capture.IsHostile)
        {
            return;
        }

        if (result is not null && result.Counters.Received != capture.Packets)
        {
            _failures.Add($"{capture.Capture}: {result.Counters.Received} frames read of {capture.Packets}");
        }

        // A capture that could not be read counts as one in which nothing was found.
        Scorer.Score(capture, result?.Connections ?? []);
    }

    private ImportResult? Import(TruthCapture capture, string path, Func<string, ImportResult> import, TimeSpan limit)
    {
        // On a thread of its own, so that a capture that hangs ends this one test and not the run.
        Task<(ImportResult Result, CaptureCost Cost)> task = Task.Run(() => Measure(capture.Capture, path, import));
        try
        {
            if (task.Wait(limit))
            {
                _costs.Add(task.Result.Cost);
                return task.Result.Result;
            }

            _failures.Add($"{capture.Capture}: not read after {limit.TotalSeconds:F0} s");
        }
        catch (AggregateException failure)
        {
            Exception cause = failure.GetBaseException();
            if (cause is CaptureException refused && (capture.IsHostile || !capture.Opens))
            {
                _damaged.Add($"{capture.Capture}: {refused.Error} {refused.Message}");
            }
            else
            {
                _failures.Add($"{capture.Capture}: {cause.GetType().Name}: {cause.Message} {cause.StackTrace?.Split('\n')[0].Trim()}");
            }
        }

        return null;
    }

    private static (ImportResult Result, CaptureCost Cost) Measure(string name, string path, Func<string, ImportResult> import)
    {
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImportResult result = import(path);
        return (result, new CaptureCost(name, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before));
    }
}
