using System.Runtime.CompilerServices;

namespace NetMonitor.Capture;

/// <summary>
/// Reads pcap and pcapng captures, plain or gzip, from files of any size, pipes and streams. Blocks are read straight into the batch and the records are
/// indexed where they lie; only the piece of a record at a block's end is moved, to the front of the next block. A packet costs no object.
/// </summary>
public sealed class CaptureFile : IMeasuredSource
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = ByteInput.StandardInput;

    private const int MinBlock = 64 << 10;              // bytes

    private readonly ByteInput _input;
    private readonly Lock _reading = new();
    private GZipInput? _unzip;
    private RecordWalker? _walker;
    private CaptureInterface[] _interfaces = [];
    private CaptureException? _failure;                 // thrown when the bytes before it have been used up
    private volatile bool _cancelled;
    private bool _isAtEnd;                              // no more bytes come
    private bool _isDone;                               // no more records come

    private byte[] _carry = new byte[MinBlock];         // the bytes after the last record that was delivered
    private int _carryLength;
    private bool _carryHasRecords;                      // the batch was full before the bytes were used up
    private long _carryOffset;                          // of _carry[0] in the (uncompressed) capture
    private long _skip;                                 // bytes that follow and are of no interest
    private long _skipStart;                            // offset of the block they belong to
    private int _blockSize = FrameBatch.DefaultCapacity;

    private Action<byte[]>? _keyLogs;

    private long _received;
    private long _bytes;

    private CaptureFile(ByteInput input, string name)
    {
        _input = input;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    /// <remarks>Of all sections, numbered through. What precedes the first packet is known once a file is open; a pipe's after the first <see cref="Read"/>.</remarks>
    public IReadOnlyList<CaptureInterface> Interfaces => Volatile.Read(ref _interfaces);

    /// <inheritdoc/>
    public SourceCounters Counters => new(Volatile.Read(ref _received), Volatile.Read(ref _bytes), null, null);

    /// <inheritdoc/>
    public long BytesRead => _input.BytesRead;

    /// <inheritdoc/>
    public long? TotalBytes => _input.Length;

    /// <inheritdoc/>
    public void TakeKeyLogs(Action<byte[]> taker)
    {
        lock (_reading)
        {
            _keyLogs = taker;
            PublishKeyLogs();
        }
    }

    /// <summary>Opens a file, a FIFO, or standard input for "-".</summary>
    /// <exception cref="CaptureException">It cannot be opened, or is not a capture. For pipes the latter shows on the first <see cref="Read"/>.</exception>
    public static CaptureFile Open(string path) => Start(ByteInput.Open(path), path);

    /// <summary>Reads a capture from a stream, which is closed with the source.</summary>
    /// <param name="stream">Any readable stream. One that cannot seek counts as a pipe: what has arrived is passed on at once.</param>
    /// <param name="name">How people call it.</param>
    /// <exception cref="CaptureException">It is not a capture. For streams that cannot seek that shows on the first <see cref="Read"/>.</exception>
    public static CaptureFile Open(Stream stream, string name) => Start(new StreamInput(stream), name);

    /// <inheritdoc/>
    public bool Read(FrameBatch batch)
    {
        lock (_reading)
        {
            batch.Count = 0;
            if (_cancelled)
            {
                return false;
            }

            try
            {
                return ReadFrames(batch);
            }
            catch (OperationCanceledException)
            {
                batch.Count = 0;
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        _cancelled = true;
        _input.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cancel();
        lock (_reading)
        {
            _unzip?.Dispose();
            _input.Dispose();
        }
    }

    private static CaptureFile Start(ByteInput input, string name)
    {
        CaptureFile file = new(input, name);
        try
        {
            if (!input.MayWait)
            {
                file.ReadHeader();
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private bool ReadFrames(FrameBatch batch)
    {
        if (_isDone)
        {
            return _failure is null ? false : throw _failure;
        }

        if (_walker is null)
        {
            ReadHeader();
        }

        byte[] buffer = batch.Buffer = EnsureCapacity(batch.Buffer, _carryLength);
        _carry.AsSpan(0, _carryLength).CopyTo(buffer);
        int have = _carryLength;
        bool walkFirst = _carryHasRecords && (_input.MayWait || have >= _blockSize);
        while (true)
        {
            if (!walkFirst)
            {
                buffer = batch.Buffer = EnsureCapacity(buffer, have + 1);
                have = Fill(buffer, have, Math.Min(buffer.Length, Math.Max(_blockSize, 2 * have)));
            }

            walkFirst = false;
            WalkResult walk = _walker!.Walk(buffer.AsSpan(0, have), batch.Frames, out int count);
            Publish(batch, count);
            walk = PassOver(walk, have);
            if (walk.Damage is not null)
            {
                _failure = Damaged(_carryOffset + walk.Consumed, walk.Damage);
                _isDone = true;
            }
            else if (_isAtEnd && !walk.IsFull)
            {
                _isDone = true;
                _failure ??= CutOff(have - walk.Consumed, _carryOffset + walk.Consumed);
            }

            if (count > 0)
            {
                Keep(buffer, walk, have, count == batch.Frames.Length ? walk.Consumed : FrameBatch.DefaultCapacity);
                return true;
            }

            if (_isDone)
            {
                return _failure is null ? false : throw _failure;
            }

            // No packet yet: drop what was passed over and come again with more.
            buffer.AsSpan(walk.Consumed, have - walk.Consumed).CopyTo(buffer);
            have -= walk.Consumed;
            _carryOffset += walk.Consumed;
            _carryLength = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Publish(FrameBatch batch, int count)
    {
        batch.Count = count;
        long bytes = 0;
        foreach (ref readonly FrameRecord frame in batch.Frames.AsSpan(0, count))
        {
            bytes += frame.CapturedLength;
        }

        Volatile.Write(ref _received, _received + count);
        Volatile.Write(ref _bytes, _bytes + bytes);
        PublishInterfaces();
        PublishKeyLogs();
    }

    /// <summary>Passes on the key logs found; nobody's are let go.</summary>
    private void PublishKeyLogs()
    {
        if (_walker is not { KeyLogs: { Count: > 0 } logs })
        {
            return;
        }

        logs.ForEach(log => _keyLogs?.Invoke(log));
        logs.Clear();
    }

    private void PublishInterfaces()
    {
        if (_walker!.Interfaces.Count != _interfaces.Length)
        {
            Volatile.Write(ref _interfaces, [.. _walker.Interfaces]);
        }
    }

    /// <summary>Keeps what follows the delivered records for the next batch, and sizes the next block so that little will.</summary>
    private void Keep(byte[] buffer, WalkResult walk, int have, int nextBlock)
    {
        _carryLength = have - walk.Consumed;
        _carry = EnsureCapacity(_carry, _carryLength);
        buffer.AsSpan(walk.Consumed, _carryLength).CopyTo(_carry);
        _carryHasRecords = walk.IsFull;
        _carryOffset += walk.Consumed;
        _blockSize = Math.Clamp(nextBlock, MinBlock, FrameBatch.DefaultCapacity);
    }

    /// <summary>Reads until <paramref name="wanted"/> bytes are there or the end is; from a pipe what has arrived. Failures wait until the bytes before them are used.</summary>
    private int Fill(byte[] buffer, int have, int wanted)
    {
        while (have < wanted && !_isAtEnd)
        {
            if (_cancelled)
            {
                throw new OperationCanceledException();
            }

            int count = ReadSome(buffer.AsSpan(have, wanted - have));
            if (count == 0)
            {
                _isAtEnd = true;
                break;
            }

            if (_skip > 0)
            {
                int skipped = (int)Math.Min(_skip, count);
                buffer.AsSpan(have + skipped, count - skipped).CopyTo(buffer.AsSpan(have));
                count -= skipped;
                _skip -= skipped;
                _carryOffset += skipped;
            }

            have += count;
            if (_input.MayWait && count > 0)
            {
                break;
            }
        }

        return have;
    }

    private int ReadSome(Span<byte> destination)
    {
        try
        {
            if (_unzip is null)
            {
                return _input.Read(destination);
            }

            int count = _unzip.Read(destination);
            if (_unzip.Damage is { } damage)
            {
                _failure = Damaged(_unzip.Length, damage, _unzip.Cause);
            }

            return count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure = CaptureException.Unreadable(Name, exception);
            return 0;
        }
    }

    /// <summary>Tells the format by the first bytes and reads up to the first packet.</summary>
    private void ReadHeader()
    {
        int have = 0;
        while (have < CaptureFormat.MagicSize)
        {
            int before = have = _carryLength;
            have = Fill(_carry, have, CaptureFormat.MagicSize);
            _carryLength = have;
            if (_unzip is null && CaptureFormat.IsGZip(_carry.AsSpan(0, have)))
            {
                _unzip = new GZipInput(_input, _carry.AsSpan(0, have).ToArray());
                _carryLength = have = 0;
                _isAtEnd = false;
            }
            else if (have == before)
            {
                break;
            }
        }

        if (_failure is not null)
        {
            throw _failure;
        }

        ReadOnlySpan<byte> magic = _carry.AsSpan(0, have);
        if (have >= sizeof(uint) && PcapNgWalker.IsMagic(magic))
        {
            _walker = new PcapNgWalker();
        }
        else if (have >= sizeof(uint) && PcapWalker.IsMagic(magic))
        {
            _walker = ReadPcapHeader();
        }
        else
        {
            throw _failure = CaptureFormat.NotACapture(Name, magic);
        }

        if (!_input.MayWait)
        {
            ReadToFirstPacket();
        }

        PublishInterfaces();
    }

    private PcapWalker ReadPcapHeader()
    {
        while (_carryLength < PcapWalker.FileHeaderSize)
        {
            int before = _carryLength;
            _carryLength = Fill(_carry, _carryLength, PcapWalker.FileHeaderSize);
            if (_carryLength == before)
            {
                throw _failure ??= CutOff(_carryLength, 0)!;
            }
        }

        PcapWalker.TryCreate(_carry.AsSpan(0, PcapWalker.FileHeaderSize), out PcapWalker? walker);
        _carryLength = 0;
        _carryOffset = PcapWalker.FileHeaderSize;
        return walker!;
    }

    /// <summary>Lets the interfaces of a file be known before its packets are asked for: walks one small block without room for a packet.</summary>
    private void ReadToFirstPacket()
    {
        int have = Fill(_carry, _carryLength, _carry.Length);
        WalkResult walk = PassOver(_walker!.Walk(_carry.AsSpan(0, have), [], out _), have);
        _carry.AsSpan(walk.Consumed, have - walk.Consumed).CopyTo(_carry);
        _carryLength = have - walk.Consumed;
        _carryOffset += walk.Consumed;
    }

    /// <summary>Takes note of a block that nobody needs: its bytes are dropped as they come.</summary>
    private WalkResult PassOver(WalkResult walk, int have)
    {
        if (walk.Skip == 0)
        {
            return walk;
        }

        _skipStart = _carryOffset + walk.Consumed;
        _skip = walk.Skip - (have - walk.Consumed);
        return new WalkResult(have);
    }

    private CaptureException? CutOff(int rest, long offset) => rest > 0
        ? Damaged(offset, $"it ends after {rest} bytes of a record")
        : _skip > 0 ? Damaged(_skipStart, $"it ends {_skip} bytes before the end of a block") : null;

    private CaptureException Damaged(long offset, string what, Exception? inner = null) =>
        new(CaptureError.CaptureFileDamaged, $"'{Name}' is cut off or damaged at byte {offset}: {what}.", inner: inner) { Offset = offset };

    private static byte[] EnsureCapacity(byte[] buffer, int capacity)
    {
        if (buffer.Length >= capacity)
        {
            return buffer;
        }

        byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, buffer.Length * 2), pinned: true);
        buffer.CopyTo(larger, 0);
        return larger;
    }
}
