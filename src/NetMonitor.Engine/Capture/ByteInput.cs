using Microsoft.Win32.SafeHandles;

namespace NetMonitor.Capture;

/// <summary>Where the bytes of a capture come from. One thread reads; any thread may cancel or ask for progress.</summary>
internal abstract class ByteInput : IDisposable
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    private long _bytesRead;

    /// <summary>Bytes handed out so far.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Bytes in all, or null where that cannot be known (a pipe).</summary>
    public abstract long? Length { get; }

    /// <summary>True when bytes may come later: what has arrived should be passed on instead of waiting for a full block.</summary>
    public bool MayWait => Length is null;

    /// <summary>Opens a file, a FIFO, or standard input for "-".</summary>
    /// <exception cref="CaptureException">It cannot be opened.</exception>
    public static ByteInput Open(string path)
    {
        if (path == StandardInput)
        {
            return OperatingSystem.IsWindows()
                ? new StreamInput(Console.OpenStandardInput())
                : FromHandle(new SafeFileHandle(0, ownsHandle: false));
        }

        if (Directory.Exists(path))
        {
            throw new CaptureException(CaptureError.CaptureFileUnreadable, $"'{path}' is a directory.");
        }

        try
        {
            if (UnixFile.IsFifo(path))
            {
                return FromHandle(UnixFile.OpenFifo(path));
            }

            // Others may go on writing to it, move or remove it.
            return FromHandle(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CaptureException.Unreadable(path, exception);
        }
    }

    /// <summary>Reads at least one byte, waiting for it; 0 at the end.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int Read(Span<byte> destination)
    {
        int count = ReadCore(destination);
        Volatile.Write(ref _bytesRead, _bytesRead + count);
        return count;
    }

    /// <summary>Ends a waiting read.</summary>
    public virtual void Cancel()
    {
    }

    public abstract void Dispose();

    protected abstract int ReadCore(Span<byte> destination);

    private static ByteInput FromHandle(SafeFileHandle handle)
    {
        FileStream stream = new(handle, FileAccess.Read, bufferSize: 0);
        return stream.CanSeek ? new FileInput(stream)
            : OperatingSystem.IsWindows() ? new StreamInput(stream)
            : new UnixPipeInput(stream);
    }
}

/// <summary>
/// A regular file, read block by block. Not mapped into memory: when another process shortens a mapped file, touching the lost pages kills the whole
/// process (SIGBUS), and a copy of 1 MiB from the page cache costs about as much as its page faults.
/// </summary>
internal sealed class FileInput(FileStream stream) : ByteInput
{
    private readonly SafeFileHandle _handle = stream.SafeFileHandle;
    private readonly long _start = stream.Position;     // standard input may have been read from already

    public override long? Length { get; } = stream.Length - stream.Position;

    public override void Dispose() => stream.Dispose();

    protected override int ReadCore(Span<byte> destination) => RandomAccess.Read(_handle, destination, _start + BytesRead);
}

/// <summary>A pipe, FIFO, terminal or socket of a Unix system. Waits with poll(2), because nothing else ends a blocked read(2) cleanly.</summary>
internal sealed class UnixPipeInput(FileStream stream) : ByteInput
{
    private readonly SafeFileHandle _handle = stream.SafeFileHandle;
    private volatile bool _cancelled;

    public override long? Length => null;

    public override void Cancel() => _cancelled = true;

    public override void Dispose() => stream.Dispose();

    protected override int ReadCore(Span<byte> destination)
    {
        do
        {
            if (_cancelled)
            {
                throw new OperationCanceledException();
            }
        }
        while (!UnixPoll.WaitForInput(_handle, UnixPoll.Interval));

        return stream.Read(destination);                // one read(2): the stream has no buffer
    }
}

/// <summary>Any stream. A waiting read that is cancelled is left behind with a block of its own, for the stream may not know how to end it.</summary>
internal sealed class StreamInput(Stream stream) : ByteInput
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly byte[] _block = new byte[64 << 10];

    public override long? Length { get; } = stream.CanSeek ? stream.Length - stream.Position : null;

    public override void Cancel() => _cancellation.Cancel();

    public override void Dispose() => stream.Dispose();

    protected override int ReadCore(Span<byte> destination)
    {
        if (Length is not null)
        {
            return stream.Read(destination);            // has its bytes at hand: nothing to wait for
        }

        _cancellation.Token.ThrowIfCancellationRequested();
        ValueTask<int> read = stream.ReadAsync(_block.AsMemory(0, Math.Min(_block.Length, destination.Length)), _cancellation.Token);
        int count = read.IsCompletedSuccessfully ? read.Result : WaitFor(read.AsTask());
        _block.AsSpan(0, count).CopyTo(destination);
        return count;
    }

    private int WaitFor(Task<int> read) => read.WaitAsync(_cancellation.Token).GetAwaiter().GetResult();
}
