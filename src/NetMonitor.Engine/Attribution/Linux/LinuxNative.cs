using System.Runtime.InteropServices;

namespace NetMonitor.Attribution.Linux;

/// <summary>The system calls that attribution needs and the framework does not have.</summary>
internal static unsafe partial class LinuxNative
{
    public const int ReadOnly = 0;
    public const int DirectoryOnly = 0x10000;
    public const int CloseOnExec = 0x80000;
    public const int Interrupted = 4;                   // EINTR
    public const int ClockBoottime = 7;

    /// <summary>O_DIRECTORY differs between machines: 0x4000 on ARM.</summary>
    public static int OpenDirectory { get; } = CloseOnExec
        | (RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 : DirectoryOnly);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadDirectory(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int directory, byte* path, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    public static partial int FindUser(uint id, byte* entry, byte* buffer, nint length, out nint result);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    public static partial int FindGroup(uint id, byte* entry, byte* buffer, nint length, out nint result);

    /// <summary>True when this user may list a folder.</summary>
    public static bool CanList(string folder)
    {
        int descriptor = Open(folder, OpenDirectory);
        return descriptor >= 0 && Close(descriptor) == 0;
    }

    /// <summary>Nanoseconds since the machine started, sleep included: the clock of process start times.</summary>
    public static long Boottime()
    {
        _ = ClockGetTime(ClockBoottime, out TimeSpec time);
        return ((long)time.Seconds * UnixTime.NanosecondsPerSecond) + (long)time.Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
