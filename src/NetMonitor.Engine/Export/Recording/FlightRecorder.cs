using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Export;

/// <summary>
/// The last minutes of a session's frames, in memory, for the moment after something happened. Bounded by bytes and by age; the oldest go first.
/// </summary>
internal sealed class FlightRecorder
{
    /// <summary>Bytes of frames in one chunk: frames come and go by chunks.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <summary>Frames in one chunk.</summary>
    private const int ChunkFrames = 8192;

    private readonly Queue<Chunk> _chunks = new();
    private readonly Lock _lock = new();
    private readonly int _limit;
    private readonly long _age;
    private Chunk? _last;

    private sealed class Chunk(int bytes)
    {
        public readonly byte[] Bytes = GC.AllocateUninitializedArray<byte>(bytes);
        public readonly FrameRecord[] Frames = new FrameRecord[ChunkFrames];
        public readonly ushort[] Sources = new ushort[ChunkFrames];
        public int Used;
        public int Count;

        public bool HasRoomFor(int length) => Count < ChunkFrames && Used + length <= Bytes.Length;
    }

    /// <param name="bytes">Bytes of frames that are kept, in whole chunks of a megabyte.</param>
    /// <param name="age">How long frames are kept.</param>
    public FlightRecorder(long bytes, TimeSpan age)
    {
        _limit = (int)Math.Max(2, bytes / ChunkBytes);
        _age = UnixTime.FromTimeSpan(age);
    }

    /// <summary>Keeps a copy of a batch.</summary>
    public void Post(FrameBatch frames, int source)
    {
        lock (_lock)
        {
            for (int i = 0; i < frames.Count; i++)
            {
                FrameRecord record = frames.Frames[i];
                Chunk chunk = ChunkFor(record);
                frames[i].CopyTo(chunk.Bytes.AsSpan(chunk.Used));
                record.Offset = chunk.Used;
                chunk.Frames[chunk.Count] = record;
                chunk.Sources[chunk.Count++] = (ushort)source;
                chunk.Used += record.CapturedLength;
            }
        }
    }

    /// <summary>Writes what it holds to a capture file, with comments.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="since">The first time wanted, nanoseconds since 1970.</param>
    /// <param name="flows">The flows whose packets are wanted; null for all.</param>
    /// <param name="sources">The sources the frames came from.</param>
    /// <param name="comments">What is known of the connections.</param>
    /// <param name="cancellation">Ends it; the file is removed.</param>
    /// <returns>Frames written.</returns>
    /// <exception cref="ExportException">The file cannot be made or written.</exception>
    public long Save(
        RecordingOptions options, long since, HashSet<FlowKey>? flows, IReadOnlyList<IFrameSource> sources, PacketComments comments, CancellationToken cancellation)
    {
        // A chunk's first Count frames do not change any more: what is added meanwhile is beyond them.
        (Chunk Chunk, int Count)[] chunks;
        lock (_lock)
        {
            chunks = [.. _chunks.Select(chunk => (chunk, chunk.Count))];
        }

        var decoder = new PacketDecoder();
        var packets = new Packet[PacketDecoder.MaxDepth];
        using var file = new RecordedFile(options.Path, options);
        long written = 0;
        try
        {
            foreach ((Chunk chunk, int count) in chunks)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int i = 0; i < count; i++)
                {
                    ref FrameRecord record = ref chunk.Frames[i];
                    ReadOnlySpan<byte> frame = chunk.Bytes.AsSpan(record.Offset, record.CapturedLength);
                    if (record.Timestamp < since || (flows is not null && !Belongs(frame, record)))
                    {
                        continue;
                    }

                    IFrameSource source = sources[chunk.Sources[i]];
                    byte[]? comment = options.IsPcap ? null : comments.Of(frame, record);
                    written += file.Write(chunk.Sources[i], source.Interfaces[record.InterfaceId], options.CaptureFilter, record, frame, comment) ? 1 : 0;
                }

                file.Commit();
            }

            file.WriteNames(comments.NamesSoFar());
            file.Commit();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            file.Dispose();
            File.Delete(options.Path);
            throw e is IOException ? ExportFile.Interrupted(options.Path, e) : e;
        }

        return written;

        bool Belongs(ReadOnlySpan<byte> frame, in FrameRecord record)
        {
            int found = decoder.Decode(frame, record.LinkType, record.WireLength, record.Timestamp, packets);
            decoder.Reset();
            return packets.AsSpan(0, found).ToArray().Any(packet => flows.Contains(FlowKey.Of(packet, out _)));
        }
    }

    private Chunk ChunkFor(in FrameRecord record)
    {
        if (_last is null || !_last.HasRoomFor(record.CapturedLength))
        {
            while (_chunks.Count >= _limit || (_chunks.TryPeek(out Chunk? oldest) && record.Timestamp - oldest.Frames[oldest.Count - 1].Timestamp > _age))
            {
                _chunks.Dequeue();
            }

            _last = new Chunk(Math.Max(ChunkBytes, record.CapturedLength));
            _chunks.Enqueue(_last);
        }

        return _last;
    }
}
