using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetMonitor.Capture;

namespace NetMonitor.Export;

/// <summary>
/// How every file of this module is made: readable by its owner only (0600), never through a symbolic link, never over another file unless
/// asked. A file that is made anew has its name only once it is whole.
/// </summary>
internal static partial class ExportFile
{
    private const int ErrorLoop = 40;                   // ELOOP on Linux; macOS and BSD: 62
    private const int ErrorLoopBsd = 62;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file that has its name from the start, for what is read while it grows and must survive a kill.</summary>
    /// <exception cref="ExportException">It cannot be made.</exception>
    public static FileStream CreateNow(string path, bool replace)
    {
        CheckTarget(path, replace);
        return Open(path, FileMode.CreateNew);
    }

    /// <summary>Opens a file to be written under a name of its own beside <paramref name="path"/>; <see cref="Commit"/> gives it its name.</summary>
    /// <exception cref="ExportException">It cannot be made.</exception>
    public static FileStream CreateBeside(string path, bool replace)
    {
        CheckTarget(path, replace);
        return Open(path + ".part", FileMode.CreateNew);
    }

    /// <summary>Closes a file of <see cref="CreateBeside"/> and gives it its name, at once and whole.</summary>
    /// <exception cref="ExportException">The disk is full, or another file took the name.</exception>
    public static void Commit(FileStream stream, string path, bool replace)
    {
        string part = stream.Name;
        try
        {
            stream.Flush(flushToDisk: true);
            stream.Dispose();
            File.Move(part, path, replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Abandon(stream);
            File.Delete(part);
            throw Interrupted(path, e);
        }
    }

    /// <summary>Closes a file of <see cref="CreateBeside"/> that was not committed, and removes it.</summary>
    public static void Abandon(FileStream stream)
    {
        if (stream.SafeFileHandle.IsClosed)
        {
            return;
        }

        string part = stream.Name;
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // It is given up anyway.
        }

        File.Delete(part);
    }

    /// <summary>Opens a file to be added to, and makes it when it is not there. What is there may be a character device, which stays as it is.</summary>
    /// <exception cref="ExportException">It cannot be opened, or is a symbolic link.</exception>
    public static FileStream Append(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            CheckTarget(path, replace: true);
            return Open(path, FileMode.Append);
        }

        if (UnixFile.IsSpecial(path) && !UnixFile.IsCharacterDevice(path))
        {
            throw IsSpecial(path);
        }

        bool isNew = !File.Exists(path);
        SafeFileHandle handle = OpenNoFollow(path, AppendFlags, (int)OwnerOnly);
        if (!handle.IsInvalid)
        {
            var stream = new FileStream(handle, FileAccess.Write);
            if (isNew)
            {
                File.SetUnixFileMode(handle, OwnerOnly); // where open takes its mode in another way (variadic arguments on macOS arm64)
            }

            return stream;
        }

        int error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw error is ErrorLoop or ErrorLoopBsd ? IsLink(path) : Unwritable(path, new IOException(Marshal.GetPInvokeErrorMessage(error)));
    }

    /// <summary>The error of a write that failed underway.</summary>
    public static ExportException Interrupted(string path, Exception inner) => new(
        ExportError.ExportInterrupted,
        $"Writing '{path}' failed: {inner.Message}",
        "Free some space or choose another folder. What was written before is whole.",
        inner);

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            if (mode == FileMode.CreateNew)
            {
                File.Delete(path); // what a broken run left; of a link, the link
            }

            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    private static void CheckTarget(string path, bool replace)
    {
        var target = new FileInfo(path);
        if (target.LinkTarget is not null)
        {
            throw IsLink(path);
        }

        if (UnixFile.IsSpecial(path))
        {
            throw IsSpecial(path);
        }

        if (!replace && target.Exists)
        {
            throw new ExportException(ExportError.ExportFileExists, $"'{path}' exists.", "Choose another name, or -Force to replace it.");
        }
    }

    private static ExportException IsLink(string path) => new(
        ExportError.ExportPathIsLink,
        $"'{path}' is a symbolic link, and nothing is written through links.",
        "Name the file it points to.");

    private static ExportException IsSpecial(string path) => new(
        ExportError.NotAFile,
        $"'{path}' is a device, a pipe or a socket.",
        "Name a file. To throw it away, write it nowhere.");

    private static ExportException Unwritable(string path, Exception inner) => new(
        ExportError.ExportFileUnwritable,
        $"'{path}' cannot be written: {inner.Message}",
        "Check that the folder exists and that you may write there.",
        inner);

    /// <summary>O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, which each system numbers in its own way (fcntl.h).</summary>
    private static int AppendFlags => OperatingSystem.IsLinux()
        ? 0x1 | 0x400 | 0x40 | 0x80000 | (RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000)
        : OperatingSystem.IsFreeBSD() ? 0x1 | 0x8 | 0x200 | 0x100 | 0x100000
        : 0x1 | 0x8 | 0x200 | 0x100 | 0x1000000;        // macOS

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenNoFollow(string path, int flags, int mode);
}
