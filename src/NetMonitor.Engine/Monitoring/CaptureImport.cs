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
/// <param name="Connections">All connections, in the order they were opened. Each is built anew when it is asked for.</param>
/// <param name="Counters">Counts of the whole file.</param>
/// <param name="Damage">Why reading ended early, or null when the file was whole.</param>
public sealed record ImportResult(IReadOnlyList<NetConnection> Connections, SessionCounters Counters, CaptureException? Damage);

/// <summary>Reads a whole capture and gives its connections: on the calling thread, or on several, which gives the same.</summary>
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
    public static ImportResult Import(SessionOptions options, Action<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        using CaptureFile file = CaptureFile.Open(options.Path ?? throw new ArgumentException("Path is not set.", nameof(options)));
        using CancellationTokenRegistration registration = cancellation.Register(file.Cancel);
        int count = options.ShardCount;
        ShardSettings settings = SessionSources.Settings(options, [file], count);
        Shard[] shards = [.. Enumerable.Range(0, count).Select(_ => new Shard(settings))];
        var dealer = new Dealer(count, settings.Seed);
        using ReverseNames? reverse = settings.Names.Reverse;
        CaptureException? damage = null;

        // Much of what an import makes stays: collections beside it would only visit the same objects more often.
        GCLatencyMode mode = GCSettings.LatencyMode;
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        try
        {
            if (count == 1)
            {
                Read(file, dealer, shards[0], progress);
            }
            else
            {
                Read(file, dealer, shards, progress);
            }
        }
        catch (CaptureException e) when (e.Error == CaptureError.CaptureFileDamaged)
        {
            damage = e;
        }
        finally
        {
            GCSettings.LatencyMode = mode;
        }

        cancellation.ThrowIfCancellationRequested();
        reverse?.WaitForAnswers(NamesTime, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return new ImportResult(new ImportedConnections(shards), SessionSources.Count([file.Counters], [dealer.Counters], shards, queueDropped: 0), damage);
    }

    /// <summary>Reads and deals on a thread of its own, tracks on as many as there are shards, and shows on this one how far it is.</summary>
    private static void Read(CaptureFile file, Dealer dealer, Shard[] shards, Action<ImportProgress>? progress)
    {
        ShardThread[] threads = [.. shards.Select((shard, i) => new ShardThread(shard, i, clock: null))];
        var reader = new SourceReader(file, dealer, threads, taps: [], static _ => { });
        reader.Start();
        do
        {
            progress?.Invoke(new ImportProgress(file.BytesRead, file.TotalBytes, file.Counters.Received, shards.Sum(shard => (long)shard.Connections)));
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

    private static void Read(CaptureFile file, Dealer dealer, Shard shard, Action<ImportProgress>? progress)
    {
        var deal = new Deal(shards: 1);
        while (file.Read(deal.Frames))
        {
            for (int start = 0; start < deal.Frames.Count; start += Slice)
            {
                dealer.Play(deal, start, Math.Min(Slice, deal.Frames.Count - start));
                shard.Process(deal.Hands[0], deal.Frames);
            }

            progress?.Invoke(new ImportProgress(file.BytesRead, file.TotalBytes, file.Counters.Received, shard.Connections));
        }
    }
}
