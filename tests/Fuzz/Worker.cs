using System.Diagnostics;
using NetMonitor.Fuzz.Targets;

namespace NetMonitor.Fuzz;

/// <summary>Tries inputs, target by target in turn, until the time is up.</summary>
internal static class Worker
{
    public const int ExitBroken = 1;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    public static int Run(FuzzOptions options)
    {
        Coverage coverage = new();
        string seeds = Path.Combine(options.Folder, "seeds");
        FuzzTarget[] targets =
        [
            new FrameTarget(),
            new CaptureFileTarget(isPcapNg: false),
            new CaptureFileTarget(isPcapNg: true),
            new ReassemblyTarget(),
            new ConversationTarget(TransportProtocol.TCP, seeds),
            new ConversationTarget(TransportProtocol.UDP, seeds),
            new ProbeTarget(seeds),
        ];
        if (options.Replay is { } file)
        {
            return Replay(targets, file);
        }

        foreach (ConversationTarget target in targets.OfType<ConversationTarget>())
        {
            Console.WriteLine($"{target.Name}: protocols without a seed: {string.Join(", ", target.RowsWithoutSeed().DefaultIfEmpty("none"))}");
        }

        using FlightRecorder recorder = new(Path.Combine(options.Folder, "current"));
        long start = Stopwatch.GetTimestamp();
        Campaign[] campaigns =
        [
            .. targets.Where(target => options.Target is null || target.Name == options.Target)
                .Select(target => new Campaign(target, coverage, options.Seed, options.Folder, recorder)),
        ];
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(options.Minutes))
        {
            foreach (Campaign campaign in campaigns)
            {
                campaign.Go(Turn);
            }
        }

        return Report(campaigns, coverage, Stopwatch.GetElapsedTime(start), options.Seed);
    }

    /// <summary>Tries one input, by the target that the name of its file has in the middle.</summary>
    private static int Replay(FuzzTarget[] targets, string file)
    {
        if (targets.FirstOrDefault(target => Path.GetFileName(file).Split('-') is [_, var name, ..] && name == target.Name) is not { } target)
        {
            Console.Error.WriteLine($"'{file}' is not named KIND-TARGET-….");
            return ExitBroken;
        }

        try
        {
            target.Run(File.ReadAllBytes(file));
            Console.WriteLine("The input breaks nothing.");
            return 0;
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
            return ExitBroken;
        }
    }

    private static int Report(Campaign[] campaigns, Coverage coverage, TimeSpan elapsed, int seed)
    {
        Console.WriteLine($"\n{"target",-12}{"seeds",8}{"executions",14}{"new paths",12}{"broken",8}{"notes",8}");
        foreach (Campaign campaign in campaigns)
        {
            Console.WriteLine($"{campaign.Name,-12}{campaign.Seeds,8:N0}{campaign.Executions,14:N0}{campaign.Paths,12:N0}{campaign.Crashes,8:N0}{campaign.Notes,8:N0}");
        }

        int broken = campaigns.Sum(campaign => campaign.Crashes);
        Console.WriteLine(
            $"{campaigns.Sum(campaign => campaign.Executions):N0} executions in {elapsed.TotalMinutes:F1} minutes (seed {seed}), {coverage.Branches:N0} branches, {broken:N0} broken");
        return broken > 0 || campaigns.Length == 0 ? ExitBroken : 0;
    }
}
