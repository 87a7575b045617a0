using System.Text;

namespace NetMonitor.Export;

/// <summary>A text file that is written line by line. Not thread-safe.</summary>
internal abstract class LineFile(string path) : IDisposable
{
    private byte[] _bytes = new byte[4096];

    public string Path => path;

    /// <summary>Adds whole lines, with their ends.</summary>
    /// <exception cref="ExportException">The disk is full, or the like.</exception>
    public abstract void Write(ReadOnlySpan<byte> lines);

    /// <summary>Adds whole lines, with their ends.</summary>
    /// <exception cref="ExportException">The disk is full, or the like.</exception>
    public void Write(StringBuilder lines)
    {
        int used = 0;
        foreach (ReadOnlyMemory<char> chunk in lines.GetChunks())
        {
            int need = used + Encoding.UTF8.GetMaxByteCount(chunk.Length);
            if (need > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(need, _bytes.Length * 2));
            }

            used += Encoding.UTF8.GetBytes(chunk.Span, _bytes.AsSpan(used));
        }

        Write(_bytes.AsSpan(0, used));
    }

    /// <summary>What was written reaches the file system.</summary>
    /// <exception cref="ExportException">The disk is full, or the like.</exception>
    public abstract void Flush();

    /// <summary>The file is whole: gives it its name and closes it.</summary>
    /// <exception cref="ExportException">The disk is full, or the like.</exception>
    public abstract void Complete();

    public abstract void Dispose();
}

/// <summary>A file that has its name only once it is whole; disposed of before that, nothing of it stays.</summary>
internal sealed class WholeFile : LineFile
{
    private readonly FileStream _file;
    private readonly bool _replace;

    /// <param name="path">Its name.</param>
    /// <param name="replace">Replace what has that name.</param>
    /// <param name="header">Its first lines, or "".</param>
    public WholeFile(string path, bool replace, string header = "")
        : base(path)
    {
        _replace = replace;
        _file = ExportFile.CreateBeside(path, replace);
        Write(Encoding.UTF8.GetBytes(header));
    }

    public override void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            _file.Write(lines);
        }
        catch (IOException e)
        {
            throw ExportFile.Interrupted(Path, e);
        }
    }

    public override void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (IOException e)
        {
            throw ExportFile.Interrupted(Path, e);
        }
    }

    public override void Complete() => ExportFile.Commit(_file, Path, _replace);

    public override void Dispose() => ExportFile.Abandon(_file);
}

/// <summary>
/// A log that is added to, and turned over when it has its size: FILE becomes FILE.1, FILE.1 becomes FILE.2, the oldest goes. A write that
/// fails leaves no half line behind, and the next one tries again.
/// </summary>
internal sealed class LogFile : LineFile
{
    private readonly long _size;
    private readonly int _files;
    private readonly byte[] _header;
    private FileStream _file;
    private long _written;

    /// <param name="path">Its name.</param>
    /// <param name="size">Bytes after which it is turned over; 0 for never.</param>
    /// <param name="files">Older files that are kept.</param>
    /// <param name="header">First lines of each file, or "".</param>
    public LogFile(string path, long size, int files, string header = "")
        : base(path)
    {
        _size = size;
        _files = files;
        _header = Encoding.UTF8.GetBytes(header);
        _file = OpenFile();
    }

    public override void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            if (_size > 0 && _written > _header.Length && _written + lines.Length > _size)
            {
                TurnOver();
            }

            if (_written == 0 && _header.Length > 0)
            {
                WriteWhole(_header);
            }

            WriteWhole(lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExportFile.Interrupted(Path, e);
        }
    }

    /// <remarks>Nothing to do: each write goes to the file system at once.</remarks>
    public override void Flush()
    {
    }

    public override void Complete() => Dispose();

    public override void Dispose() => _file.Dispose();

    private void WriteWhole(ReadOnlySpan<byte> lines)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, lines, _written);
            _written += lines.Length;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file.SafeFileHandle, _written);
            throw;
        }
    }

    private void TurnOver()
    {
        _file.Dispose();
        try
        {
            for (int i = _files; i > 0; i--)
            {
                string from = i == 1 ? Path : $"{Path}.{i - 1}";
                if (File.Exists(from))
                {
                    File.Move(from, $"{Path}.{i}", overwrite: true);
                }
            }

            if (_files == 0)
            {
                File.Delete(Path);
            }
        }
        finally
        {
            _file = OpenFile();
        }
    }

    private FileStream OpenFile()
    {
        FileStream file = ExportFile.Append(Path);
        _written = file.Length;
        return file;
    }
}
