using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>How far an import is.</summary>
/// <param name="BytesRead">Bytes of the file read (compressed bytes for gzip).</param>
/// <param name="TotalBytes">Size of the file; null for a pipe.</param>
/// <param name="Frames">Frames read.</param>
/// <param name="Connections">Connections so far.</param>
public readonly record struct ImportProgress(long BytesRead, long? TotalBytes, long Frames, long Connections);

/// <summary>What an import gave: the connections of everything that could be read, and the damage when there was some.</summary>
/// <param name="Connections">All connections, in the order they were opened.</param>
/// <param name="Counters">Counts of the whole file.</param>
/// <param name="Damage">Why reading ended early, or null when the file was whole.</param>
public sealed record ImportResult(IReadOnlyList<NetConnection> Connections, SessionCounters Counters, CaptureException? Damage);

/// <summary>Reads a whole capture on the calling thread and gives its connections.</summary>
public static class CaptureImport
{
    /// <summary>Frames decoded before they are tracked: their headers are then still in the first-level cache.</summary>
    private const int Slice = 256;

    /// <summary>Imports the file that <paramref name="options"/> name in <see cref="SessionOptions.Path"/>.</summary>
    /// <param name="options">The file and how to read it.</param>
    /// <param name="progress">Called on this thread after each batch; null for silence.</param>
    /// <param name="cancellation">Ends the import with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CaptureException">The file cannot be opened or is not a capture.</exception>
    public static ImportResult Import(SessionOptions options, Action<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        using CaptureFile file = CaptureFile.Open(options.Path ?? throw new ArgumentException("Path is not set.", nameof(options)));
        using CancellationTokenRegistration registration = cancellation.Register(file.Cancel);
        ShardSettings settings = SessionSources.Settings(options, [file], shards: 1) with { Traffic = options.Traffic };
        var shard = new Shard(settings);
        var dealer = new Dealer(shards: 1, settings.Seed);
        CaptureException? damage = null;
        try
        {
            Read(file, dealer, shard, progress);
        }
        catch (CaptureException e) when (e.Error == CaptureError.CaptureFileDamaged)
        {
            damage = e;
        }

        cancellation.ThrowIfCancellationRequested();
        var rows = new List<NetConnection>(shard.Connections);
        shard.Snapshot(rows, filter: null, loopback: true, historic: true, now: 0);
        rows.Sort(NetConnection.CompareByCreation);
        return new ImportResult(rows, SessionSources.Count([file.Counters], [dealer.Counters], [shard], queueDropped: 0), damage);
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
