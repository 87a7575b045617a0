using Microsoft.Win32.SafeHandles;

namespace NetMonitor.Export;

/// <summary>
/// A file that only grows by whole writes: each is with the file system when it returns, so a killed process loses nothing of it, and one that
/// fails (a full disk) leaves nothing behind.
/// </summary>
internal sealed class RecordingStream(FileStream file) : Stream
{
    private readonly SafeFileHandle _handle = file.SafeFileHandle;

    /// <summary>Bytes written.</summary>
    public override long Length => Written;

    public long Written { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Position
    {
        get => Written;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            RandomAccess.Write(_handle, buffer, Written);
            Written += buffer.Length;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_handle, Written);
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }
    }
}
