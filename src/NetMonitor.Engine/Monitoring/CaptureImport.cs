using NetMonitor.Attribution.Names;
using System.Runtime;
using System.Runtime.ExceptionServices;
using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>How far an import is.</summary>
/// <param name="BytesRead">Bytes of the file read (compressed bytes for gzip).</param>
/// <param name="TotalBytes">Size of the file; null for a pipe.</param>
/// <param name="Frames">Frames read.</param>
/// <param name="Connections">Connections so far.</param>
public readonly record struct ImportProgress(long BytesRead, long? TotalBytes, long Frames, long Connections);

/// <summary>What an import gave: the connections of everything that could be read, and the damage when there was some.</summary>
/// <param name="Connections">All connections, in the order they were opened. Each is built anew when it is asked for, until the result is disposed of.</param>
/// <param name="Counters">Counts of the whole file.</param>
/// <param name="Damages">Why reading of a file ended early; empty when all were whole.</param>
public sealed record ImportResult(IReadOnlyList<NetConnection> Connections, SessionCounters Counters, IReadOnlyList<CaptureException> Damages) : IDisposable
{
    /// <summary>The first damage, or null.</summary>
    public CaptureException? Damage => Damages.Count > 0 ? Damages[0] : null;

    /// <summary>Gives the memory of what was tracked back at once, which else waits for a collection. Objects that were taken from it stay.</summary>
    public void Dispose() => (Connections as IDisposable)?.Dispose();
}

/// <summary>Reads whole captures and gives their connections: on the calling thread, or on several, which gives the same.</summary>
public static class CaptureImport
{
    /// <summary>Frames decoded before they are tracked: their headers are then still in the first-level cache.</summary>
    private const int Slice = 256;

    /// <summary>How long names that were asked for are waited for, once the file has been read.</summary>
    private static readonly TimeSpan NamesTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Imports the file that <paramref name="options"/> name in <see cref="SessionOptions.Path"/>.</summary>
    /// <param name="options">The file and how to read it.</param>
    /// <param name="progress">Called on this thread after each batch; null for silence.</param>
    /// <param name="cancellation">Ends the import with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CaptureException">The file cannot be opened or is not a capture.</exception>
    public static ImportResult Import(SessionOptions options, Action<ImportProgress>? progress = null, CancellationToken cancellation = default) =>
        Import([options.Path ?? throw new ArgumentException("Path is not set.", nameof(options))], options, progress, cancellation);

    /// <summary>Imports several files as one timeline.</summary>
    /// <param name="files">The files; <see cref="SessionOptions.Path"/> is not looked at.</param>
    /// <param name="options">How to read them.</param>
    /// <param name="progress">Called on this thread after each batch; null for silence.</param>
    /// <param name="cancellation">Ends the import with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CaptureException">A file cannot be opened or is not a capture.</exception>
    public static ImportResult Import(
        IReadOnlyList<string> files, SessionOptions options, Action<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        using IMeasuredSource source = Open(files, options.CaptureFilter, out MergedSource? merged);
        using CancellationTokenRegistration registration = cancellation.Register(source.Cancel);
        int count = options.Traffic is null ? options.ShardCount : 1; // a series is counted on one thread
        ShardSettings settings = SessionSources.Settings(options, [source], count) with { Traffic = options.Traffic };
        Shard[] shards = [.. Enumerable.Range(0, count).Select(_ => new Shard(settings))];
        var dealer = new Dealer(count, settings.Seed);
        using ReverseNames? reverse = settings.Names.Reverse;
        List<CaptureException> damages = [];

        // Much of what an import makes stays: collections beside it would only visit the same objects more often.
        GCLatencyMode mode = GCSettings.LatencyMode;
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        try
        {
            if (count == 1)
            {
                Read(source, dealer, shards[0], progress);
            }
            else
            {
                Read(source, dealer, shards, progress);
            }
        }
        catch (CaptureException e) when (e.Error == CaptureError.CaptureFileDamaged)
        {
            damages.Add(e);
        }
        finally
        {
            GCSettings.LatencyMode = mode;
        }

        cancellation.ThrowIfCancellationRequested();
        Array.ForEach(shards, static shard => shard.EndInspections());
        reverse?.WaitForAnswers(NamesTime, cancellation);
        cancellation.ThrowIfCancellationRequested();
        damages.AddRange(merged?.Damages ?? []);
        return new ImportResult(new ImportedConnections(shards), SessionSources.Count([source.Counters], [dealer.Counters], shards, queueDropped: 0), damages);
    }

    /// <summary>Reads and deals on a thread of its own, tracks on as many as there are shards, and shows on this one how far it is.</summary>
    private static void Read(IMeasuredSource source, Dealer dealer, Shard[] shards, Action<ImportProgress>? progress)
    {
        ShardThread[] threads = [.. shards.Select((shard, i) => new ShardThread(shard, i, clock: null))];
        var reader = new SourceReader(source, dealer, threads, taps: [], static _ => { });
        reader.Start();
        do
        {
            progress?.Invoke(new ImportProgress(source.BytesRead, source.TotalBytes, source.Counters.Received, shards.Sum(shard => (long)shard.Connections)));
        }
        while (!reader.Join(ProgressInterval));

        foreach (ShardThread thread in threads)
        {
            thread.Dispose(); // Works off what is queued.
        }

        if ((reader.Failure ?? threads.Select(thread => thread.Failure).FirstOrDefault(failure => failure is not null)) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>The files as one source. Of several, those that cannot be opened are damages of it.</summary>
    /// <exception cref="CaptureException">None can be opened, or the filter does not compile.</exception>
    internal static IMeasuredSource Open(IReadOnlyList<string> files, string? filter, out MergedSource? merged)
    {
        merged = null;
        List<IMeasuredSource> sources = [];
        List<CaptureException> refused = [];
        bool opened = false;
        try
        {
            foreach (string file in files)
            {
                try
                {
                    sources.Add(CaptureFile.Open(file));
                }
                catch (CaptureException e) when (files.Count > 1)
                {
                    refused.Add(e);
                }
            }

            if (sources.Count == 0)
            {
                throw refused[0];
            }

            merged = files.Count > 1 ? new MergedSource(sources, refused) : null;
            IMeasuredSource one = merged ?? sources[0];
            IMeasuredSource source = filter is null ? one : new FilteredSource(one, filter);
            opened = true;
            return source;
        }
        finally
        {
            if (!opened)
            {
                sources.ForEach(source => source.Dispose());
            }
        }
    }

    private static void Read(IMeasuredSource source, Dealer dealer, Shard shard, Action<ImportProgress>? progress)
    {
        var deal = new Deal(shards: 1);
        while (source.Read(deal.Frames))
        {
            for (int start = 0; start < deal.Frames.Count; start += Slice)
            {
                dealer.Play(deal, start, Math.Min(Slice, deal.Frames.Count - start));
                shard.Process(deal.Hands[0], deal.Frames);
            }

            progress?.Invoke(new ImportProgress(source.BytesRead, source.TotalBytes, source.Counters.Received, shard.Connections));
        }
    }
}
