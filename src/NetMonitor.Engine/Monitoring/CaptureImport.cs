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
/// <param name="Damages">Why reading of a file ended early; empty when all were whole.</param>
public sealed record ImportResult(IReadOnlyList<NetConnection> Connections, SessionCounters Counters, IReadOnlyList<CaptureException> Damages)
{
    /// <summary>The first damage, or null.</summary>
    public CaptureException? Damage => Damages.Count > 0 ? Damages[0] : null;
}

/// <summary>Reads whole captures on the calling thread and gives their connections.</summary>
public static class CaptureImport
{
    /// <summary>Frames decoded before they are tracked: their headers are then still in the first-level cache.</summary>
    private const int Slice = 256;

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
        ShardSettings settings = SessionSources.Settings(options, [source], shards: 1);
        var shard = new Shard(settings);
        var dealer = new Dealer(shards: 1, settings.Seed);
        List<CaptureException> damages = [];
        try
        {
            Read(source, dealer, shard, progress);
        }
        catch (CaptureException e) when (e.Error == CaptureError.CaptureFileDamaged)
        {
            damages.Add(e);
        }

        cancellation.ThrowIfCancellationRequested();
        damages.AddRange(merged?.Damages ?? []);
        var rows = new List<NetConnection>(shard.Connections);
        shard.Snapshot(rows, filter: null, loopback: true, historic: true, now: 0);
        rows.Sort(NetConnection.CompareByCreation);
        return new ImportResult(rows, SessionSources.Count([source.Counters], [dealer.Counters], [shard], queueDropped: 0), damages);
    }

    /// <summary>The files as one source; all of them or nothing.</summary>
    /// <exception cref="CaptureException">One cannot be opened, or the filter does not compile.</exception>
    internal static IMeasuredSource Open(IReadOnlyList<string> files, string? filter, out MergedSource? merged)
    {
        merged = null;
        List<IMeasuredSource> sources = [];
        bool opened = false;
        try
        {
            foreach (string file in files)
            {
                sources.Add(CaptureFile.Open(file));
            }

            merged = sources.Count > 1 ? new MergedSource(sources) : null;
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
