using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetMonitor.Capture;

/// <summary>What .NET does not say of a path: whether a regular file is there, or a device, a FIFO, a socket. Linux tells; elsewhere everything counts as a file.</summary>
internal static partial class UnixFile
{
    // linux/stat.h, linux/fcntl.h
    private const int CurrentFolder = -100;             // AT_FDCWD
    private const uint WantsType = 1;                   // STATX_TYPE
    private const int StatSize = 256;
    private const int ModeAt = 28;                      // stx_mode
    private const int TypeMask = 0xF000;                // S_IFMT
    private const int Fifo = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int ReadWithoutWaiting = 0x800 | 0x80000; // O_RDONLY | O_NONBLOCK | O_CLOEXEC

    /// <summary>True where something is that is neither a file nor a folder. Links are followed.</summary>
    public static bool IsSpecial(string path) => TypeOf(path) is not (0 or Regular or Folder);

    /// <summary>True for a device that takes bytes as they come: /dev/null, a terminal.</summary>
    public static bool IsCharacterDevice(string path) => TypeOf(path) == CharacterDevice;

    /// <summary>True for a named pipe.</summary>
    public static bool IsFifo(string path) => TypeOf(path) == Fifo;

    /// <summary>Opens a FIFO without waiting for who writes to it; reading waits (<see cref="UnixPoll"/>).</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenFifo(string path)
    {
        SafeFileHandle handle = Open(path, ReadWithoutWaiting);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        string why = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        handle.Dispose();
        throw new IOException(why);
    }

    private static int TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<byte> stat = stackalloc byte[StatSize];
        return Stat(CurrentFolder, path, 0, WantsType, ref MemoryMarshal.GetReference(stat)) == 0 ? MemoryMarshal.Read<ushort>(stat[ModeAt..]) & TypeMask : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, ref byte stat);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);
}
